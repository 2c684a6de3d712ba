"""The mailboxes being fetched: one thread each, started and ended as the 窓口 are connected, changed and removed.

Each waits with IDLE (RFC 2177) and looks again by the clock. Several worker processes may run: an advisory lock lets
one of them fetch a mailbox, another takes over when that one is gone.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, connections
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from madoguchi.channels.actions import mark_failing, mark_working
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import active_inboxes
from madoguchi.connectors.mail.config import Fetching, fetching, incoming_server
from madoguchi.connectors.mail.imap import Fetched, connect, cut, fetch_folder, leave, trouble_with
from madoguchi.connectors.mail.oauth import access_token
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import Sentence
from madoguchi.core.telling import telling as _

logger = logging.getLogger(__name__)

#: RFC 2177: servers may end an idle session after 30 minutes. Polling usually renews it much earlier.
IDLE_SECONDS = 28 * 60
#: How quickly a stop is noticed while idle.
LOOK_SECONDS = 1.0
#: How quickly a changed 窓口 is noticed, and another worker's mailbox taken over.
RESCAN_SECONDS = 5.0
BACKOFF_SECONDS = (5, 15, 30, 60)
#: A refused password is tried less and less: providers lock accounts that try on and on.
REFUSED_SECONDS = (*BACKOFF_SECONDS, 300)
#: What a stop waits for before it cuts connections.
JOIN_SECONDS = 1.5
_LOCK = 0x4D42


async def serve(stop: asyncio.Event) -> None:
    """Fetch every mailbox until told to stop."""
    running: dict[int, Mailbox] = {}
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="mail-boxes") as thread:
        try:
            while not stop.is_set():
                await loop.run_in_executor(thread, _align, running)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), RESCAN_SECONDS)
        finally:
            await loop.run_in_executor(thread, _stop_all, list(running.values()))
            await loop.run_in_executor(thread, connections.close_all)


def _align(running: dict[int, "Mailbox"]) -> None:
    """Make the running mailboxes those that should run."""
    close_old_connections()
    try:
        wanted = {inbox.pk: inbox for inbox in active_inboxes("mail") if inbox.settings.get("incoming") == "imap"}
    except DatabaseTrouble:
        logger.warning("mailboxes_not_listed", exc_info=True)
        return
    gone = [box for pk, box in running.items() if pk not in wanted or box.setup != setup_of(wanted[pk])]
    _stop_all(gone)
    for box in gone:
        del running[box.inbox.pk]
    for pk in wanted.keys() - running.keys():
        running[pk] = Mailbox(wanted[pk])
        running[pk].start()


def _stop_all(boxes: Sequence["Mailbox"]) -> None:
    for box in boxes:
        box.stop()
    until = time.monotonic() + JOIN_SECONDS
    for box in boxes:
        box.join(max(0.0, until - time.monotonic()))


def setup_of(inbox: Inbox) -> tuple[object, ...]:
    """What must not change under a running mailbox; tokens do change, and are asked for anew each time."""
    try:
        lasting = {key: value for key, value in inbox.secrets.items() if not key.startswith("oauth_")}
    except DomainError:
        lasting = {"sealed": inbox.sealed_secrets}
    return inbox.settings, lasting


def pause_after(error: Exception, failures: int) -> float:
    """How many seconds to wait after so many failures in a row."""
    pauses = REFUSED_SECONDS if isinstance(error.__cause__, LoginError) else BACKOFF_SECONDS
    return pauses[min(failures, len(pauses)) - 1] if failures else 1.0


class Mailbox:
    """One mailbox being fetched in a thread of its own."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.setup = setup_of(inbox)
        self._stop = threading.Event()
        self._client: IMAPClient | None = None
        self._has_worked = False
        self._thread = threading.Thread(target=self._run, name=f"imap-{inbox.pk}", daemon=True)

    def start(self) -> None:
        """Begin to fetch."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end."""
        self._stop.set()

    def join(self, timeout_seconds: float) -> None:
        """Wait for the end; after that time the connection is cut under it."""
        self._thread.join(timeout_seconds)
        if self._thread.is_alive() and (client := self._client) is not None:
            cut(client)
            self._thread.join(LOOK_SECONDS / 2)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            close_old_connections()
            self._has_worked = False
            try:
                self._take_turn()
            except Exception as error:  # servers make libraries raise anything; the mailbox must go on
                # A session that breaks off after it has worked is everyday life; only the next failure is an alarm.
                failures = 0 if self._has_worked else failures + 1
                if not self._stop.is_set():
                    logger.info("mailbox_interrupted", extra={"inbox": self.inbox.pk}, exc_info=True)
                    self._tell(error, failures)
                    self._stop.wait(pause_after(error, failures))
        connection.close()

    def _tell(self, error: Exception, failures: int) -> None:
        if not failures or isinstance(error, DatabaseTrouble):
            return
        reason: Sentence
        if isinstance(error, DomainError):
            reason = error.user_message
        else:
            reason = _("Fetching stopped unexpectedly (%(why)s). It is tried again by itself.") % {"why": error}
        with contextlib.suppress(DatabaseTrouble):
            mark_failing(self.inbox, reason)

    def _take_turn(self) -> None:
        """One session, unless another worker has this mailbox."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, self.inbox.pk])
            is_ours = cursor.fetchone()[0]
        if not is_ours:
            self._stop.wait(RESCAN_SECONDS)
            return
        try:
            self._session()
        finally:
            with contextlib.suppress(DatabaseTrouble), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, self.inbox.pk])

    def _session(self) -> None:
        """Fetch and wait until the server ends the session, something fails, or we are told to stop."""
        server, plan = incoming_server(self.inbox.settings, self.inbox.secrets), fetching(self.inbox.settings)
        assert server is not None
        password = access_token(self.inbox) if server.uses_oauth else server.password
        self._client = client = connect(server, password)
        try:
            with trouble_with(server):
                while not self._stop.is_set():
                    looks = [
                        fetch_folder(client, self.inbox, folder, plan, is_stopped=self._stop.is_set)
                        for folder in plan.folders
                    ]
                    mark_working(self.inbox)
                    self._has_worked = True
                    self._wait(client, plan, looks[0])
        finally:
            self._client = None
            leave(client)

    def _wait(self, client: IMAPClient, plan: Fetching, look: Fetched) -> None:
        """Until there may be new mail: told by IDLE, or by the clock.

        The clock matters with IDLE too: it serves further folders, servers that forget to tell, and dead connections.
        """
        if not client.has_capability("IDLE"):
            self._stop.wait(plan.poll_seconds)
            return
        status = client.select_folder(plan.folders[0], readonly=True)
        if int(status[b"UIDNEXT"]) != look.uidnext:
            return  # came while we were fetching: IDLE tells only what comes from now on
        client.idle()
        until = time.monotonic() + min(plan.poll_seconds, IDLE_SECONDS)
        while not self._stop.is_set() and time.monotonic() < until:
            asked = time.monotonic()
            notices = client.idle_check(timeout=LOOK_SECONDS)
            has_ended = not notices and time.monotonic() - asked < LOOK_SECONDS / 2  # readable, but nothing to read
            if has_ended or any(len(notice) > 1 and notice[1] in {b"EXISTS", b"RECENT"} for notice in notices):
                break
        client.idle_done()
