"""Running reactions: the event table is the outbox, one worker at a time drains it in order.

A transaction holds an advisory lock while it drains, so the order of events is kept without a lock per conversation
and any other worker may take the next batch. Measured against one job per event in ADR 0013.
"""

import asyncio
import logging
from collections.abc import Sequence

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction

from madoguchi.core.errors import DomainError
from madoguchi.events.models import Event
from madoguchi.events.record import LIVE_CHANNEL
from madoguchi.flows.listening import Wake, pause
from madoguchi.flows.reactions import REACTIONS, react

log = logging.getLogger(__name__)

BATCH = 200
MAX_ATTEMPTS = 5
_LOCK = (0x4D41, 2)
_REACTION_FAILURES = (DatabaseError, DomainError, LookupError, ValueError)
#: Looked for again at least this often, for what a lost wake-up left behind.
_POLL_SECONDS = 5.0
#: After a batch that was not full: what happens meanwhile is drained together, many times cheaper.
_GATHER_SECONDS = 0.05


async def serve(stop: asyncio.Event) -> None:
    """Drain events until told to stop; waits its turn while another worker does it."""
    async with Wake(LIVE_CHANNEL) as wake:
        while not stop.is_set():
            drained = await sync_to_async(drain, thread_sensitive=False)()
            if drained < BATCH:
                await pause(stop, _GATHER_SECONDS)
                await wake.wait(stop, timeout=_POLL_SECONDS)


def drain() -> int:
    """Run the reactions of one batch of events, oldest first; how many were looked at, 0 if another worker has it.

    One transaction a batch. Usually all goes well and the batch is one savepoint; if anything fails, its events run
    one by one, each in its own: a failing reaction loses neither the others nor its event, which is tried again up to
    MAX_ATTEMPTS times while later events of the same subject wait behind it.
    """
    with transaction.atomic():
        if not _is_ours():
            return 0
        # What nobody reacts to is done with at once.
        silent = Event.objects.filter(is_pending=True).exclude(kind__in=REACTIONS).update(is_pending=False)
        events = list(Event.objects.pending()[:BATCH])
        done = [event.pk for event in events] if _all_went_well(events) else _one_by_one(events)
        Event.objects.filter(pk__in=done).update(is_pending=False)
    return len(events) + silent if done or silent else 0


def _all_went_well(events: Sequence[Event]) -> bool:
    if any(event.attempts for event in events):
        return False
    try:
        with transaction.atomic():
            for event in events:
                react(event)
    except _REACTION_FAILURES:
        return False
    return True


def _one_by_one(events: Sequence[Event]) -> list[int]:
    held: set[str] = set()
    done: list[int] = []
    for event in events:
        if event.subject not in held and _run(event):
            done.append(event.pk)
        elif event.attempts < MAX_ATTEMPTS:
            held.add(event.subject)
    return done


def _is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        return bool(cursor.fetchone()[0])


def _run(event: Event) -> bool:
    """Run one event's reactions; True when done with it, also when it is given up."""
    try:
        with transaction.atomic():
            react(event)
    except _REACTION_FAILURES as error:
        event.attempts += 1
        given_up = event.attempts >= MAX_ATTEMPTS
        log.exception("reaction failed", extra={"event": event.pk, "kind": event.kind, "given_up": given_up})
        Event.objects.filter(pk=event.pk).update(attempts=event.attempts, failure=str(error)[:2000])
        return given_up
    return True
