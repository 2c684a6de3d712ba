"""Reads of the events for whoever follows along."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from madoguchi.core.prepared import Prepared
from madoguchi.events.models import Event


def latest_event_ids() -> QuerySet[Event, int]:
    """The number of the newest event there is; nothing before the first."""
    return _LATEST()


_LATEST: Prepared[QuerySet[Event, int]] = Prepared(
    lambda: Event.objects.order_by("-id").values_list("id", flat=True)[:1]
)


#: Ids are given when a row is written, not when it commits: a lower one may come later, by so many and so long.
_OVERLAP_IDS = 50
_OVERLAP_TIME = timedelta(seconds=10)


def events_after(
    event_id: int, *, scope_ids: Iterable[int] | None, subjects: Iterable[str] = (), limit: int
) -> list[Event]:
    """The events that followed, oldest first: of these scopes, of none, of these subjects; None means every scope.

    Also the few before it that are so young that they may have been committed after it.
    """
    young = Q(id__gt=event_id - _OVERLAP_IDS, at__gt=timezone.now() - _OVERLAP_TIME)
    rows = Event.objects.filter(Q(id__gt=event_id) | young)
    if scope_ids is not None:
        rows = rows.filter(Q(scope_id=None) | Q(scope_id__in=list(scope_ids)) | Q(subject__in=subjects))
    return list(rows.order_by("id").only("id", "kind", "subject", "scope_id")[:limit])
