"""Waking up by NOTIFY: one small asynchronous connection that listens on a channel and comes back when it is lost."""

import asyncio
import contextlib
import logging
from types import TracebackType
from typing import Any, Self

import psycopg
from django.db import connection

log = logging.getLogger(__name__)


class Wake:
    """`async with Wake(channel) as wake: await wake.wait(stop, timeout=5)` returns at a NOTIFY, a stop, or the timeout.

    Needs a session connection; a transaction pooler swallows LISTEN.
    """

    def __init__(self, channel: str) -> None:
        """Listen on this channel once entered."""
        self._channel = channel
        self._called = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def wait(self, stop: asyncio.Event, *, timeout: float) -> None:  # noqa: ASYNC109 - a wait with an end, no deadline
        """Wait for the next call; calls that came since the last wait count."""
        tasks = [asyncio.create_task(self._called.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self._called.clear()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg.OperationalError:
                log.warning("listening was interrupted, trying again", extra={"channel": self._channel})
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as listener:
            await listener.execute(f"LISTEN {self._channel}")
            self._called.set()  # whatever was said while nobody listened
            async for _notice in listener.notifies():
                self._called.set()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Let some time pass, less if told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def connection_parameters() -> dict[str, Any]:
    """What psycopg needs to reach the same database as Django."""
    known = connection.get_connection_params()
    return {key: value for key, value in known.items() if key not in ("context", "cursor_factory", "prepare_threshold")}
