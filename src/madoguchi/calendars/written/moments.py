"""From days and a time of day to the moments between which something lies. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from madoguchi.calendars.written.clocks import DAY, HOUR, Clock
from madoguchi.calendars.written.days import Days, last_open_day
from madoguchi.calendars.written.found import Precision, Reference

#: 月末 on a day off is the business day before it, if there is one so near.
_BEFORE_THE_END = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Moments:
    """When it begins and when it is over, in UTC."""

    earliest: datetime
    due: datetime
    precision: Precision


def moments_of(days: Days, clock: Clock | None, reference: Reference) -> Moments | None:
    """The moments of a day or period and a time of day; None where there is no such day or time."""
    first, last = days.first, days.last
    if first is None or last is None or (clock is not None and clock.is_impossible):
        return None
    if days.precision is Precision.PERIOD:
        begins = last - _BEFORE_THE_END if first == last else first
        last = last_open_day(reference, max(begins, min(last, reference.today)), last)
        first = min(first, last)
    if clock is None:
        opens, closes = 0, _closing(last, reference)
    elif clock.minute is not None:
        opens = closes = _in_hours(clock, last, reference)
    else:
        opens, closes = _part(clock, last, reference)
    precision = days.precision if clock is None else Precision.PART if clock.part else Precision.MINUTE
    return Moments(moment_at(first, opens, reference), moment_at(last, closes, reference), precision)


def moment_at(day: date, minute: int, reference: Reference) -> datetime:
    """The wall clock of a day in UTC; 24:00 and later are of the next day."""
    on = day + timedelta(days=minute // DAY)
    return datetime.combine(on, time(minute % DAY // 60, minute % 60), reference.zone).astimezone(UTC)


def _closing(day: date, reference: Reference) -> int:
    spans = reference.book.day(day).spans
    return spans[-1][1] if spans else DAY


def _in_hours(clock: Clock, day: date, reference: Reference) -> int:
    """3時 is in the afternoon, unless somebody works in that night."""
    minute = clock.minute or 0
    if not clock.is_vague_half:
        return minute
    spans = reference.book.day(day).spans
    is_open = bool(spans) and spans != ((0, DAY),) and any(opens <= minute <= closes for opens, closes in spans)
    return minute if is_open or minute >= 7 * HOUR else minute + 12 * HOUR


def _part(clock: Clock, day: date, reference: Reference) -> tuple[int, int]:
    """A part of the day ends when the desk closes, if it is open during it."""
    begins, ends = clock.part or (None, None)
    spans = reference.book.day(day).spans
    opening, closing = (spans[0][0], spans[-1][1]) if spans else (0, DAY)
    opens = opening if begins is None else begins
    closes = closing if ends is None else ends
    if opens < closing < closes:
        closes = closing
    if begins is None and closes <= opens:  # 朝一番 of a desk that opens late
        closes = min(opens + HOUR, closing)
    return min(opens, closes), closes
