"""The one way to say that something happened."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

#: The PostgreSQL channel on which ids of new events travel to open browsers and to the reactor.
LIVE_CHANNEL = "madoguchi_events"


def record(
    kind: str,
    subject: str,
    *,
    by: Actor,
    scope_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    cause: Event | None = None,
) -> Event:
    """Say once that something happened; call it inside the transaction that made it happen.

    One row (which is also the outbox of its reactions: `is_pending`) and one NOTIFY with ids only, all committed
    or lost together with the change itself.
    """
    event = Event.objects.create(
        kind=kind,
        subject=subject,
        scope_id=scope_id,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_label=by.label[:200],
        data=dict(data or {}),
        cause=f"event:{cause.pk}" if cause else "",
        depth=cause.depth + 1 if cause else 0,
    )
    announce(kind, subject, event_id=event.pk, scope_id=scope_id, actor_id=by.id)
    return event


def announce(
    kind: str, subject: str, *, event_id: int | None = None, scope_id: int | None = None, actor_id: int | None = None
) -> None:
    """Tell open browsers what needs no row: typing, viewing, a draft saved. Ids only (8,000 bytes at most)."""
    payload = {"id": event_id, "kind": kind, "subject": subject, "scope": scope_id, "actor": actor_id}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, json.dumps(payload)])
