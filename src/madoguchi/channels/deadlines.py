"""By when a customer of a 窓口 should have an answer: counted in its business hours, where it has a calendar."""

from datetime import datetime, timedelta

from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.reckoning import add_minutes, within_business_days
from madoguchi.channels.hours import asked, minutes_later
from madoguchi.channels.models import Inbox


def reply_due_at(inbox: Inbox, since: datetime, priority: int = 1) -> datetime:
    """The 返信期限 of what came at this moment with this priority; without a calendar every minute counts.

    So it is too where the calendar does not reach: a deadline that is early is better than none.
    """
    minutes = minutes_for(inbox, priority)
    return _after_days(inbox, since) if minutes is None else minutes_later(inbox, since, minutes)


def is_beyond_reach(inbox: Inbox, since: datetime) -> bool:
    """True where a 返信期限 from this moment on cannot be counted in the business hours of the 窓口.

    It opens too seldom, or not any more; every minute counts then, and people are told so.
    """
    if inbox.calendar is None:
        return False
    longest = max([inbox.reply_within_minutes, *map(int, inbox.reply_within_by_priority.values())])
    if inbox.reply_rule and _days_from(inbox, since) is None:
        return True
    return asked(inbox, since, lambda table: add_minutes(table, since, longest)) is None


def minutes_for(inbox: Inbox, priority: int) -> int | None:
    """The minutes that a priority has for an answer; None where the rule of days counts."""
    own = inbox.reply_within_by_priority.get(str(priority))
    if own is not None:
        return int(own)
    return None if inbox.reply_rule else inbox.reply_within_minutes


def _after_days(inbox: Inbox, since: datetime) -> datetime:
    found = _days_from(inbox, since)
    return since + timedelta(days=inbox.reply_days) if found is None else found


def _days_from(inbox: Inbox, since: datetime) -> datetime | None:
    rule = DayRule(inbox.reply_rule)
    return asked(inbox, since, lambda table: within_business_days(table, since, inbox.reply_days, rule))
