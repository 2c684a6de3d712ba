"""A plan compiled to a table of open times: sorted moments with the open time before each. Pure and immutable.

Moments are timedeltas since 1970 (UTC): exact, and nothing has to be converted to count with them. A moment is open
when the wall clock of the time zone then shows a time within a span of its date. So on a day that changes the clock, a
span that lies in the skipped hour is not there, one in the repeated hour is there twice, and 0:00–24:00 lasts 23 or 25
hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from madoguchi.calendars.days import day_book
from madoguchi.calendars.plan import Plan

DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
#: Tables begin in years that these divide, and reach at least seven years ahead: more than a year of minutes in a
#: calendar of five hours on weekdays.
_STEP_YEARS, _TABLE_YEARS = 5, 13
#: Outside of these years nothing is counted.
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class BeyondReach(LookupError):
    """The calendar does not reach this moment: too far away, or it does not open often enough to get there."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The open times of a calendar within some years; all moments and lengths are timedeltas, moments since 1970."""

    zone: ZoneInfo
    first: timedelta  #: what is before this moment is unknown,
    last: timedelta  #: and from this one on
    opens: tuple[timedelta, ...]  #: when each open time begins; those that touch are one
    closes: tuple[timedelta, ...]
    before: tuple[timedelta, ...]  #: how much open time lies before each
    total: timedelta
    days: tuple[int, ...]  #: dates with open time, as ordinals,
    day_closes: tuple[timedelta, ...]  #: when each closes for the last time,
    day_lengths: tuple[timedelta, ...]  #: and how long it is open


def compiled_at(plan: Plan, moment: datetime) -> Compiled:
    """The table of a plan that holds this moment and the seven years after it; kept, since making it takes a while."""
    year = moment.astimezone(UTC).year
    if not _FIRST_YEAR < year < _LAST_YEAR:
        raise BeyondReach(year)
    return _kept(plan, (year - 1) // _STEP_YEARS * _STEP_YEARS)


@lru_cache(maxsize=32)
def _kept(plan: Plan, first_year: int) -> Compiled:
    return compile_plan(plan, first_year, first_year + _TABLE_YEARS)


def compile_plan(plan: Plan, first_year: int, end_year: int) -> Compiled:
    """The table of a plan from the beginning of one year to that of another, in UTC."""
    zone = ZoneInfo(plan.time_zone)
    first, last = (int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) for year in (first_year, end_year))
    opens: list[int] = []
    closes: list[int] = []
    days: dict[int, tuple[int, int]] = {}
    for day, start, end in _open_times(plan, zone, first, last):
        if closes and closes[-1] == start:
            closes[-1] = end
        else:
            opens.append(start)
            closes.append(end)
        close, length = days.get(day, (0, 0))
        days[day] = max(close, end), length + end - start
    lengths = [end - start for start, end in zip(opens, closes, strict=True)]
    ordered = sorted(days)
    return Compiled(
        zone=zone,
        first=timedelta(seconds=first),
        last=timedelta(seconds=last),
        opens=_deltas(opens),
        closes=_deltas(closes),
        before=_deltas(accumulate(lengths[:-1], initial=0)),
        total=timedelta(seconds=sum(lengths)),
        days=tuple(ordered),
        day_closes=_deltas(days[day][0] for day in ordered),
        day_lengths=_deltas(days[day][1] for day in ordered),
    )


def _deltas(seconds: Iterable[int]) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=each) for each in seconds)


def _open_times(plan: Plan, zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Each open time as (ordinal of its date, begin, end), in seconds and in their order.

    Where the clock changes, a date comes in pieces.
    """
    book = day_book(plan)
    for start, end, offset in _pieces(zone, first, last):
        for number in range((start + offset) // DAY_SECONDS, (end - 1 + offset) // DAY_SECONDS + 1):
            ordinal = _EPOCH_ORDINAL + number
            midnight = number * DAY_SECONDS - offset
            for opens, closes in book.day(date.fromordinal(ordinal)).spans:
                begins, ends = max(start, midnight + opens * 60), min(end, midnight + closes * 60)
                if begins < ends:
                    yield ordinal, begins, ends


def _pieces(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Stretches in which the clock does not change: begin, end, and its distance from UTC, all in seconds."""
    begin, offset = first, _offset(zone, first)
    for moment in range(first, last, DAY_SECONDS):
        until = min(moment + DAY_SECONDS, last)
        if _offset(zone, until) != offset:
            change = _change(zone, moment, until, offset)
            yield begin, change, offset
            begin, offset = change, _offset(zone, change)
    yield begin, last, offset


def _change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first second with another distance from UTC; no zone changes its clock twice a day."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, moment: int) -> int:
    distance = (EPOCH + timedelta(seconds=moment)).astimezone(zone).utcoffset()
    assert distance is not None  # it has a zone
    return int(distance.total_seconds())
