"""When customers can be called back: half hours within the business hours of a 窓口, and how many are taken."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from madoguchi.calls.choices import (
    DAYS_SHOWN,
    FROM_HOUR,
    FURTHEST_SLOT,
    MOST_AT_ONCE,
    NOTICE,
    SLOT,
    UNTIL_HOUR,
    CallbackState,
)
from madoguchi.calls.models import Callback
from madoguchi.channels.hours import is_within_hours, opening_from, zone_of
from madoguchi.channels.models import Inbox

_MOMENT = timedelta(microseconds=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """One half hour in which customers can be called."""

    starts_at: datetime
    taken: int = 0

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + SLOT

    @property
    def is_full(self) -> bool:
        """Customers cannot choose it any more."""
        return self.taken >= MOST_AT_ONCE


def next_slots(inbox: Inbox, now: datetime, *, days: int = DAYS_SHOWN) -> list[Slot]:
    """The slots of the next days that have any, with how many callbacks each has; one query.

    Empty where the calendar says that nobody is there for three weeks.
    """
    zone = zone_of(inbox)
    starts: list[datetime] = []
    seen: set[object] = set()
    for start in _starts(inbox, now):
        seen.add(start.astimezone(zone).date())
        if len(seen) > days:
            break
        starts.append(start)
    taken = _taken(inbox, starts)
    return [Slot(start, taken[start]) for start in starts]


def slot_at(inbox: Inbox, starts_at: datetime, now: datetime) -> Slot | None:
    """The slot that begins then, of all that can be chosen; None for any other moment."""
    try:
        start = starts_at.astimezone(UTC)
    except OverflowError:  # the first and the last day there are
        return None
    if start not in _starts(inbox, now):
        return None
    return Slot(start, _taken(inbox, [start])[start])


def _starts(inbox: Inbox, now: datetime) -> Iterator[datetime]:
    """Every beginning, earliest first: whole half hours, the whole of which somebody is there."""
    moment, last = _half_hour(now + NOTICE), now + FURTHEST_SLOT
    while moment <= last:
        if inbox.calendar is not None:
            opening = opening_from(inbox, moment)
            if opening is None:
                return
            moment = max(moment, _half_hour(opening))
        if moment <= last and _is_open(inbox, moment):
            yield moment
        moment += SLOT


def _is_open(inbox: Inbox, start: datetime) -> bool:
    if inbox.calendar is not None:
        return is_within_hours(inbox, start) and is_within_hours(inbox, start + SLOT - _MOMENT)
    local = start.astimezone(zone_of(inbox))
    return local.weekday() < _SATURDAY and FROM_HOUR <= local.hour < UNTIL_HOUR


def _half_hour(moment: datetime) -> datetime:
    """The next whole half hour of the clock, the moment itself if it is one. Zones differ from UTC by such too."""
    utc = moment.astimezone(UTC)
    begun = utc.replace(minute=utc.minute // 30 * 30, second=0, microsecond=0)
    return begun if begun == utc else begun + SLOT


def _taken(inbox: Inbox, starts: list[datetime]) -> Counter[datetime]:
    """How many open callbacks begin within each slot."""
    if not starts:
        return Counter()
    rows = Callback.objects.filter(conversation__inbox=inbox, state=CallbackState.OPEN)
    rows = rows.filter(starts_at__gte=starts[0], starts_at__lt=starts[-1] + SLOT)
    moments = rows.values_list("starts_at", flat=True)
    return Counter(at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0) for at in moments)
