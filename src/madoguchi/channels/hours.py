"""When somebody is at a 窓口, and how much of its time passes; where no calendar tells, all time counts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from madoguchi.calendars.compiled import BeyondReach, Compiled, compiled_at
from madoguchi.calendars.reckoning import add_minutes, is_open, minutes_back, minutes_between, next_opening
from madoguchi.channels.models import Inbox


def zone_of(inbox: Inbox) -> ZoneInfo:
    """The time zone of a 窓口: its calendar's, else the one of the installation."""
    return ZoneInfo(inbox.calendar.time_zone if inbox.calendar else settings.TIME_ZONE)


def next_start(inbox: Inbox, now: datetime) -> datetime | None:
    """When the 窓口 opens next: later today if it is still to open, else on its next business day.

    None without business hours, and where the calendar does not reach.
    """
    if inbox.calendar is None or not is_within_hours(inbox, now):
        return opening_from(inbox, now)
    tomorrow = now.astimezone(zone_of(inbox)) + timedelta(days=1)
    return opening_from(inbox, tomorrow.replace(hour=0, minute=0, second=0, microsecond=0))


def opening_from(inbox: Inbox, moment: datetime) -> datetime | None:
    """The moment itself while the 窓口 is open, or when it opens next; None as with `next_start`."""
    return asked(inbox, moment, lambda table: next_opening(table, moment))


def is_within_hours(inbox: Inbox, moment: datetime) -> bool:
    """True while somebody is there; without business hours somebody always is."""
    found = asked(inbox, moment, lambda table: is_open(table, moment))
    return True if found is None else found


def minutes_later(inbox: Inbox, since: datetime, minutes: int) -> datetime:
    """When so many business minutes have passed."""
    found = asked(inbox, since, lambda table: add_minutes(table, since, minutes))
    return since + timedelta(minutes=minutes) if found is None else found


def minutes_earlier(inbox: Inbox, until: datetime, minutes: int) -> datetime:
    """The last moment since which so many business minutes have passed."""
    found = asked(inbox, until, lambda table: minutes_back(table, until, minutes))
    return until - timedelta(minutes=minutes) if found is None else found


def business_minutes(inbox: Inbox, start: datetime, end: datetime) -> int:
    """How many business minutes lie between."""
    found = asked(inbox, start, lambda table: minutes_between(table, start, end))
    return int((end - start).total_seconds() // 60) if found is None else found


def asked[Answer](inbox: Inbox, at: datetime, ask: Callable[[Compiled], Answer]) -> Answer | None:
    """What the calendar of a 窓口 answers; None where it has none, or none that reaches so far."""
    if inbox.calendar is None:
        return None
    try:
        return ask(compiled_at(inbox.calendar.plan, at))
    except BeyondReach:
        return None
