"""Committing what arrives: deliveries that come at the same time share one commit.

A commit waits for the disk; while one is under way, the next deliveries gather and then go together. One thread, one
database connection. If a shared commit fails, each delivery gets its own, so that a bad one cannot harm the others.
"""

import asyncio
import queue
import threading
from dataclasses import dataclass
from typing import Self

from django.db import close_old_connections, connection

from madoguchi.channels.actions import Delivery, store_raws

#: Together in one commit: few enough that the first does not wait for the last.
MAX_TOGETHER = 50
MAX_TOGETHER_BYTES = 32 * 1024 * 1024


class NotStored(Exception):
    """A delivery could not be kept: the database or the file store does not answer, or a disk is full."""


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
        raws = store_raws([waiting.delivery for waiting in batch])
    except Exception as error:  # noqa: BLE001 - file stores raise what they like; the senders must hear of it
        if len(batch) > 1:
            for waiting in batch:
                _store_all([waiting])
        else:
            failure = NotStored(str(error))
            failure.__cause__ = error
            batch[0].tell(failure)
    else:
        for waiting, raw in zip(batch, raws, strict=True):
            waiting.tell(raw.pk)
