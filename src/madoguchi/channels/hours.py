"""When somebody is at a 窓口, and how much of its time passes; where no calendar tells, all time counts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from madoguchi.calendars.compiled import BeyondReach, compiled_at
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
    if inbox.calendar is None:
        return None
    try:
        return next_opening(compiled_at(inbox.calendar.plan, moment), moment)
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


def minutes_later(inbox: Inbox, since: datetime, minutes: int) -> datetime:
    """When so many business minutes have passed."""
    if inbox.calendar is not None:
        try:
            return add_minutes(compiled_at(inbox.calendar.plan, since), since, minutes)
        except BeyondReach:
            pass
    return since + timedelta(minutes=minutes)


def minutes_earlier(inbox: Inbox, until: datetime, minutes: int) -> datetime:
    """The last moment since which so many business minutes have passed."""
    if inbox.calendar is not None:
        try:
            return minutes_back(compiled_at(inbox.calendar.plan, until), until, minutes)
        except BeyondReach:
            pass
    return until - timedelta(minutes=minutes)


def business_minutes(inbox: Inbox, start: datetime, end: datetime) -> int:
    """How many business minutes lie between."""
    if inbox.calendar is not None:
        try:
            return minutes_between(compiled_at(inbox.calendar.plan, start), start, end)
        except BeyondReach:
            pass
    return int((end - start).total_seconds() // 60)
