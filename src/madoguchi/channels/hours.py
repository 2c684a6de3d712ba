"""When somebody is at a 窓口: its business hours as the writer of a planned mail needs them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from madoguchi.calendars.compiled import BeyondReach, compiled_at
from madoguchi.calendars.reckoning import is_open, next_opening
from madoguchi.channels.models import Inbox


def zone_of(inbox: Inbox) -> ZoneInfo:
    """The time zone of a 窓口: its calendar's, else the one of the installation."""
    return ZoneInfo(inbox.calendar.time_zone if inbox.calendar else settings.TIME_ZONE)


def next_start(inbox: Inbox, now: datetime) -> datetime | None:
    """When the 窓口 opens next: later today if it is still to open, else on its next business day.

    None without business hours, and where the calendar does not reach.
    """
    if inbox.calendar is None:
        return None
    try:
        table = compiled_at(inbox.calendar.plan, now)
        if not is_open(table, now):
            return next_opening(table, now)
        tomorrow = (now.astimezone(table.zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return next_opening(table, tomorrow)
    except BeyondReach:
        return None


def is_within_hours(inbox: Inbox, moment: datetime) -> bool:
    """True while somebody is there; without business hours somebody always is."""
    if inbox.calendar is None:
        return True
    try:
        return is_open(compiled_at(inbox.calendar.plan, moment), moment)
    except BeyondReach:
        return True
