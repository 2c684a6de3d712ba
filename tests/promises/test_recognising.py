"""Promises in texts: a labelled table, and what each kind of sentence is taken for."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.factories.calendars import WEEKDAYS

from madoguchi.calendars.written.found import Reference
from madoguchi.promises.recognising import MOST_PROMISES, find_promises

TOKYO = ZoneInfo("Asia/Tokyo")
HERE = Reference(datetime(2026, 11, 23, 14, 0, tzinfo=TOKYO), WEEKDAYS)


def labelled() -> list[tuple[str, str, bool]]:
    """Each sentence with its due time ("" for none) and whether it is a note."""
    rows = []
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _bar, text = line.partition(" | ")
            words = label.split()
            is_note = words[-1] == "note"
            rows.append((text, " ".join(words[1:3]) if words[0] == "+" else "", is_note))
    return rows


def read(text: str, *, is_note: bool = False) -> list[str]:
    found = find_promises(text, HERE, is_note=is_note)
    return [each.due_at.astimezone(TOKYO).strftime("%m-%d %H:%M") for each in found]


def test_the_labelled_sentences_are_told_apart():
    hits = misses = alarms = 0
    wrong = []
    for text, due, is_note in labelled():
        found = read(text, is_note=is_note)
        if found != ([due] if due else []):
            wrong.append((text, due, found))
        hits += bool(due) and found == [due]
        misses += bool(due) and found != [due]
        alarms += not due and bool(found)

    precision, recall = hits / (hits + alarms), hits / (hits + misses)
    assert (round(precision, 2) >= 0.97, round(recall, 2) >= 0.97) == (True, True), (precision, recall, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "25日までにご連絡いたします。\n\n2026年11月20日(金) 10:23 髙橋 <y@mail.example>:\n> 明日発送いたします。\n",
        "25日までにご連絡いたします。\n\n-----Original Message-----\nFrom: a@mail.example\n明日発送いたします。\n",
    ],
)
def test_quoted_text_promises_nothing(text):
    assert read(text) == ["11-25 17:00"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("本日中にご連絡いたします。", "11-23 23:59"),  # a holiday: the desk is closed
        ("28日までにご連絡いたします。", "11-28 23:59"),  # a Saturday
        ("本日24時までにご連絡いたします。", "11-23 23:59"),
        ("明日中にご連絡いたします。", "11-24 17:00"),
        ("27日17時までに折り返しお電話いたします。", "11-27 17:00"),
        ("27日9:30までにご連絡いたします。", "11-27 09:30"),
    ],
)
def test_a_promise_for_a_day_is_due_on_that_day(text, due):
    assert read(text) == [due]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("■ポイントの付与:商品の出荷から10日後に付与いたします。", []),
        ("ご入金日より3日以内に発送いたします。", []),
        ("本日から3日後にご連絡いたします。", ["11-26 17:00"]),
        ("こちらから3日以内にご連絡いたします。", ["11-26 17:00"]),
    ],
)
def test_days_counted_from_what_is_still_to_happen_promise_no_day(text, due):
    assert read(text) == due


def test_several_sentences_promise_each_their_own():
    text = "明日までに代替品を発送いたします。返金は27日(金)までに手続きいたします。返送は30日までにお願いします。"

    assert read(text) == ["11-24 17:00", "11-27 17:00"]


def test_the_words_and_their_place_are_those_of_the_text():
    text = "ご確認ありがとうございます。\n２５日（水）１７時までにご連絡いたします。"

    (found,) = find_promises(text, HERE)

    assert found.words == "２５日（水）１７時までにご連絡いたします。"
    assert text[found.place : found.end] == "２５日（水）１７時までにご連絡いたします"


def test_what_is_found_is_bounded():
    assert len(read("明日までにご連絡いたします。\n" * 500)) == MOST_PROMISES


def test_a_letter_without_dates_promises_nothing():
    assert read("ご連絡いたします。" * 500 + "\n" + "。" * 5000) == []
