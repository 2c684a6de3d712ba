"""What a 窓口 does about 返信期限: from when on it warns, and whom it tells how long after. In its business minutes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.reckoning import within_business_days
from madoguchi.channels.deadlines import minutes_for
from madoguchi.channels.hours import asked, business_minutes, minutes_later
from madoguchi.channels.models import Inbox
from madoguchi.core.errors import Invalid

MOST_STEPS = 5
#: A week of minutes: who hears of it later than that hears of it by chance.
LATEST_MINUTES = 7 * 24 * 60
_MOST_PEOPLE = 50
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step after 返信期限: when, and who is told."""

    after: int  #: business minutes after it
    assignee: bool = False  #: or else the team
    leaders: bool = True  #: the SVs of its team; without any, all SVs
    people: tuple[int, ...] = ()


def warned_until(inbox: Inbox, priority: int, now: datetime) -> datetime:
    """Up to which 返信期限 a 窓口 warns at this moment: what is due by then is due soon."""
    return minutes_later(inbox, now, warning_minutes(inbox, priority, now))


def warning_minutes(inbox: Inbox, priority: int, now: datetime) -> int:
    """How many business minutes before 返信期限 it warns: as many as are set, or from a part of the time allowed on.

    Whichever comes first. With a rule of days the time allowed is that of so many full business days.
    """
    if not inbox.warn_at_percent:
        return inbox.warn_before_minutes
    left = _allowed(inbox, priority, now) * (100 - inbox.warn_at_percent)
    return max(inbox.warn_before_minutes, -(-left // 100))


def _allowed(inbox: Inbox, priority: int, now: datetime) -> int:
    minutes = minutes_for(inbox, priority)
    if minutes is not None:
        return minutes
    until = asked(inbox, now, lambda table: within_business_days(table, now, inbox.reply_days, DayRule.LENGTH))
    return inbox.reply_days * _DAY_MINUTES if until is None else business_minutes(inbox, now, until)


def escalations_of(inbox: Inbox) -> list[Escalation]:
    """The steps of a 窓口, the earliest first."""
    return [Escalation(**{**each, "people": tuple(each["people"])}) for each in inbox.escalations]


def stored_escalations(steps: Iterable[Escalation]) -> list[Mapping[str, Any]]:
    """Steps as `Inbox.escalations` keeps them; raises Invalid for what tells nobody or comes twice."""
    ordered = sorted(steps, key=lambda each: each.after)
    if len(ordered) > MOST_STEPS:
        raise Invalid(_("There are at most %(n)s steps.") % {"n": MOST_STEPS}, field="escalations")
    for step in ordered:
        if not 1 <= step.after <= LATEST_MINUTES:
            raise Invalid(_("A step comes 1 minute to 7 days after the due time."), field="escalations")
        if not (step.assignee or step.leaders or step.people):
            raise Invalid(_("Say for each step who is told."), field="escalations")
        if len(step.people) > _MOST_PEOPLE:
            raise Invalid(_("There are too many people at one step. Choose a few."), field="escalations")
    if len({step.after for step in ordered}) < len(ordered):
        raise Invalid(
            _("Two steps come at the same time. Make one of them, or give them different times."), field="escalations"
        )
    return [{**asdict(step), "people": list(step.people)} for step in ordered]
