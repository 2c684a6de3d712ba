"""Committing what arrives: deliveries that come at the same time share one commit.

A commit waits for the disk; while one is under way, the next deliveries gather and then go together. One thread, one
database connection. If a shared commit fails, each delivery gets its own, so that a bad one cannot harm the others.
"""

import asyncio
import hashlib
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db import close_old_connections, connection, transaction

from madoguchi.channels.actions import store_raw, wake_intake
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.files.actions import INLINE_MAX_BYTES, store_blob
from madoguchi.files.models import Blob

#: Together in one commit: few enough that the first does not wait for the last.
MAX_TOGETHER = 50
MAX_TOGETHER_BYTES = 32 * 1024 * 1024


class NotStored(Exception):
    """A delivery could not be kept: the database or the file store does not answer, or a disk is full."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as it was handed to us."""

    content: bytes
    source: str
    inbox: Inbox | None
    envelope_from: str
    envelope_to: Sequence[str]


@dataclass(slots=True)
class _Waiting:
    delivery: Delivery
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[int]"

    def tell(self, outcome: int | Exception) -> None:
        self.loop.call_soon_threadsafe(self._set, outcome)

    def _set(self, outcome: int | Exception) -> None:
        if self.answer.done():  # the sender has gone; the mail is stored all the same, and a second one is known
            return
        if isinstance(outcome, int):
            self.answer.set_result(outcome)
        else:
            self.answer.set_exception(outcome)


class Storer:
    """Stores deliveries from the event loop; use it as a context."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="mail-store", daemon=True)
        self._is_closed = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit what has been handed over, and take nothing more."""
        if not self._is_closed:
            self._is_closed = True
            self._waiting.put(None)
            self._thread.join()

    async def store(self, delivery: Delivery) -> int:
        """The number of the raw message, once it is committed. Raises NotStored."""
        if self._is_closed:
            raise NotStored("closing")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        self._waiting.put(_Waiting(delivery, loop, answer))
        return await answer

    def _work(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            if batch:
                _store_all(batch)
        connection.close()

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """What waits now; blocks for the first. The second value is False when nothing more will come."""
        batch: list[_Waiting] = []
        size = 0
        while len(batch) < MAX_TOGETHER and size < MAX_TOGETHER_BYTES:
            try:
                waiting = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if waiting is None:
                return batch, False
            batch.append(waiting)
            size += len(waiting.delivery.content)
        return batch, True


def _store_all(batch: list[_Waiting]) -> None:
    close_old_connections()
    try:
        numbers = _store([waiting.delivery for waiting in batch])
    except Exception as error:  # noqa: BLE001 - file stores raise what they like; the senders must hear of it
        if len(batch) > 1:
            for waiting in batch:
                _store_all([waiting])
        else:
            failure = NotStored(str(error))
            failure.__cause__ = error
            batch[0].tell(failure)
    else:
        for waiting, number in zip(batch, numbers, strict=True):
            waiting.tell(number)


@transaction.atomic
def _store(deliveries: Sequence[Delivery]) -> list[int]:
    """What `store_raw` does for one, for many in four statements instead of six each (0.3 ms a mail, not 2)."""
    if len(deliveries) == 1:
        one = deliveries[0]
        origin, target = one.envelope_from, one.envelope_to
        return [store_raw(one.content, source=one.source, inbox=one.inbox, envelope_from=origin, envelope_to=target).pk]
    blobs = _store_blobs([delivery.content for delivery in deliveries])
    raws = RawMessage.objects.bulk_create(
        RawMessage(
            inbox=delivery.inbox,
            source=delivery.source,
            blob_id=blob,
            envelope_from=delivery.envelope_from[:998],
            envelope_to=[address[:998] for address in delivery.envelope_to[:100]],
        )
        for delivery, blob in zip(deliveries, blobs, strict=True)
    )
    wake_intake()
    return [raw.pk for raw in raws]


def _store_blobs(contents: Sequence[bytes]) -> list[int]:
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    known = dict(Blob.objects.filter(sha256__in=digests).values_list("sha256", "pk"))
    fresh: dict[str, Blob] = {}
    for digest, content in zip(digests, contents, strict=True):
        if len(content) > INLINE_MAX_BYTES:
            known[digest] = store_blob(content).pk
        elif digest not in known:
            fresh[digest] = Blob(sha256=digest, size_bytes=len(content), inline=content)
    # In one order everywhere, so that two processes that store the same mails do not wait for each other in a circle.
    ordered = [fresh[digest] for digest in sorted(fresh)]
    Blob.objects.bulk_create(ordered, update_conflicts=True, unique_fields=["sha256"], update_fields=["sha256"])
    known |= {blob.sha256: blob.pk for blob in ordered}
    return [known[digest] for digest in digests]
