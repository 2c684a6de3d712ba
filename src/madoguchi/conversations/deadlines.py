"""Since when a customer waits, and what the clock makes of 返信期限: warnings before it, notices after it, escalation.

Each step is claimed by a row of DeadlineAlarm: it is told once for one 返信期限, however often and wherever this runs.
A conversation whose 返信期限 is set anew begins anew.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.hours import minutes_earlier
from madoguchi.channels.models import Inbox
from madoguchi.channels.warning import MOST_STEPS, Escalation, escalations_of, warned_until
from madoguchi.conversations.choices import (
    DUE_PASSED,
    DUE_SOON,
    ESCALATED,
    NEVER_LEFT,
    MessageKind,
    Priority,
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
    written = said.filter(kind=MessageKind.OUTBOUND, is_automatic=False).exclude(state__in=NEVER_LEFT)
    ours = written.order_by("-at").values("at")[:1]
    theirs = said.filter(kind=MessageKind.INBOUND, auto_kind="").order_by("at").values_list("at", flat=True)
    answered = ours.values_list("at", flat=True).first()
    return (theirs.filter(at__gt=answered) if answered else theirs).first()


@transaction.atomic
def tell_of_deadlines(now: datetime) -> dict[str, int]:
    """Tell of what is due soon, has become late, or is late for so long that others should know; how many of each.

    Told are the assignee, or else the team; of what is late and nobody's, the supervisors; at each step of escalation
    whom the 窓口 names for it, or the supervisors where that is nobody. Nobody is
    told where a planned mail leaves before 返信期限.
    """
    inboxes = list(Inbox.objects.select_related("calendar"))
    return {
        DUE_SOON: _tell_soon(inboxes, now),
        DUE_PASSED: _tell_passed(now),
        ESCALATED: sum(_escalate(inboxes, number, now) for number in range(MOST_STEPS)),
    }


def _tell_soon(inboxes: Iterable[Inbox], now: datetime) -> int:
    bounds = Q()
    for inbox in inboxes:
        for priority in Priority.values:
            bounds |= Q(inbox=inbox, priority=priority, queue_at__lte=warned_until(inbox, priority, now))
    rows = _told_of(Q(queue_at__gt=now) & bounds, now) if bounds else Conversation.objects.none()
    claimed = _claim(_unclaimed(rows, DUE_SOON), DUE_SOON)
    return _tell(claimed, DUE_SOON, _Audience(claimed).keepers)


def _tell_passed(now: datetime) -> int:
    claimed = _claim(_unclaimed(_told_of(Q(queue_at__lte=now), now), DUE_PASSED), DUE_PASSED)
    audience = _Audience(claimed)
    return _tell(claimed, DUE_PASSED, lambda each: audience.keepers(each) or audience.leaders(None))


def _escalate(inboxes: Iterable[Inbox], number: int, now: datetime) -> int:
    """Take one step of what is late for so long, and count it at the conversation."""
    steps = {each.pk: ladder[number] for each in inboxes if len(ladder := escalations_of(each)) > number}
    bounds = Q()
    for inbox in inboxes:
        if inbox.pk in steps:
            bounds |= Q(inbox=inbox, queue_at__lte=minutes_earlier(inbox, now, steps[inbox.pk].after))
    if not bounds:
        return 0
    claimed = _claim(_unclaimed(_told_of(bounds, now), ESCALATED, number), ESCALATED, number)
    audience = _Audience(claimed, [pk for step in steps.values() for pk in step.people])
    named = {each.pk: audience.named(each, steps[each.inbox_id]) for each in claimed}
    Conversation.objects.filter(pk__in=list(named)).update(escalation_count=F("escalation_count") + 1)
    told, nobodys = [each for each in claimed if named[each.pk]], [each for each in claimed if not named[each.pk]]
    _tell(told, ESCALATED, lambda each: named[each.pk], step=number + 1)
    _tell(nobodys, ESCALATED, lambda each: audience.leaders(each.team_id), step=number + 1, is_fallback=True)
    return len(claimed)


def _told_of(which: Q, now: datetime) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(which, is_open=True, merged_into=None, queue_at__gt=now - _FORGOTTEN)
    return rows.exclude(leaves_in_time(now))


def _unclaimed(rows: QuerySet[Conversation], kind: str, step: int = 0) -> list[Conversation]:
    told = DeadlineAlarm.objects.filter(conversation=OuterRef("pk"), kind=kind, step=step, due_at=OuterRef("queue_at"))
    return list(rows.filter(~Exists(told)).order_by("queue_at", "pk")[:_MOST])


def _claim(rows: Iterable[Conversation], kind: str, step: int = 0) -> list[Conversation]:
    """Those that nobody else tells of in the same moment; their rows decide that."""
    claimed = []
    for each in rows:
        _alarm, is_ours = DeadlineAlarm.objects.get_or_create(
            conversation=each, kind=kind, step=step, due_at=each.queue_at
        )
        if is_ours:
            claimed.append(each)
    return claimed


def _tell(
    rows: Collection[Conversation], kind: str, people_of: Callable[[Conversation], Iterable[int]], **more: int
) -> int:
    record_all(
        [
            new_event(
                kind,
                each.event_subject,
                by=_CLOCK,
                scope_id=each.inbox_id,
                data={"due_at": each.queue_at, "people": sorted(set(people_of(each))), **more},
            )
            for each in rows
        ]
    )
    return len(rows)


class _Audience:
    """Who is to be told of these conversations, looked up once for all of them."""

    def __init__(self, rows: Collection[Conversation], people: Iterable[int] = ()) -> None:
        """Look up the teams of the conversations, and who of their assignees and these people is still here."""
        team_ids = {each.team_id for each in rows if each.team_id}
        members = User.objects.filter(teams__in=team_ids, is_active=True).values_list("teams", "pk") if team_ids else ()
        self._members: dict[int, list[int]] = {}
        for team_id, user_id in members:
            self._members.setdefault(team_id, []).append(user_id)
        self._supervisors = _supervisors() if rows else []
        wanted = {*people, *(each.assignee_id for each in rows if each.assignee_id is not None)} if rows else set()
        here = User.objects.filter(pk__in=wanted, is_active=True) if wanted else User.objects.none()
        self._here = set(here.values_list("pk", flat=True))

    def keepers(self, conversation: Conversation) -> list[int]:
        """The assignee, or else the team."""
        if conversation.assignee_id in self._here:
            return [conversation.assignee_id]
        return self._members.get(conversation.team_id or 0, [])

    def leaders(self, team_id: int | None) -> list[int]:
        """The SVs of a team; of none, or of one without any, all of them."""
        members = set(self._members.get(team_id or 0, []))
        return [pk for pk in self._supervisors if pk in members] or self._supervisors

    def named(self, conversation: Conversation, step: Escalation) -> list[int]:
        """Whom a step of escalation names, as far as they are still here."""
        found = [pk for pk in step.people if pk in self._here]
        found += self.keepers(conversation) if step.assignee else []
        return found + (self.leaders(conversation.team_id) if step.leaders else [])


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
