"""What the clock does to promises: warns before their time, and breaks them after it. Safe to run twice and at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all
from madoguchi.promises.choices import PROMISE_BROKEN, PROMISE_DUE_SOON, WARNED_BEFORE, PromiseState
from madoguchi.promises.models import Promise

#: As many at once; the next run takes the rest.
_MOST = 500
_CLOCK = Actor.system("calendar")


@transaction.atomic
def break_promises(now: datetime) -> int:
    """Break what was due until now and nobody kept; returns how many. The moment of breaking is the promised one."""
    due = _taken(Promise.objects.filter(due_at__lte=now))
    for promise in due:
        promise.state, promise.decided_at = PromiseState.BROKEN, promise.due_at
    Promise.objects.bulk_update(due, ["state", "decided_at"])
    _tell(PROMISE_BROKEN, due)
    return len(due)


@transaction.atomic
def warn_of_promises(now: datetime) -> int:
    """Tell of what is due soon, once each; returns how many. What was promised at shorter notice is told of at once."""
    soon = _taken(Promise.objects.filter(due_at__gt=now, due_at__lte=now + WARNED_BEFORE, warned_at=None))
    for promise in soon:
        promise.warned_at = now
    Promise.objects.bulk_update(soon, ["warned_at"])
    _tell(PROMISE_DUE_SOON, [each for each in soon if each.due_at - each.made_at > WARNED_BEFORE])
    return len(soon)


def _taken(rows: QuerySet[Promise]) -> list[Promise]:
    held = rows.filter(state=PromiseState.OPEN).select_for_update(skip_locked=True, of=("self",))
    return list(held.select_related("conversation").order_by("due_at")[:_MOST])


def _tell(kind: str, promises: list[Promise]) -> None:
    record_all(
        [
            new_event(
                kind,
                each.conversation.event_subject,
                by=_CLOCK,
                scope_id=each.conversation.inbox_id,
                data={"promise": each.pk, "people": _people(each)},
            )
            for each in promises
        ]
    )


def _people(promise: Promise) -> list[int]:
    """Whose it is, and who answers for the conversation."""
    return sorted({pk for pk in (promise.owner_id, promise.conversation.assignee_id) if pk is not None})
