"""By when a customer of a 窓口 should have an answer: counted in its business hours, where it has a calendar."""

from datetime import datetime, timedelta

from madoguchi.calendars.compiled import BeyondReach, compiled_at
from madoguchi.calendars.reckoning import add_minutes
from madoguchi.channels.models import Inbox


def reply_due_at(inbox: Inbox, since: datetime) -> datetime:
    """The 返信期限 of what came at this moment; without a calendar every minute counts.

    So it is too where the calendar does not reach: a deadline that is early is better than none.
    """
    minutes = inbox.reply_within_minutes
    if inbox.calendar is not None:
        try:
            return add_minutes(compiled_at(inbox.calendar.plan, since), since, minutes)
        except BeyondReach:
            pass
    return since + timedelta(minutes=minutes)
