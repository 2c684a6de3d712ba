"""後で対応: off the desk until a time, or until the customer answers; it comes back on top by itself.

It is a hold with who and why. Mail of the customer wins over it: whoever comes second finds the row as it is then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.hours import next_start, opening_from, zone_of
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.core.errors import Invalid

#: Whoever puts off for longer has forgotten it by then.
FURTHEST = timedelta(days=366)
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


def snooze(
    conversations: Sequence[Conversation], *, until: datetime | None, why: str, now: datetime, user: User
) -> UndoStep:
    """Put conversations off until a moment; None waits for the customer's answer. Undone like any change of status."""
    if until is not None and until > now + FURTHEST:
        raise Invalid(_("This is more than a year ahead. Choose an earlier time."), field="resume_at")
    reason = " ".join(why.split())[:150] or str(_("Later"))
    return change_status(
        conversations, Status.HOLD, user=user, hold_reason=f"{reason} ({user.name})"[:200], resume_at=until
    )
