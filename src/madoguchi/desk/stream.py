"""The live stream: ids of what happens, to every open browser, over one LISTEN connection a process.

A raw ASGI application, since a stream lives for hours and must cost neither a thread nor a database connection.
PostgreSQL tells the hub (`NOTIFY`, ids only); the hub hands each event to the clients whose person may see its 窓口,
and then looks up who else may hear of it: `desk.hearing`.
A client that reads too slowly is dropped and comes back with `Last-Event-ID`, from which it catches up.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, connection
from django.http import HttpRequest

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.audience import subjects_besides
from madoguchi.desk import presence
from madoguchi.desk.hearing import Further, further_listeners
from madoguchi.events.queries import events_after
from madoguchi.events.record import LIVE_CHANNEL

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Scope]]
type Send = Callable[[Scope], Awaitable[None]]

logger = logging.getLogger(__name__)

#: Proxies cut silent connections, commonly after 60 s; browsers expect a word every 20 s.
HEARTBEAT_SECONDS = 20.0
#: How often the session and the rights of a person are looked at again.
CHECK_SECONDS = 60.0
#: A client that is so far behind is not reading.
QUEUE_SIZE = 256
#: What is sent again to somebody who comes back; more is a reload.
CATCH_UP = 200
RETRY_SECONDS = 2.0


@dataclass(eq=False, slots=True)
class Client:
    """One open browser."""

    user_id: int
    scope_ids: frozenset[int] | None  #: None for those who see every 窓口
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))
    last_id: int = 0

    def may_hear(self, subject: str, scope_id: int | None) -> bool:
        """True for what concerns this person, a 窓口 they may see, or everybody."""
        what, _, number = subject.partition(":")
        if what == "user":
            return number == str(self.user_id)
        if what in ("case", "care"):  # those who may see one are told by their own subject (`cases`)
            return False
        if self.scope_ids is None:
            return True
        if what == "inbox":
            return int(number) in self.scope_ids
        if what == "customer":  # they have no 窓口 of their own, and no screen waits for them
            return False
        return scope_id is None or scope_id in self.scope_ids

    def learn(self, subject: str) -> None:
        """Take down a 窓口 that is open to this person from now on."""
        what, _, number = subject.partition(":")
        if what == "inbox" and self.scope_ids is not None:
            self.scope_ids |= {int(number)}

    def line(self, kind: str, subject: str, event_id: int | None) -> bytes:
        """One event as text/event-stream; an id below one already sent goes without, ids only grow for the reader."""
        number = ""
        if event_id is not None and event_id > self.last_id:
            self.last_id = event_id
            number = f"id: {event_id}\n"
        return f"{number}event: {kind}\ndata: {json.dumps({'subject': subject, 'id': event_id})}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it was notified."""

    kind: str
    subject: str
    id: int | None
    scope_id: int | None


class Hub:
    """The clients of one process and the one connection that listens for them all."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.tasks: list[asyncio.Task[None]] = []
        self.is_listening = asyncio.Event()
        self.unheard: asyncio.Queue[Told] = asyncio.Queue()

    async def join(self, client: Client) -> None:
        """Add a client; returns when what happens from now on will reach it."""
        self.clients.add(client)
        if not self.tasks or any(task.done() for task in self.tasks):
            self._end_tasks()
            self.is_listening.clear()
            self.tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look_further())]
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_listening.wait(), RETRY_SECONDS)

    def leave(self, client: Client) -> None:
        """Remove a client; the last one takes the listening connection along."""
        self.clients.discard(client)
        if not self.clients:
            self._end_tasks()

    def _end_tasks(self) -> None:
        for task in self.tasks:
            task.cancel()
        self.tasks = []

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg.OperationalError as error:
                logger.warning("The live stream lost the database: %s", error)
            # What was notified meanwhile is gone: everybody comes back and catches up from the table.
            self.is_listening.clear()
            self.drop_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self) -> None:
        parameters = connection.get_connection_params()
        wanted = {key: value for key, value in parameters.items() if key in _CONNINFO}
        async with await psycopg.AsyncConnection.connect(**wanted, autocommit=True) as listening:
            await listening.execute(f"LISTEN {LIVE_CHANNEL}")
            self.is_listening.set()
            async for notice in listening.notifies():
                self.hand_out(notice.payload)

    def hand_out(self, payload: str) -> None:
        """Give one notified event to all who may hear of it."""
        event = json.loads(payload)
        if event["kind"] in (presence.VIEWING, presence.LEFT) and event["actor"] is not None:
            presence.note(event["kind"], event["subject"], event["actor"])
        told = Told(event["kind"], event["subject"], event["id"], event["scope"])
        for client in self.hearers(told):
            self.put(client, client.line(told.kind, told.subject, told.id))
        if told.subject.startswith(("conversation:", "inbox:")) and self.deaf(told):
            self.unheard.put_nowait(told)

    def hearers(self, told: "Told") -> list[Client]:
        """The clients that may hear of something by what is known of them."""
        return [each for each in self.clients if each.may_hear(told.subject, told.scope_id)]

    def deaf(self, told: "Told") -> list[Client]:
        """The others: whether they may hear all the same only the database knows."""
        return [each for each in self.clients if not each.may_hear(told.subject, told.scope_id)]

    async def _look_further(self) -> None:
        while True:
            waiting = [await self.unheard.get()]
            while not self.unheard.empty():
                waiting.append(self.unheard.get_nowait())
            people = {client.user_id for told in waiting for client in self.deaf(told)}
            try:
                subjects = {told.subject for told in waiting}
                further = await sync_to_async(further_listeners, thread_sensitive=False)(subjects, people)
            except DatabaseError as error:
                logger.warning("The live stream could not ask who hears: %s", error)
                self.drop_all()  # they come back and catch up
                continue
            for told in waiting:
                self._hand_on(told, further)

    def _hand_on(self, told: "Told", further: Further) -> None:
        for client in self.deaf(told):
            if further.reaches(told.subject, client.user_id, client.scope_ids or frozenset()):
                client.learn(told.subject)
                self.put(client, client.line(told.kind, told.subject, told.id))

    def put(self, client: Client, line: bytes) -> None:
        """Queue a line for a client, or let go of one that does not read."""
        try:
            client.queue.put_nowait(line)
        except asyncio.QueueFull:
            self.drop(client)

    def drop(self, client: Client) -> None:
        """End a client's stream; the browser comes back by itself."""
        self.clients.discard(client)
        while not client.queue.empty():
            client.queue.get_nowait()
        client.queue.put_nowait(None)

    def drop_all(self) -> None:
        """End every stream."""
        for client in tuple(self.clients):
            self.drop(client)


#: What of Django's connection parameters psycopg's asynchronous connection takes as well.
_CONNINFO = frozenset(
    [
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "target_session_attrs",
    ]
)

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one live stream: 401 without a session, otherwise events until one of the two sides ends it."""
    key = session_key(scope)
    client = await sync_to_async(admit, thread_sensitive=False)(key)
    if client is None:
        await _refuse(send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    shared = hub()
    await shared.join(client)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send(_body(b": hello\n\n"))
        await _catch_up(client, last_event_id(scope), send)
        await _serve(client, key, gone, send)
    finally:
        gone.cancel()
        shared.leave(client)


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _serve(client: Client, key: str, gone: "asyncio.Task[None]", send: Send) -> None:
    loop = asyncio.get_running_loop()
    checked_at = loop.time()
    while not gone.done():
        lines = await _next_lines(client, gone)
        if lines is None:
            break
        if loop.time() - checked_at > CHECK_SECONDS:
            checked_at = loop.time()
            fresh = await sync_to_async(admit, thread_sensitive=False)(key)
            if fresh is None or fresh.user_id != client.user_id:
                break
            client.scope_ids = fresh.scope_ids
            presence.sweep()
        await send(_body(lines))
    with suppress(OSError):
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _next_lines(client: Client, gone: "asyncio.Task[None]") -> bytes | None:
    """What waits for the client, a comment when nothing came for a while, None at the end."""
    getting = asyncio.ensure_future(client.queue.get())
    await asyncio.wait({getting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not getting.done():
        getting.cancel()
        return None if gone.done() else b": still here\n\n"
    lines = [getting.result()]
    while not client.queue.empty():
        lines.append(client.queue.get_nowait())
    if None in lines:
        return None
    return b"".join(line for line in lines if line is not None)


async def _catch_up(client: Client, last_id: int, send: Send) -> None:
    """Send what happened since the id the browser names; too much of it is a reload."""
    if not last_id:
        return
    missed = await sync_to_async(missed_lines, thread_sensitive=False)(client, last_id)
    if missed:
        await send(_body(missed))


def missed_lines(client: Client, last_id: int) -> bytes:
    """The events since an id, without a number those that may have been heard already."""
    try:
        besides = subjects_besides(client.user_id, client.scope_ids or ())
        events = events_after(last_id, scope_ids=client.scope_ids, subjects=besides, limit=CATCH_UP + 1)
    finally:
        connection.close()
    if len(events) > CATCH_UP:
        return client.line("reload", "", None)
    client.last_id = max(client.last_id, last_id)
    # Conversations were chosen by the database; people, customers and 窓口 have rules of their own.
    heard = [
        each
        for each in events
        if each.subject.startswith("conversation:") or client.may_hear(each.subject, each.scope_id)
    ]
    return b"".join(client.line(event.kind, event.subject, event.pk) for event in heard)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _body(content: bytes) -> Scope:
    return {"type": "http.response.body", "body": content, "more_body": True}


def _header(scope: Scope, name: bytes) -> str:
    found: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in found if key == name), "")


def session_key(scope: Scope) -> str:
    """The session's key from the cookie, or nothing."""
    cookie = SimpleCookie()
    with suppress(CookieError):
        cookie.load(_header(scope, b"cookie"))
    morsel = cookie.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def last_event_id(scope: Scope) -> int:
    """From where the browser wants to go on; 0 for from now."""
    text = _header(scope, b"last-event-id")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def admit(key: str) -> Client | None:
    """The client of a living session whose person may read, or None. Uses the database: call it in a thread."""
    if not key:
        return None
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        user = get_user(request)
        if not isinstance(user, User) or not may(user, Permission.READ):
            return None
        scopes = None if user.sees_every_inbox else frozenset(inboxes_of(user).values_list("pk", flat=True))
        return Client(user.pk, scopes)
    finally:
        connection.close()
