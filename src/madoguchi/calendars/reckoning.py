"""Business-minute arithmetic on a compiled calendar: exact to the microsecond, a few bisections each. Pure.

All moments are aware and come back in UTC. A moment outside of the table, or a sum that leaves it, is BeyondReach.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.compiled import EPOCH, BeyondReach, Compiled

MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)


def is_open(calendar: Compiled, moment: datetime) -> bool:
    """True while somebody works; the moment of closing is closed already."""
    at = _since_epoch(calendar, moment)
    position = bisect_right(calendar.opens, at) - 1
    return position >= 0 and at < calendar.closes[position]


def next_opening(calendar: Compiled, moment: datetime) -> datetime:
    """The moment itself while it is open, or else when it opens next: where the clock starts."""
    at = _since_epoch(calendar, moment)
    position = bisect_right(calendar.closes, at)
    if position == len(calendar.opens):
        raise BeyondReach(moment)
    return EPOCH + max(at, calendar.opens[position])


def add_minutes(calendar: Compiled, start: datetime, minutes: int) -> datetime:
    """When so many open minutes have passed; what ends with a day ends at its closing, not at the next opening.

    No minutes at all end where the clock starts (`next_opening`).
    """
    if minutes < 0:
        raise ValueError("minutes are counted forwards")
    if minutes == 0:
        return next_opening(calendar, start)
    return _after(calendar, start, minutes * MINUTE)


def minutes_back(calendar: Compiled, end: datetime, minutes: int) -> datetime:
    """The last moment from which on so many open minutes have passed until the end."""
    needed = _open_until(calendar, _since_epoch(calendar, end)) - minutes * MINUTE
    position = bisect_right(calendar.before, needed) - 1
    if position < 0:
        raise BeyondReach(end)
    passed = needed - calendar.before[position]
    return EPOCH + min(calendar.opens[position] + passed, end - EPOCH)


def minutes_between(calendar: Compiled, start: datetime, end: datetime) -> int:
    """Whole open minutes from one moment to another; negative when the end comes first."""
    begun = _open_until(calendar, _since_epoch(calendar, start))
    passed = _open_until(calendar, _since_epoch(calendar, end)) - begun
    return passed // MINUTE if passed >= _NOTHING else -(-passed // MINUTE)


def within_business_days(calendar: Compiled, start: datetime, days: int, rule: DayRule) -> datetime:
    """By when something is done that is promised 「◯営業日以内」.

    LENGTH counts the open time of so many business days, the first being the day on which the clock starts: with hours
    from 10 to 17, what comes on a Tuesday at 16:50 is due on the next business day at 16:50. END is the closing of the
    business day that is so many after the date of the start, on which it does not matter whether it was open.
    """
    if days < 1:
        raise ValueError("at least one day")
    if rule == DayRule.LENGTH:
        begins = next_opening(calendar, start)
        first = bisect_left(calendar.days, _ordinal(calendar, begins))
        if first + days > len(calendar.days):
            raise BeyondReach(start)
        return _after(calendar, start, sum(calendar.day_lengths[first : first + days], _NOTHING))
    _since_epoch(calendar, start)
    position = bisect_right(calendar.days, _ordinal(calendar, start)) + days - 1
    if position >= len(calendar.days):
        raise BeyondReach(start)
    return EPOCH + calendar.day_closes[position]


def _after(calendar: Compiled, start: datetime, passing: timedelta) -> datetime:
    needed = _open_until(calendar, _since_epoch(calendar, start)) + passing
    if needed > calendar.total:
        raise BeyondReach(start)
    position = bisect_left(calendar.before, needed) - 1  # the first has nothing before it, and more than that is needed
    return EPOCH + (calendar.opens[position] + needed - calendar.before[position])


def _open_until(calendar: Compiled, at: timedelta) -> timedelta:
    """How much open time there is from the beginning of the table until this moment."""
    position = bisect_right(calendar.opens, at) - 1
    if position < 0:
        return _NOTHING
    return calendar.before[position] + (min(at, calendar.closes[position]) - calendar.opens[position])


def _since_epoch(calendar: Compiled, moment: datetime) -> timedelta:
    at = moment - EPOCH
    if not calendar.first <= at < calendar.last:
        raise BeyondReach(moment)
    return at


def _ordinal(calendar: Compiled, moment: datetime) -> int:
    return moment.astimezone(calendar.zone).toordinal()
