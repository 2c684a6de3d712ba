"""Any day written in any of its ways is read as that day; no text is too strange, and places never overlap."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.factories.calendars import WEEKDAYS

from madoguchi.calendars.written.folding import fold, number_of
from madoguchi.calendars.written.found import Reference
from madoguchi.calendars.written.reading import find_written

TOKYO = ZoneInfo("Asia/Tokyo")
_DAYS = "月火水木金土日"
_KANJI = "〇一二三四五六七八九"
_PIECES = [
    *(
        "明日",
        "25日",
        "(水)",
        "まで",
        "中",
        "に",
        "から",
        "〜",
        "17時",
        "11/",
        "2026",
        "年",
        "月",
        "、",
        "の",
        " ",
        "3",
    ),
    *("以内", "営業日", "午後", "今週", "末", "by ", "Friday", "pm", "令和", "十", "数日", "後ほど", "㈬", "\u3099"),
]

moments = st.datetimes(datetime(2021, 1, 1), datetime(2089, 12, 1)).map(lambda each: each.replace(tzinfo=TOKYO))  # noqa: DTZ001


def kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _KANJI[tens] + "十") + (
        "" if tens and not ones else _KANJI[ones]
    )


def wide(text: str) -> str:
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


@given(moments, st.integers(0, 170), st.integers(0, 23), st.integers(0, 59))
def test_every_way_of_writing_a_day_is_that_day(moment, ahead, hour, minute):
    day = moment.date() + timedelta(days=ahead)
    weekday = _DAYS[day.weekday()]
    half = "午前" if hour < 12 else "午後"
    ways = [
        f"{day.year}年{day.month}月{day.day}日({weekday}){half}{hour % 12}時{minute}分まで",
        f"{day.year}/{day.month}/{day.day} {hour}:{minute:02}",
        f"{day.month}月{day.day}日（{weekday}曜日）{hour}:{minute:02}までに",
        f"{day.month}/{day.day}({weekday}) {hour}:{minute:02}",
        wide(f"{day.year}年{day.month}月{day.day}日{hour}：{minute:02}"),
        f"令和{day.year - 2018}年{day.month}月{day.day}日 {hour}:{minute:02}",
        f"R{day.year - 2018}.{day.month}.{day.day} {hour}:{minute:02}",
        f"{kanji(day.month)}月{kanji(day.day)}日{hour}:{minute:02}",
        f"{day:%B} {day.day}, {day.year} at {hour % 12 or 12}:{minute:02} {'pm' if hour > 11 else 'am'}",
    ]

    read = {way: [each.due for each in find_written(way, Reference(moment, WEEKDAYS))] for way in ways}

    expected = datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)
    assert read == {way: [expected] for way in ways}


@given(moments, st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_no_text_is_too_strange(moment, text):
    found = find_written(text, Reference(moment, WEEKDAYS))

    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert all(one.end <= another.start for one, another in pairwise(found))


@given(st.text())
def test_folding_keeps_every_place(text):
    assert len(fold(text)) == len(text)


@given(st.integers(1, 99))
def test_numbers_are_read_in_both_scripts(number):
    assert (number_of(str(number)), number_of(kanji(number))) == (number, number)


@given(st.dates(date(2021, 1, 1), date(2089, 1, 1)), st.integers(1, 30))
def test_within_days_is_so_many_days_later(day, amount):
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=TOKYO)

    (found,) = find_written(f"{amount}日以内に", Reference(moment, WEEKDAYS))

    assert found.first == day + timedelta(days=amount)
