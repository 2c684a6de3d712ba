"""Since when a customer waits, and what the clock makes of 返信期限: warnings before it, notices after it, escalation.

Each step is claimed by a row of DeadlineAlarm: it is told once for one 返信期限, however often and wherever this runs.
A conversation whose 返信期限 is set anew begins anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import (
    DUE_PASSED,
    DUE_SOON,
    ESCALATED,
    NEVER_LEFT,
    MessageKind,
)
from madoguchi.conversations.due_lists import leaves_in_time
from madoguchi.conversations.models import Conversation, DeadlineAlarm, Message
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all

#: As many of one kind in one run; the next one takes the rest.
_MOST = 500
#: What was late for so long before anybody was told is history: an import, or a desk that was switched off.
_FORGOTTEN = timedelta(days=14)
_CLOCK = Actor.system("calendar")


def waiting_since(conversation: Conversation) -> datetime | None:
    """When the oldest message of the customer came that we have not answered since; None when none waits."""
    said = Message.objects.filter(conversation=conversation)
    ours = said.filter(kind=MessageKind.OUTBOUND).exclude(state__in=NEVER_LEFT).order_by("-at").values("at")[:1]
    theirs = said.filter(kind=MessageKind.INBOUND, auto_kind="").order_by("at").values_list("at", flat=True)
    answered = ours.values_list("at", flat=True).first()
    return (theirs.filter(at__gt=answered) if answered else theirs).first()


@transaction.atomic
def tell_of_deadlines(now: datetime) -> dict[str, int]:
    """Tell of what is due soon, has become late, or is late for so long that supervisors should know; how many of each.

    Told are the assignee, or else the team; of what is late and nobody's, and at escalation, the supervisors. Nobody is
    told where a planned mail leaves before 返信期限.
    """
    furthest = max([0, *Inbox.objects.values_list("warn_before_minutes", flat=True)])
    near = _open_until(now + timedelta(minutes=furthest), now)
    late = _open_until(now, now)
    soon = [
        each
        for each in _unclaimed(near.filter(queue_at__gt=now), DUE_SOON)
        if each.queue_at - timedelta(minutes=each.inbox.warn_before_minutes) <= now
    ]
    passed = _unclaimed(late, DUE_PASSED)
    escalated = [
        each
        for each in _unclaimed(late.filter(inbox__escalate_after_minutes__gt=0), ESCALATED)
        if each.queue_at + timedelta(minutes=each.inbox.escalate_after_minutes) <= now
    ]
    supervisors = _supervisors() if passed or escalated else []
    return {
        DUE_SOON: _claim(soon, DUE_SOON, supervisors=[]),
        DUE_PASSED: _claim(passed, DUE_PASSED, supervisors=supervisors),
        ESCALATED: _claim(escalated, ESCALATED, supervisors=supervisors),
    }


def _open_until(until: datetime, now: datetime) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(
        is_open=True, merged_into=None, queue_at__lte=until, queue_at__gt=now - _FORGOTTEN
    )
    return rows.exclude(leaves_in_time(now)).select_related("inbox")


def _unclaimed(rows: QuerySet[Conversation], kind: str) -> list[Conversation]:
    told = DeadlineAlarm.objects.filter(conversation=OuterRef("pk"), kind=kind, due_at=OuterRef("queue_at"))
    return list(rows.filter(~Exists(told)).order_by("queue_at", "pk")[:_MOST])


def _claim(rows: Iterable[Conversation], kind: str, *, supervisors: list[int]) -> int:
    """Tell of those that nobody else tells of in the same moment; their rows decide that."""
    claimed = []
    for each in rows:
        _alarm, is_ours = DeadlineAlarm.objects.get_or_create(conversation=each, kind=kind, due_at=each.queue_at)
        if is_ours:
            claimed.append(each)
    teams = _members([each.team_id for each in claimed if each.assignee_id is None and each.team_id])
    record_all(
        [
            new_event(
                kind,
                each.event_subject,
                by=_CLOCK,
                scope_id=each.inbox_id,
                data={"due_at": each.queue_at, "people": _people(each, kind, teams, supervisors)},
            )
            for each in claimed
        ]
    )
    return len(claimed)


def _people(conversation: Conversation, kind: str, teams: dict[int, list[int]], supervisors: list[int]) -> list[int]:
    if kind == ESCALATED:
        return supervisors
    if conversation.assignee_id is not None:
        return [conversation.assignee_id]
    if conversation.team_id is not None:
        return teams.get(conversation.team_id, [])
    return supervisors


def _members(team_ids: list[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    rows = User.objects.filter(teams__in=set(team_ids), is_active=True).values_list("teams", "pk")
    for team_id, user_id in rows:
        members.setdefault(team_id, []).append(user_id)
    return members


def _supervisors() -> list[int]:
    """SVs; where there are none, whoever runs the desk."""
    people = User.objects.filter(is_active=True)
    found = list(people.filter(role=Role.SUPERVISOR).values_list("pk", flat=True))
    return found or list(people.filter(role__in=[Role.ADMIN, Role.OWNER]).values_list("pk", flat=True))


def forget_alarms(before: datetime) -> int:
    """Delete what was told of deadlines so long ago that it cannot be told again."""
    return (
        DeadlineAlarm.objects.filter(due_at__lt=before - _FORGOTTEN)
        .exclude(conversation__queue_at=F("due_at"), conversation__is_open=True)
        .delete()[0]
    )
