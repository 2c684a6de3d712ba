"""What the clock does to callbacks: warns before their time, and says when it passed untried. May run twice."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from madoguchi.calls.choices import CALLBACK_DUE_SOON, CALLBACK_MISSED, WARNED_BEFORE, CallbackState
from madoguchi.calls.models import Callback
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all

#: As many at once; the next run takes the rest.
_MOST = 500
_CLOCK = Actor.system("calendar")


@transaction.atomic
def warn_of_callbacks(now: datetime) -> int:
    """Tell of what begins soon, once each; returns how many. What was asked for at shorter notice is not told of."""
    soon = _taken(Callback.objects.filter(starts_at__gt=now, starts_at__lte=now + WARNED_BEFORE, warned_at=None))
    for callback in soon:
        callback.warned_at = now
    Callback.objects.bulk_update(soon, ["warned_at"])
    _tell(CALLBACK_DUE_SOON, [each for each in soon if each.starts_at - each.made_at > WARNED_BEFORE])
    return len(soon)


@transaction.atomic
def miss_callbacks(now: datetime) -> int:
    """Say of what ended and was never tried that it was missed, once each; returns how many. It stays to be done."""
    missed = _taken(Callback.objects.filter(ends_at__lte=now, tried_at=None, missed_at=None))
    for callback in missed:
        callback.missed_at = callback.ends_at
    Callback.objects.bulk_update(missed, ["missed_at"])
    _tell(CALLBACK_MISSED, missed)
    return len(missed)


def _taken(rows: QuerySet[Callback]) -> list[Callback]:
    held = rows.filter(state=CallbackState.OPEN).select_for_update(skip_locked=True, of=("self",))
    return list(held.select_related("conversation").order_by("starts_at")[:_MOST])


def _tell(kind: str, callbacks: list[Callback]) -> None:
    record_all(
        [
            new_event(
                kind,
                each.conversation.event_subject,
                by=_CLOCK,
                scope_id=each.conversation.inbox_id,
                data={"callback": each.pk, "people": _people(each)},
            )
            for each in callbacks
        ]
    )


def _people(callback: Callback) -> list[int]:
    """Whose it is, and who answers for the conversation."""
    return sorted({pk for pk in (callback.owner_id, callback.conversation.assignee_id) if pk is not None})
