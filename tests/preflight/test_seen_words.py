"""Words and numbers are found as a reader sees them: broken, spaced out, side by side, in any width."""

from time import process_time

import pytest
from tests.factories.preflight import look, only

from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.finding import Place
from madoguchi.preflight.outgoing import Recipient
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import WatchedWord

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize(
    "number",
    [
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\u00ad1111\u00ad1111\u00ad1111",
        "4111.1111.1111.1111",
        "4111・1111・1111・1111",
        "4111 1111\n1111 1111",
    ],
)
def test_card_number_is_found_whatever_stands_between(number):
    (found,) = look(Check.NUMBERS, f"髙橋様\n番号は{number}です。")

    assert found.words == number
    assert found.repair.text == "************1111"


@pytest.mark.parametrize("text", ["2023\n2024\n2025", "ver 1.2.3.4", "192.0.2.14", "在庫 4980\n5200\n3100\n1999"])
def test_columns_and_versions_are_no_numbers_of_cards(text):
    assert look(Check.NUMBERS, text) == []


@pytest.mark.parametrize(
    "text", ["｛｛customer.name｝｝ 様", "{\u200b{customer.name}} 様", "{\u2060{customer.name}\u00ad} 様"]
)
def test_blank_is_found_in_any_width(text):
    (found,) = look(Check.PLACEHOLDERS, text)

    assert found.words == text.removesuffix(" 様")
    assert found.level == Level.BLOCK


@pytest.mark.parametrize(
    "words",
    [
        "ブラ\u200bックリスト",
        "ﾌﾞﾗｯｸﾘｽﾄ",
        "ブ ラ ッ ク リ ス ト",
        "ブラック\nリスト",
        "ぶらっくりすと",
        "ブラ\u00adックリスト",
    ],
)
def test_watched_word_is_found_broken_by_anything(words):
    rules = only(Check.WORDS, words=(WatchedWord("ブラックリスト", Level.BLOCK),))

    (found,) = look(Check.WORDS, f"お客様は{words}です。", rules=rules)

    assert (found.words, found.place.start) == (words, 4)


@pytest.mark.parametrize("text", ["確認しましょう\nそれでは", "返して 金曜に", "PING", "N G"])
def test_watched_word_is_not_made_of_two(text):
    rules = only(Check.WORDS, words=(WatchedWord("うそ"), WatchedWord("返金"), WatchedWord("NG")))

    assert look(Check.WORDS, text, rules=rules) == []


def test_a_hundred_thousand_blanks_are_not_told_one_by_one():
    start = process_time()

    found = look(Check.PLACEHOLDERS, "{{" * 100_000)

    assert len(found) == 61
    assert process_time() - start < 0.5


@pytest.mark.parametrize(
    ("check", "apart", "together"),
    [
        (Check.WORDS, "ブラック | リスト", "ブラックリスト"),
        (Check.NUMBERS, "4111 11 | 11 1111 1111をご確認", "4111 1111 1111 1111をご確認"),
    ],
)
def test_what_stands_side_by_side_is_read_as_one(check, apart, together):
    rules = only(check, words=(WatchedWord("ブラックリスト"),))

    found = look(check, "承知しました。", shown=apart, beside=together, rules=rules)

    assert len(found) == 1


def test_what_is_read_without_running_it_together_is_told_once():
    rules = only(Check.WORDS, words=(WatchedWord("ブラックリスト"),))
    text = "ブラックリスト"

    assert len(look(Check.WORDS, text, shown=text, beside=f"{text}です", rules=rules)) == 1


def test_name_of_a_recipient_is_looked_at_too():
    to = Recipient("a@mail.example", "ブラックリスト {{customer.name}} 4111 1111 1111 1111")
    words = (WatchedWord("ブラックリスト", Level.BLOCK),)
    rules = only(Check.WORDS, Check.NUMBERS, Check.PLACEHOLDERS, words=words)

    found = look(Check.WORDS, "承知しました。", rules=rules, recipients=(to,))

    assert {(each.check, each.place) for each in found} == {
        (check, Place(Part.TO)) for check in (Check.WORDS, Check.NUMBERS, Check.PLACEHOLDERS)
    }
