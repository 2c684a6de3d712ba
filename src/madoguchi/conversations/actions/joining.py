"""What merging makes of the survivor's own state, and how that goes back whatever has happened since.

Nothing that somebody is responsible for, and nothing urgent, is lost: the highest priority stays, an assignee, team
and category fill what is empty, an open matter stays open with the nearest deadline.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.choices import ASSIGNED, OUR_TURN, PRIORITY_CHANGED, STATUS_CHANGED, Status
from madoguchi.conversations.hidden import hidden_pairs, hidden_people
from madoguchi.conversations.models import Conversation, DeadlineAlarm
from madoguchi.events.record import record

#: Filled from the oldest of the others that has one, where the survivor has none.
_FILLED = ("assignee_id", "team_id", "category_id")
#: What is put back by itself where the survivor was changed after the merge.
_PUT_BACK = (*_FILLED, "priority")

#: As large as the column: PositiveSmallIntegerField.
_MOST_ESCALATIONS = 32_767

type Snapshots = Mapping[str, Mapping[str, Any]]


def join(survivor: Conversation, others: Sequence[Conversation], before: Snapshots, *, user: User) -> dict[str, Any]:
    """Let the survivor take over what the others had; the others are as they were in `before`. For the way back.

    Records what the history tells of it; the caller saves the survivor.
    """
    states = [before[str(other.pk)] for other in sorted(others, key=lambda each: each.pk)]
    kept: dict[str, Any] = {
        "tags": _add(survivor.tags, (pk for state in states for pk in state["tags"])),
        "also_in": _add(survivor.also_in, (pk for other in others for pk in _eyes(other) if pk != survivor.inbox_id)),
        "followers": _add(survivor.followers, _followers(others)),
        "hidden_from": _add(survivor.hidden_from, (pk for _n, pk in hidden_pairs(each.pk for each in others))),
    }
    _join_people(survivor, states)
    join_turn(survivor, states)
    kept["escalations"] = _join_alarms(survivor, others)
    mine = before[str(survivor.pk)]
    kept["joined"] = {name: now for name in _PUT_BACK if (now := getattr(survivor, name)) != mine[name]}
    _tell(survivor, mine, user)
    return kept


def _add(relation: Any, wanted: Iterable[int]) -> list[int]:
    """Add what is not there yet; what that was."""
    new = sorted(set(wanted) - set(relation.values_list("pk", flat=True)))
    relation.add(*new)
    return new


def _eyes(other: Conversation) -> list[int]:
    return [other.inbox_id, *other.also_in.values_list("pk", flat=True)]


def _followers(others: Sequence[Conversation]) -> list[int]:
    """Of the staff; guests keep to what they were asked for."""
    rows = Conversation.followers.through.objects.filter(conversation__in=[other.pk for other in others])
    people = User.objects.filter(pk__in=rows.values("user")).exclude(role=Role.GUEST)
    return list(people.values_list("pk", flat=True))


def _join_people(survivor: Conversation, states: Sequence[Mapping[str, Any]]) -> None:
    for name in _FILLED:
        found = (state[name] for state in states if state[name] is not None)
        if getattr(survivor, name) is None:
            setattr(survivor, name, next(found, None))
    if survivor.assignee_id in hidden_people(survivor):
        survivor.assignee_id = None
    survivor.priority = max(survivor.priority, *(state["priority"] for state in states))


def join_turn(survivor: Conversation, states: Sequence[Mapping[str, Any]]) -> None:
    """Where a customer waits for us in one of them, it is our turn in the survivor, by the nearest deadline."""
    is_ours = any(state["status"] in OUR_TURN for state in states)
    is_open = any(state["is_open"] for state in states)
    if (is_ours and survivor.status not in OUR_TURN) or (is_open and not survivor.is_open):
        survivor.set_status(Status.OPEN)
    if survivor.status == Status.NEW and survivor.assignee_id is not None:
        survivor.set_status(Status.OPEN)
    dues = [state["due_at"] for state in states if state["due_at"]]
    nearest = min(map(datetime.fromisoformat, dues), default=None)
    if nearest is not None and survivor.is_open and (survivor.due_at is None or nearest < survivor.due_at):
        survivor.set_due(nearest)


def _join_alarms(survivor: Conversation, others: Sequence[Conversation]) -> int:
    """Add up エスカレーションの回数; by how much. What was told of the deadline that holds now is not told again."""
    if survivor.due_at is not None:
        told = DeadlineAlarm.objects.filter(conversation__in=[other.pk for other in others], due_at=survivor.due_at)
        alarms = [
            DeadlineAlarm(conversation=survivor, kind=kind, step=step, due_at=survivor.due_at)
            for kind, step in sorted(set(told.values_list("kind", "step")))
        ]
        DeadlineAlarm.objects.bulk_create(alarms, ignore_conflicts=True)
    before = survivor.escalation_count
    total = before + sum(other.escalation_count for other in others)
    survivor.escalation_count = min(total, _MOST_ESCALATIONS)
    return survivor.escalation_count - before


def _tell(survivor: Conversation, before: Mapping[str, Any], user: User) -> None:
    told = {
        "priority": (PRIORITY_CHANGED, {"before": before["priority"], "after": survivor.priority}),
        "assignee_id": (ASSIGNED, {"before": before["assignee_id"], "assignee": survivor.assignee_id}),
        "status": (STATUS_CHANGED, {"before": before["status"], "after": survivor.status}),
    }
    for name, (kind, data) in told.items():
        if getattr(survivor, name) != before[name]:
            record(kind, survivor.event_subject, by=user.actor, scope_id=survivor.inbox_id, data=data)


def take_joined_back(
    data: Mapping[str, Any], survivor: Conversation, put_back: Callable[[Conversation, dict[str, Any]], None]
) -> None:
    """Give the survivor what it had: all of it while nobody changed it, else what still is as the merge made it."""
    kept = data["before"][str(survivor.pk)]
    survivor.followers.remove(*data.get("followers", ()))
    survivor.hidden_from.remove(*data.get("hidden_from", ()))
    arrived = survivor.messages.values_list("inbox_id", flat=True)
    survivor.also_in.remove(*(set(data.get("also_in", ())) - set(arrived)))
    survivor.escalation_count = max(survivor.escalation_count - data.get("escalations", 0), 0)
    if survivor.version == kept["version"]:
        put_back(survivor, kept)
        return
    survivor.tags.remove(*data.get("tags", ()))
    for name, now in data.get("joined", {}).items():
        if getattr(survivor, name) == now:
            setattr(survivor, name, kept[name])
