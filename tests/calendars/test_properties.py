"""The fast arithmetic against a slow one that looks at the wall clock minute by minute, for any calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.compiled import BeyondReach, Compiled, compile_plan
from madoguchi.calendars.days import day_book
from madoguchi.calendars.plan import DAY_MINUTES, Closure, Opening, Plan, YearlyClosure
from madoguchi.calendars.reckoning import (
    add_minutes,
    is_open,
    minutes_back,
    minutes_between,
    next_opening,
    within_business_days,
)

MINUTE = timedelta(minutes=1)
#: Changes of clock by an hour and by half an hour, at midnight and at night, in both hemispheres, or none.
ZONES = (
    "Asia/Tokyo", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut",
    "America/Santiago", "Atlantic/Azores", "America/Havana", "Asia/Kathmandu",
)  # fmt: skip
YEAR = 2026
#: Around the changes of clock of a year, the New Year, and the holidays of spring and autumn.
STARTS = [
    datetime(YEAR, month, day, tzinfo=UTC)
    for month, day in ((1, 2), (3, 7), (3, 28), (4, 4), (4, 28), (9, 5), (9, 19), (10, 3), (10, 24), (10, 31), (12, 26))
]


@st.composite
def spans(draw, *, most: int = 3):
    cuts = draw(st.lists(st.integers(0, DAY_MINUTES), min_size=0, max_size=2 * most, unique=True).map(sorted))
    cuts = cuts[: len(cuts) // 2 * 2]
    return tuple(zip(cuts[::2], cuts[1::2], strict=True))


dates = st.dates(date(YEAR, 1, 1), date(YEAR + 1, 1, 20))


@st.composite
def plans(draw):
    first = draw(dates)
    yearly = draw(dates)
    until = yearly + timedelta(days=draw(st.integers(0, 8)))
    return Plan(
        time_zone=draw(st.sampled_from(ZONES)),
        week=tuple(draw(st.lists(spans(), min_size=7, max_size=7))),
        has_japanese_holidays=draw(st.booleans()),
        closures=draw(st.sampled_from([(), (Closure(first, first + timedelta(days=draw(st.integers(0, 5)))),)])),
        yearly_closures=draw(
            st.sampled_from([(), (YearlyClosure((yearly.month, yearly.day), (until.month, until.day)),)])
        ),
        openings=draw(st.sampled_from([(), (Opening(draw(dates), draw(spans().filter(bool))),)])),
    )


moments = st.builds(
    lambda start, minutes: start + minutes * MINUTE, st.sampled_from(STARTS), st.integers(0, 4 * DAY_MINUTES)
)
CHECK = settings(max_examples=120, deadline=None, derandomize=True)


def open_by_the_clock(plan: Plan, moment: datetime) -> bool:
    """The meaning of a calendar: what the wall clock shows lies within a span of its date."""
    local = moment.astimezone(ZoneInfo(plan.time_zone))
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in day_book(plan).day(local.date()).spans)


def compiled(plan: Plan) -> Compiled:
    return compile_plan(plan, YEAR - 1, YEAR + 2)


def slowly_added(plan: Plan, start: datetime, minutes: int, most: int) -> datetime | None:
    """The end of the last of so many open minutes, looking minute by minute; None after too many of them."""
    moment = start
    for _step in range(most):
        minutes -= open_by_the_clock(plan, moment)
        moment += MINUTE
        if minutes == 0:
            return moment
    return None


@CHECK
@given(plans(), moments, st.integers(1, 900))
def test_adding_minutes_is_counting_them(plan, start, minutes):
    expected = slowly_added(plan, start, minutes, most=4000)

    if expected is not None:
        assert add_minutes(compiled(plan), start, minutes) == expected
    else:
        try:
            assert add_minutes(compiled(plan), start, minutes) > start + 4000 * MINUTE
        except BeyondReach:
            assert sum(compiled(plan).day_lengths, timedelta(0)) < timedelta(days=900)


@CHECK
@given(plans(), moments, st.integers(0, 4000))
def test_minutes_between_are_the_open_ones(plan, start, length):
    expected = sum(open_by_the_clock(plan, start + step * MINUTE) for step in range(length))

    calendar = compiled(plan)

    assert minutes_between(calendar, start, start + length * MINUTE) == expected
    assert minutes_between(calendar, start + length * MINUTE, start) == -expected


@CHECK
@given(plans(), moments)
def test_it_is_open_when_the_clock_says_so_and_opens_when_it_did_not(plan, moment):
    calendar = compiled(plan)

    assert is_open(calendar, moment) == open_by_the_clock(plan, moment)
    try:
        opening = next_opening(calendar, moment)
    except BeyondReach:
        return
    assert open_by_the_clock(plan, opening)
    assert minutes_between(calendar, moment, opening) == 0
    assert opening == moment or not open_by_the_clock(plan, opening - MINUTE)


@CHECK
@given(plans(), moments, st.integers(1, 5000), st.timedeltas(timedelta(0), MINUTE - timedelta(microseconds=1)))
def test_adding_and_counting_undo_each_other(plan, start, minutes, part):
    calendar, start = compiled(plan), start + part
    try:
        end = add_minutes(calendar, start, minutes)
    except BeyondReach:
        return

    assert minutes_between(calendar, start, end) == minutes
    assert add_minutes(calendar, start, minutes - 1) < end
    assert not is_open(calendar, end) or end >= start + minutes * MINUTE


@CHECK
@given(plans(), moments, st.integers(1, 5000), st.timedeltas(timedelta(0), MINUTE - timedelta(microseconds=1)))
def test_going_back_ends_at_the_last_moment_from_which_so_many_minutes_pass(plan, end, minutes, part):
    table, end = compiled(plan), end + part
    try:
        back = minutes_back(table, end, minutes)
    except BeyondReach:
        return

    assert back <= end
    assert minutes_between(table, back, end) == minutes
    assert minutes_between(table, back + timedelta(microseconds=1), end) < minutes


@CHECK
@given(plans(), moments, st.integers(1, 6))
def test_business_days_end_when_a_day_that_is_open_closes(plan, start, days):
    calendar = compiled(plan)
    try:
        end = within_business_days(calendar, start, days, DayRule.END)
    except BeyondReach:
        return
    zone = ZoneInfo(plan.time_zone)
    first = start.astimezone(zone).date()
    last = (end - MINUTE).astimezone(zone).date()

    between = [date.fromordinal(number) for number in range(first.toordinal() + 1, last.toordinal() + 1)]

    assert sum(day.toordinal() in calendar.days for day in between) == days
    assert open_by_the_clock(plan, end - MINUTE)
