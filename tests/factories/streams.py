"""Streams for tests: a browser that listens, and a loop to run in."""

import asyncio
import json

from django.db import connection
from tests.factories.accounts import make_admin
from tests.factories.desk import browser_of

from madoguchi.desk import stream as live
from madoguchi.events.record import record

PATIENCE = 10


class Browser:
    """One open stream."""

    def __init__(self, key: str, last_id: int = 0) -> None:
        cookie = f"theme=dark; sessionid={key}"
        headers = [(b"cookie", cookie.encode()), (b"last-event-id", str(last_id).encode())]
        self.scope = {"type": "http", "path": "/live", "headers": headers}
        self.sent: asyncio.Queue = asyncio.Queue()
        self.gone = asyncio.Event()
        self.status = 0
        self.rest = ""

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def open(self):
        self.task = asyncio.create_task(live.stream(self.scope, self.receive, self.sent.put))
        start = await asyncio.wait_for(self.sent.get(), PATIENCE)
        self.status = start["status"]
        await asyncio.wait_for(self.sent.get(), PATIENCE)
        return self

    async def event(self) -> dict:
        while "\n\n" not in self.rest:
            self.rest += (await asyncio.wait_for(self.sent.get(), PATIENCE))["body"].decode()
        block, _, self.rest = self.rest.partition("\n\n")
        lines = dict(line.partition(": ")[::2] for line in block.split("\n"))
        return lines | {"data": json.loads(lines["data"])} if "data" in lines else lines

    async def close(self):
        self.gone.set()
        await asyncio.wait_for(self.task, PATIENCE)


def key_of(user) -> str:
    return browser_of(user).session.session_key


async def say(kind, subject, scope_id=None):
    await asyncio.to_thread(_say, kind, subject, scope_id)


def _say(kind, subject, scope_id):
    try:
        record(kind, subject, by=make_admin().actor, scope_id=scope_id)
    finally:
        connection.close()


def run(scenario):
    """Run on a loop of its own, whose hub goes with it."""

    async def whole():
        try:
            await scenario()
        finally:
            live._hubs.pop(asyncio.get_running_loop(), None)

    asyncio.run(whole())


def payload(kind, number, **values):
    return json.dumps({"id": number, "kind": kind, "subject": "conversation:1", "scope": None, "actor": 5} | values)
