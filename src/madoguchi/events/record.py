"""The one way to say that something happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

#: The PostgreSQL channel on which ids of new events travel to open browsers and to the reactor.
LIVE_CHANNEL = "madoguchi_events"

_COLUMNS = (
    "kind", "subject", "scope_id", "actor_kind", "actor_id", "actor_label", "cause", "depth", "data", "at",
    "is_pending", "attempts", "failure",
)  # fmt: skip
#: Rows and notices in one statement: a batch of mails records dozens. They go in, and get their ids, in their order.
_WRITE = f"""
WITH made AS (
  INSERT INTO events_event ({", ".join(_COLUMNS)})
  SELECT {", ".join(_COLUMNS)} FROM json_populate_recordset(NULL::events_event, %s)
  RETURNING id, kind, subject, scope_id, actor_id
)
SELECT id, pg_notify(%s, json_build_object(
  'id', id, 'kind', kind, 'subject', subject, 'scope', scope_id, 'actor', actor_id)::text) FROM made
"""  # noqa: S608 - names of our own columns


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
    event = new_event(kind, subject, by=by, scope_id=scope_id, data=data, cause=cause)
    record_all([event])
    return event


def new_event(
    kind: str,
    subject: str,
    *,
    by: Actor,
    scope_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    cause: Event | None = None,
) -> Event:
    """An event that is yet to be recorded, with others (`record_all`)."""
    return Event(
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


def record_all(events: Sequence[Event]) -> None:
    """Record several events in their order, as `record` does one."""
    if not events:
        return
    rows = [{column: getattr(event, column) for column in _COLUMNS} for event in events]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(rows, default=datetime.isoformat), LIVE_CHANNEL])
        for event, (pk, _notice) in zip(events, cursor.fetchall(), strict=True):
            event.pk = pk


def announce(
    kind: str, subject: str, *, event_id: int | None = None, scope_id: int | None = None, actor_id: int | None = None
) -> None:
    """Tell open browsers what needs no row: typing, viewing, a draft saved. Ids only (8,000 bytes at most)."""
    payload = {"id": event_id, "kind": kind, "subject": subject, "scope": scope_id, "actor": actor_id}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, json.dumps(payload)])
