"""Reads of the events for whoever follows along."""

from collections.abc import Iterable

from django.db.models import Q

from madoguchi.events.models import Event


def latest_event_id() -> int:
    """The newest event there is; 0 before the first."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def events_after(event_id: int, *, scope_ids: Iterable[int] | None, limit: int) -> list[Event]:
    """The events that followed, oldest first: those of these scopes and of none; None means every scope."""
    rows = Event.objects.filter(id__gt=event_id)
    if scope_ids is not None:
        rows = rows.filter(Q(scope_id=None) | Q(scope_id__in=list(scope_ids)))
    return list(rows.order_by("id").only("id", "kind", "subject")[:limit])
