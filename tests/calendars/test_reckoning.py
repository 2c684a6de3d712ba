"""Business minutes: the cases of the trade, the edges, and the change of clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.factories.calendars import TEN_TO_FIVE, WEEKDAYS

from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.compiled import BeyondReach, compile_plan, compiled_at
from madoguchi.calendars.plan import ALL_DAY, Closure, Plan
from madoguchi.calendars.reckoning import add_minutes, is_open, minutes_between, next_opening, within_business_days

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
ALWAYS = Plan("Asia/Tokyo", (ALL_DAY,) * 7, has_japanese_holidays=False)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def weekdays(text: str):
    """The compiled calendar and a moment in Tokyo."""
    moment = jst(text)
    return compiled_at(WEEKDAYS, moment), moment


def test_friday_evening_before_silver_week_starts_on_thursday():
    assert next_opening(*weekdays("2026-09-18 17:30")) == jst("2026-09-24 10:00")


def test_one_business_day_goes_over_a_holiday():
    calendar, received = weekdays("2026-04-28 16:50")

    assert within_business_days(calendar, received, 1, DayRule.LENGTH) == jst("2026-04-30 16:50")
    assert add_minutes(calendar, received, 7 * 60) == jst("2026-04-30 16:50")
    assert within_business_days(calendar, received, 1, DayRule.END) == jst("2026-04-30 17:00")


@pytest.mark.parametrize(("minutes", "due"), [(1, "2026-12-28 17:00"), (2, "2027-01-04 10:01")])
def test_the_turn_of_the_year_is_left_out(minutes, due):
    assert add_minutes(*weekdays("2026-12-28 16:59"), minutes) == jst(due)


def test_what_ends_with_the_day_ends_at_its_closing():
    calendar, opening = weekdays("2026-11-24 10:00")

    assert add_minutes(calendar, opening, 420) == jst("2026-11-24 17:00")
    assert add_minutes(calendar, opening, 421) == jst("2026-11-25 10:01")


def test_no_minutes_end_where_the_clock_starts():
    assert add_minutes(*weekdays("2026-11-23 12:00"), 0) == jst("2026-11-24 10:00")
    assert add_minutes(*weekdays("2026-11-24 12:00"), 0) == jst("2026-11-24 12:00")


def test_the_moment_of_closing_is_closed():
    assert is_open(*weekdays("2026-11-24 16:59:59"))
    assert not is_open(*weekdays("2026-11-24 17:00"))
    assert is_open(*weekdays("2026-11-24 10:00"))
    assert next_opening(*weekdays("2026-11-24 17:00")) == jst("2026-11-25 10:00")


def test_seconds_and_microseconds_are_kept():
    calendar, start = weekdays("2026-11-24 16:59:59.999999")

    assert add_minutes(calendar, start, 1) == jst("2026-11-25 10:00:59.999999")


def test_minutes_between_is_signed_and_whole():
    calendar, start = weekdays("2026-11-20 16:00")
    end = jst("2026-11-24 10:30:59")

    assert minutes_between(calendar, start, end) == 90
    assert minutes_between(calendar, end, start) == -90
    assert minutes_between(calendar, start, start) == 0


def test_a_break_at_noon_does_not_count():
    plan = replace(WEEKDAYS, week=(((600, 720), (780, 1020)),) * 5 + ((), ()))
    start = jst("2026-11-24 11:50")

    assert add_minutes(compiled_at(plan, start), start, 20) == jst("2026-11-24 13:10")


def test_days_of_different_lengths_count_each_their_own():
    plan = replace(WEEKDAYS, week=(TEN_TO_FIVE,) * 5 + (((600, 780),), ()))
    friday = jst("2026-11-20 16:00")
    calendar = compiled_at(plan, friday)

    assert within_business_days(calendar, friday, 1, DayRule.LENGTH) == jst("2026-11-24 13:00")
    assert within_business_days(calendar, friday, 1, DayRule.END) == jst("2026-11-21 13:00")
    assert within_business_days(calendar, friday, 2, DayRule.END) == jst("2026-11-24 17:00")


def test_what_comes_after_closing_is_due_on_the_next_business_day():
    calendar, received = weekdays("2026-09-18 17:30")

    assert within_business_days(calendar, received, 1, DayRule.END) == jst("2026-09-24 17:00")
    assert within_business_days(calendar, received, 1, DayRule.LENGTH) == jst("2026-09-24 17:00")


def test_always_open_counts_every_minute():
    start = jst("2026-12-31 23:59:30")
    calendar = compiled_at(ALWAYS, start)

    assert add_minutes(calendar, start, 100_000) == start + timedelta(minutes=100_000)
    assert len(calendar.opens) == 1
    assert within_business_days(calendar, start, 1, DayRule.END) == jst("2027-01-02 00:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-03-09", 24), ("2026-11-01", 25)])
def test_a_whole_day_is_as_long_as_the_clock_makes_it(day, hours):
    plan = replace(ALWAYS, time_zone="America/New_York")
    start = datetime.fromisoformat(day).replace(tzinfo=NEW_YORK)
    end = (start + timedelta(days=1)).astimezone(UTC)

    assert minutes_between(compiled_at(plan, start), start, end) == hours * 60


def at_night(opens: int, closes: int):
    """Open in New York from 1 o'clock plus, every day."""
    return compile_plan(Plan("America/New_York", (((opens, closes),),) * 7, has_japanese_holidays=False), 2026, 2027)


def test_the_skipped_hour_has_no_open_time():
    calendar, start = at_night(120, 180), datetime(2026, 3, 8, tzinfo=NEW_YORK)

    assert minutes_between(calendar, start, datetime(2026, 3, 9, tzinfo=NEW_YORK)) == 0
    assert next_opening(calendar, start) == datetime(2026, 3, 9, 2, tzinfo=NEW_YORK)


def test_the_repeated_hour_is_open_twice():
    calendar, start = at_night(60, 90), datetime(2026, 11, 1, tzinfo=NEW_YORK)

    assert minutes_between(calendar, start, datetime(2026, 11, 2, tzinfo=NEW_YORK)) == 60
    assert add_minutes(calendar, start, 40) == datetime(2026, 11, 1, 6, 10, tzinfo=UTC)  # 1:10 for the second time


def test_a_date_that_a_country_left_out_has_no_open_time():
    plan = Plan("Pacific/Apia", (TEN_TO_FIVE,) * 7, has_japanese_holidays=False)

    calendar = compile_plan(plan, 2011, 2013)

    assert date(2011, 12, 30).toordinal() not in calendar.days
    assert date(2011, 12, 29).toordinal() in calendar.days


@pytest.mark.parametrize(
    "moment", [datetime(2024, 12, 31, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)]
)
def test_what_the_table_does_not_hold_is_said(moment):
    calendar = compiled_at(WEEKDAYS, jst("2026-11-24 10:00"))

    with pytest.raises(BeyondReach):
        next_opening(calendar, moment)


@pytest.mark.parametrize("year", [1, 1970, 2200, 9998])
def test_years_without_sense_are_beyond_reach(year):
    with pytest.raises(BeyondReach):
        compiled_at(WEEKDAYS, datetime(year, 6, 1, tzinfo=UTC))


def test_a_sum_that_never_comes_is_beyond_reach():
    calendar, start = weekdays("2026-11-24 10:00")

    with pytest.raises(BeyondReach):
        add_minutes(calendar, start, 10_000_000)
    for rule in DayRule:
        with pytest.raises(BeyondReach):
            within_business_days(calendar, start, 100_000, rule)


def test_a_calendar_that_closed_for_good_never_opens():
    closed = Closure(date(2027, 1, 1), date(2038, 12, 31))
    calendar = compiled_at(replace(WEEKDAYS, closures=(closed,)), jst("2027-06-01 10:00"))

    with pytest.raises(BeyondReach):
        next_opening(calendar, jst("2027-06-01 10:00"))


def test_a_calendar_without_hours_has_an_empty_table():
    calendar = compile_plan(Plan("Asia/Tokyo", ((),) * 7), 2026, 2027)

    assert minutes_between(calendar, jst("2026-02-01 00:00"), jst("2026-03-01 00:00")) == 0
    with pytest.raises(BeyondReach):
        add_minutes(calendar, jst("2026-02-01 00:00"), 1)


def test_time_goes_forwards_only():
    calendar, start = weekdays("2026-11-24 10:00")

    with pytest.raises(ValueError, match="forwards"):
        add_minutes(calendar, start, -1)
    with pytest.raises(ValueError, match="one day"):
        within_business_days(calendar, start, 0, DayRule.END)


def test_tables_reach_seven_years_ahead():
    for year in range(2025, 2036):
        moment = datetime(year, 12, 31, 23, tzinfo=UTC)
        calendar = compiled_at(WEEKDAYS, moment)
        assert is_open(calendar, moment) is False
        assert minutes_between(calendar, moment, moment + timedelta(days=7 * 365)) > 0
