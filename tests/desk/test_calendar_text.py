"""Hours and closed days as people type them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from madoguchi.calendars.plan import Closure, Opening, YearlyClosure
from madoguchi.desk.calendar_text import (
    read_closures,
    read_openings,
    read_spans,
    write_closures,
    write_openings,
    write_spans,
)

SUMMER = (date(2026, 8, 13), date(2026, 8, 15))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("  ", ()),
        ("10:00-17:00", ((600, 1020),)),
        ("9:30 - 12:00, 13:00 – 17:30", ((570, 720), (780, 1050))),
        ("１０：００～１７：００", ((600, 1020),)),
        ("10:00〜12:00、13:00〜17:00", ((600, 720), (780, 1020))),
        ("10時〜17時半", ((600, 1050),)),
        ("9時15分－12時", ((555, 720),)),
        ("0:00-24:00", ((0, 1440),)),
        ("24時間", ((0, 1440),)),
        ("24 hours", ((0, 1440),)),
        ("22:00-26:00", ((1320, 1560),)),
    ],
)
def test_hours_are_read(text, spans):
    assert read_spans(text) == spans


@pytest.mark.parametrize("text", ["10-17", "10:00", "ten to five", "10:00-17:00 ほか", "10:00-17:00-18:00"])
def test_other_hours_are_refused(text):
    with pytest.raises(ValidationError):
        read_spans(text)


@pytest.mark.parametrize(
    ("line", "closure"),
    [
        ("12/29 - 1/3 年末年始", YearlyClosure((12, 29), (1, 3), "年末年始")),
        ("12/29〜1/3年末年始", YearlyClosure((12, 29), (1, 3), "年末年始")),
        ("12月29日～1月3日　年末年始", YearlyClosure((12, 29), (1, 3), "年末年始")),
        ("4/1", YearlyClosure((4, 1), (4, 1))),
        ("5/1 10周年記念日", YearlyClosure((5, 1), (5, 1), "10周年記念日")),
        ("2026-08-13 - 2026-08-15 夏季休業", Closure(*SUMMER, "夏季休業")),
        ("2026/8/13〜8/15 夏季休業", Closure(*SUMMER, "夏季休業")),
        ("2026年8月13日〜15日", None),
        ("2026年8月13日〜8月15日", Closure(*SUMMER)),
        ("2026.11.30 棚卸", Closure(date(2026, 11, 30), date(2026, 11, 30), "棚卸")),
        ("2026/12/29-1/3", Closure(date(2026, 12, 29), date(2027, 1, 3))),
        ("2026/2/30", None),
        ("12/29 - 2027/1/3", None),
        ("12/29 - ?", None),
        ("1/2-3", None),
        ("来週", None),
        ("2026-08-1399", None),
    ],
)
def test_a_closed_day_is_read_or_named_with_its_line(line, closure):
    if closure is None:
        with pytest.raises(ValidationError, match="2"):
            read_closures(f"\n{line}")
    else:
        once, yearly = read_closures(f"\n{line}\n")
        assert [*once, *yearly] == [closure]


def test_at_most_five_wrong_lines_are_named():
    with pytest.raises(ValidationError) as refused:
        read_closures("\n".join(f"wrong {number}" for number in range(9)))

    assert len(refused.value.messages) == 5


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("2026-11-23 10:00-15:00 祝日営業", Opening(date(2026, 11, 23), ((600, 900),), "祝日営業")),
        ("2026年11月23日 10時〜12時、13時〜15時", Opening(date(2026, 11, 23), ((600, 720), (780, 900)))),
        ("2026/11/23 24時間 3周年", Opening(date(2026, 11, 23), ((0, 1440),), "3周年")),
        ("11/23 10:00-15:00", None),
        ("2026-11-23", None),
        ("2026-11-23 終日", None),
        ("2026-13-23 10:00-15:00", None),
    ],
)
def test_an_opening_is_read_or_refused(line, opening):
    if opening is None:
        with pytest.raises(ValidationError):
            read_openings(line)
    else:
        assert read_openings(line) == (opening,)


def test_what_is_written_is_read_again():
    once = (Closure(*SUMMER, "夏季休業"), Closure(date(2026, 5, 1), date(2026, 5, 1), "10周年"))
    yearly = (YearlyClosure((12, 29), (1, 3), "年末年始"), YearlyClosure((4, 1), (4, 1)))
    openings = (Opening(date(2026, 11, 23), ((0, 60), (600, 1440)), "祝日営業"),)

    assert read_closures(write_closures(once, yearly)) == (once, yearly)
    assert read_openings(write_openings(openings)) == openings
    assert read_spans(write_spans(openings[0].spans)) == openings[0].spans
