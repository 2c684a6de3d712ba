"""操作ログ: who did what, read from the events; which kinds belong to it is said by the face that shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from madoguchi.events.actor import ActorKind
from madoguchi.events.models import Event

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some events, newest first; `before` asks for those that follow, None at the end."""

    events: list[Event]
    before: int | None


def audit_page(
    kinds: Collection[str],
    *,
    within: Q = Q(),  # noqa: B008 - never changed
    person: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> AuditPage:
    """Events of these kinds; of a person: what they did and what was done to them. `until` itself is left out.

    `within` narrows to what the reader may see.
    """
    found = Event.objects.of_the_desk().filter(within, kind__in=list(kinds))
    if person is not None:
        found = found.filter(Q(actor_kind=ActorKind.USER.value, actor_id=person) | Q(subject=f"user:{person}"))
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if before is not None:
        found = found.filter(id__lt=before)
    events = list(found[: PAGE + 1])
    return AuditPage(events[:PAGE], events[PAGE - 1].pk if len(events) > PAGE else None)
