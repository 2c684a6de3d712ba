"""後で対応: off the desk until a time, or until the customer answers; it comes back on top by itself.

It is a hold with who and why. Mail of the customer wins over it: whoever comes second finds the row as it is then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.hours import next_start, opening_from, zone_of
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.bulk import Change, make_changes
from madoguchi.conversations.actions.triage import change_status, check_resumption
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.core.errors import Invalid
from madoguchi.customers.masking import cut_whole

#: Where no business hours say when the day begins.
_MORNING = 9


@dataclass(frozen=True, slots=True)
class SnoozeTimes:
    """The moments people choose most."""

    later: datetime  #: in two hours
    next_day: datetime  #: when the desk opens next, on another day or later today
    next_week: datetime


def snooze_times(inbox: Inbox, now: datetime) -> SnoozeTimes:
    """Those of a 窓口, in its business hours where it has some."""
    local = now.astimezone(zone_of(inbox))
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    return SnoozeTimes(
        later=now + timedelta(hours=2),
        next_day=next_start(inbox, now) or morning + timedelta(days=1),
        next_week=opening_from(inbox, monday.replace(hour=0)) or monday,
    )


def snooze_each(
    conversations: Sequence[Conversation],
    *,
    until: Callable[[SnoozeTimes], datetime | None],
    why: str,
    now: datetime,
    user: User,
) -> UndoStep:
    """Put several off as one change: the next business day is that of each one's own 窓口; all or none, one undo."""
    if not conversations:
        raise Invalid(_("Choose at least one conversation."))
    by_inbox: dict[Inbox, list[Conversation]] = {}
    for each in conversations:
        by_inbox.setdefault(each.inbox, []).append(each)

    def put_off(inbox: Inbox) -> Change:
        moment = until(snooze_times(inbox, now))
        return lambda _all: snooze(by_inbox[inbox], until=moment, why=why, now=now, user=user)

    step = make_changes(conversations, [put_off(inbox) for inbox in by_inbox], user=user)
    assert step is not None  # there is a 窓口 for each
    return step


def snooze(
    conversations: Sequence[Conversation], *, until: datetime | None, why: str, now: datetime, user: User
) -> UndoStep:
    """Put conversations off until a moment; None waits for the customer's answer. Undone like any change of status."""
    if until is not None:
        check_resumption(until, now)
    reason = cut_whole(" ".join(why.split()), 150) or str(_("Later"))
    return change_status(
        conversations, Status.HOLD, user=user, hold_reason=cut_whole(f"{reason} ({user.name})", 200), resume_at=until
    )
