"""What a day is: the holidays of Japan, closed days, openings, and which of them decides."""

from dataclasses import replace
from datetime import date

import pytest
from tests.factories.calendars import TEN_TO_FIVE, WEEKDAYS

from madoguchi.calendars.choices import DayReason
from madoguchi.calendars.days import Day, day_book
from madoguchi.calendars.japan import japanese_holidays
from madoguchi.calendars.plan import Closure, Opening, YearlyClosure

LISTED = {
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}


@pytest.mark.parametrize("year", LISTED)
def test_holidays_are_those_of_the_cabinet_office(year):
    days = [f"{day.month}/{day.day}" for day in japanese_holidays(year)]

    assert days == LISTED[year].split()


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 6), "振替休日"),
        (date(2027, 3, 22), "振替休日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2032, 9, 21), "国民の休日"),
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 3, 20), "春分の日"),
        (date(2096, 9, 22), "秋分の日"),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2020, 7, 24), "スポーツの日"),
    ],
)
def test_a_holiday_has_its_name(day, name):
    assert japanese_holidays(day.year)[day] == name


def test_names_are_english_for_those_who_do_not_read_japanese():
    assert japanese_holidays(2026, "en")[date(2026, 11, 23)] == "Labor Thanksgiving Day"
    assert japanese_holidays(2026, "fr") == japanese_holidays(2026, "en")


def test_years_nobody_has_rules_for_have_no_holidays():
    assert japanese_holidays(2150) == {}


def test_a_weekday_is_open_and_a_sunday_is_not():
    book = day_book(WEEKDAYS)

    assert book.day(date(2026, 11, 24)) == Day(date(2026, 11, 24), TEN_TO_FIVE, DayReason.HOURS)
    assert book.day(date(2026, 11, 22)) == Day(date(2026, 11, 22), (), DayReason.WEEKDAY)


def test_a_holiday_is_closed_unless_holidays_are_worked():
    day = date(2026, 11, 23)

    assert day_book(WEEKDAYS).day(day) == Day(day, (), DayReason.HOLIDAY, "勤労感謝の日")
    assert day_book(replace(WEEKDAYS, has_japanese_holidays=False)).day(day).spans == TEN_TO_FIVE


@pytest.mark.parametrize(
    ("day", "is_closed"),
    [
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2028, 1, 3), True),
        (date(2027, 1, 4), False),
    ],
)
def test_the_turn_of_the_year_is_closed_in_every_year(day, is_closed):
    found = day_book(WEEKDAYS).day(day)

    assert (found.reason == DayReason.CLOSURE, found.name) == (is_closed, "年末年始" if is_closed else "")


def test_a_yearly_closure_within_a_year_and_on_29_february():
    plan = replace(WEEKDAYS, yearly_closures=(YearlyClosure((8, 13), (8, 15)), YearlyClosure((2, 29), (2, 29), "閏日")))
    book = day_book(plan)

    closed = [day for day in range(11, 19) if book.day(date(2026, 8, day)).reason == DayReason.CLOSURE]

    assert closed == [13, 14, 15]
    assert book.day(date(2028, 2, 29)).name == "閏日"
    assert book.day(date(2027, 3, 1)).reason == DayReason.HOURS


def test_an_opening_beats_a_closed_day_that_beats_a_holiday():
    holiday, closed = date(2026, 11, 23), date(2026, 11, 24)
    opening = Opening(closed, ((540, 600),), "臨時営業")
    plan = replace(WEEKDAYS, closures=(Closure(holiday, closed, "棚卸"),), openings=(opening,))

    assert day_book(plan).day(holiday) == Day(holiday, (), DayReason.CLOSURE, "棚卸")
    assert day_book(plan).day(closed) == Day(closed, ((540, 600),), DayReason.OPENING, "臨時営業")
