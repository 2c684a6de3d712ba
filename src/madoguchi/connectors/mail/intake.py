"""Reading what was stored: each raw message becomes a message of a conversation, a known duplicate, or quarantine.

Several mails share a transaction; if one fails all of them are read again, each in its own. A try is counted and
committed before it begins, so that a mail which kills the process is set aside after a few tries, instead of killing
it for ever.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email import message_from_bytes
from itertools import accumulate
from typing import TYPE_CHECKING

from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.db.models import F

from madoguchi.channels.actions import INTAKE_CHANNEL, mark_parsed, quarantine_raw
from madoguchi.channels.choices import RawState
from madoguchi.channels.contract import InboundMessage
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.channels.queries import active_inboxes, inbox_of_addresses
from madoguchi.connectors.mail.bounces.fields import SHORT_FIELDS
from madoguchi.connectors.mail.importing import ARCHIVE
from madoguchi.connectors.mail.listener import MAX_BYTES, candidates
from madoguchi.connectors.mail.parse import Unparsable, parse_mail
from madoguchi.connectors.mail.screening import Ours, Verdict, loop_marker, screen
from madoguchi.conversations.message_ids import conversation_of_message_id
from madoguchi.core.telling import telling as _
from madoguchi.files.queries import read_blob
from madoguchi.flows.inbound import Arrival, receive_all
from madoguchi.flows.listening import Wake, pause

if TYPE_CHECKING:
    from email.message import Message

logger = logging.getLogger(__name__)

#: Mails read in one transaction: customers' rows stay locked meanwhile, about 0.1 s.
BATCH = 50
#: They are in memory together, decoded; a larger mail is alone.
BATCH_BYTES = 16 * 1024 * 1024
#: After a batch that was not full: a stream of mail gathers, and twenty cost little more than two.
GATHER_SECONDS = 0.1
#: Reports say what they have to say at the beginning; the rest is the mail they are about.
SCREENED_BYTES = 64 * 1024
#: The first try may be in company, the others are alone.
MAX_ATTEMPTS = 3
#: Looked for again at least this often, for what a lost wake-up left behind.
POLL_SECONDS = 5.0
#: After trouble with the database.
PAUSE_SECONDS = 2.0
#: How long a mail is left alone whose bytes the file store does not give.
LATER_SECONDS = 30.0
#: The advisory lock of whoever reads; another takes over when they are gone.
_TURN = (0x4D41, 3)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class _NotNow(Exception):
    """The file store does not give the bytes; the mail waits, and that is no try."""


async def serve(stop: asyncio.Event) -> None:
    """Read what is stored until told to stop; a batch that has begun is finished first."""
    reader, loop = Reader(), asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="mail-intake") as thread:
        async with Wake(INTAKE_CHANNEL) as wake:
            while not stop.is_set():
                try:
                    count = await loop.run_in_executor(thread, _read, reader)
                except DatabaseTrouble:
                    logger.warning("intake_interrupted", exc_info=True)
                    await wake.wait(stop, timeout=PAUSE_SECONDS)
                    continue
                if not count:
                    await wake.wait(stop, timeout=POLL_SECONDS)
                elif count < BATCH:
                    await pause(stop, GATHER_SECONDS)
        await loop.run_in_executor(thread, connections.close_all)


def _read(reader: "Reader") -> int:
    """Read one batch, unless another process is at it: then an answer could be read before what it answers."""
    close_old_connections()  # nobody else does it for a thread that serves no requests
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _TURN)
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        return 0
    try:
        return reader.read_waiting()
    finally:
        with contextlib.suppress(DatabaseTrouble), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _TURN)


class Reader:
    """Reads batches; safe when several work at once, but only one alone keeps the order in which mails came."""

    def __init__(self) -> None:
        self._later: dict[int, float] = {}  # left alone until then, in time.monotonic()
        self._owed: set[int] = set()  # tries to give back: the database was in trouble, not the mail

    def read_waiting(self) -> int:
        """Read one batch of what waits, oldest first; how many were looked at, 0 when nothing waits.

        Raises what the database raises; the mails of the batch then wait as before, to be read one by one.
        """
        self._give_back()
        claimed = self._claim()
        try:
            if claimed:
                self._read_together(claimed)
        except (OperationalError, InterfaceError):
            self._owed |= claimed.keys()
            raise  # a deadlock, a lost connection, a full disk
        except Exception as error:
            # The edge of the intake: a mail can hit a defect nobody knows yet, and it must neither stop the others
            # nor be lost. Alone and after the last try it is shown with "try again", which works once that is mended.
            logger.exception("mail_not_read", extra={"raws": list(claimed)})
            if len(claimed) == 1:
                _set_aside(next(iter(claimed)), error)
        return len(claimed)

    def _give_back(self) -> None:
        """Trouble of the database is no try, however long it lasts; the first stays, so that each is read alone."""
        if self._owed:
            begun = RawMessage.objects.filter(pk__in=self._owed, state=RawState.STORED, attempts__gt=1)
            begun.update(attempts=F("attempts") - 1)
            self._owed.clear()

    @transaction.atomic
    def _claim(self) -> dict[int, bool]:
        """Count a try of one mail that was begun before and not finished, or of the oldest fresh ones.

        The value says whether a person asked to try again, which gives the mail all its tries anew.
        """
        now = time.monotonic()
        self._later = {pk: until for pk, until in self._later.items() if until > now}
        waiting = RawMessage.objects.filter(state=RawState.STORED).exclude(pk__in=self._later).order_by("pk")
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        begun = waiting.filter(attempts__gt=0).first()
        if begun is not None:
            attempts = 1 if begun.reason else begun.attempts + 1
            RawMessage.objects.filter(pk=begun.pk).update(attempts=attempts, reason="")
            return {begun.pk: bool(begun.reason)}
        sizes = waiting.filter(attempts=0).values_list("pk", "blob__size_bytes")[:BATCH]
        fresh = _as_many_as_fit(list(sizes))
        RawMessage.objects.filter(pk__in=fresh).update(attempts=1)
        return dict.fromkeys(fresh, False)

    @transaction.atomic
    def _read_together(self, claimed: Mapping[int, bool]) -> None:
        rows = (
            RawMessage.objects.filter(pk__in=claimed, state=RawState.STORED)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("blob", "inbox__calendar")
            .order_by("pk")
        )
        ours = _ours()
        read = [(raw, self._read(raw, ours, is_wanted=claimed[raw.pk])) for raw in rows]
        arrived = [(raw, arrival) for raw, arrival in read if arrival]
        messages = receive_all([arrival for _raw, arrival in arrived])
        mark_parsed(
            (raw, arrival.inbound.external_id, message is None)
            for (raw, arrival), message in zip(arrived, messages, strict=True)
        )

    def _read(self, raw: RawMessage, ours: Ours, *, is_wanted: bool) -> Arrival | None:
        try:
            return _read_one(raw, ours, is_wanted=is_wanted)
        except _NotNow:
            logger.warning("mail_not_readable_now", extra={"raw": raw.pk}, exc_info=True)
            self._later[raw.pk] = time.monotonic() + LATER_SECONDS
            RawMessage.objects.filter(pk=raw.pk).update(attempts=raw.attempts - 1)
            return None


def _as_many_as_fit(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """The first of these (key, bytes) that may be read together, at least one."""
    totals = accumulate((size for _pk, size in sizes), initial=0)
    return [pk for (pk, size), before in zip(sizes, totals, strict=False) if not before or before + size <= BATCH_BYTES]


def _ours() -> Ours:
    addresses = frozenset(address for inbox in active_inboxes("mail") for address in inbox.addresses)
    return Ours(addresses, marker=loop_marker(), is_our_id=lambda each: conversation_of_message_id(each) is not None)


def _read_one(raw: RawMessage, ours: Ours, *, is_wanted: bool) -> Arrival | None:
    """What one mail says and to which desk; None when it was set aside, in sight of people."""
    if raw.attempts > MAX_ATTEMPTS:
        detail = _("Reading this mail was begun %(times)d times and never finished.") % {"times": MAX_ATTEMPTS}
        quarantine_raw(raw, reason="gave_up", detail=detail)
        return None
    if raw.blob.size_bytes > MAX_BYTES and not is_wanted:
        detail = _("The mail has %(size)d MB; up to %(limit)d MB are read by themselves.")
        sizes = {"size": raw.blob.size_bytes // 1024**2, "limit": MAX_BYTES // 1024**2}
        quarantine_raw(raw, reason="too_large", detail=detail % sizes)
        return None
    content = _content(raw)
    try:
        inbound = parse_mail(content, charset_override=raw.charset_override)
    except Unparsable as error:
        quarantine_raw(raw, reason=error.reason, detail=_("The structure of this mail is beyond what is safe to read."))
        return None
    return _screened(raw, content, inbound, ours, is_wanted=is_wanted)


def _set_aside(pk: int, error: Exception) -> None:
    raw = RawMessage.objects.get(pk=pk)
    if raw.attempts >= MAX_ATTEMPTS:
        quarantine_raw(raw, reason="defect", detail=f"{type(error).__name__}: {error}"[:500])


def _content(raw: RawMessage) -> bytes:
    try:
        return read_blob(raw.blob)
    except Exception as error:
        raise _NotNow from error  # file stores raise what they like, and all of it means the same


def _screened(
    raw: RawMessage, content: bytes, inbound: InboundMessage, ours: Ours, *, is_wanted: bool
) -> Arrival | None:
    envelope_sender = raw.envelope_from if raw.source in {"smtp", "lmtp"} else None
    screening = screen(inbound, _screened_part(content, inbound), ours=ours, envelope_sender=envelope_sender)
    if screening.verdict is Verdict.QUARANTINE and not is_wanted:
        quarantine_raw(raw, reason=screening.why, detail=_("The mail goes in a circle between servers."))
        return None
    inbox = raw.inbox or _inbox_of(raw, inbound)
    if inbox is None:
        addresses = ", ".join(_recipients(raw, inbound))[:500]
        detail = _("None of its addresses belongs to a desk: %(addresses)s") % {"addresses": addresses}
        quarantine_raw(raw, reason="unknown_inbox", detail=detail)
        return None
    if raw.source == ARCHIVE:
        return Arrival(inbox, screening.apply(inbound), raw, _written_at(inbound, raw), is_history=True)
    return Arrival(inbox, screening.apply(inbound), raw)


def _written_at(inbound: InboundMessage, raw: RawMessage) -> datetime:
    """The date of a mail from an archive; what claims to come from the future came now."""
    return min(inbound.sent_at or raw.received_at, raw.received_at)


def _screened_part(content: bytes, inbound: InboundMessage) -> "Message[str, str]":
    """What `screen` looks at: the header; the parts too where there are any, since only they can be a report."""
    beginning = content[:SCREENED_BYTES]
    end = _HEAD_END.search(beginning)
    head = message_from_bytes(beginning[: end.end()] if end else beginning, policy=SHORT_FIELDS)
    if end and inbound.text.strip() and head.get_content_maintype() not in {"multipart", "message"}:
        return head
    try:
        return message_from_bytes(beginning, policy=SHORT_FIELDS)
    except RecursionError:  # the library goes down into every message inside a message
        return head


def _inbox_of(raw: RawMessage, inbound: InboundMessage) -> Inbox | None:
    return inbox_of_addresses(spelling for address in _recipients(raw, inbound) for spelling in candidates(address))


def _recipients(raw: RawMessage, inbound: InboundMessage) -> list[str]:
    """Where the mail was meant to go, the surest first: the envelope, what servers noted of it, the header."""
    noted: Iterable[str] = (
        inbound.headers.get(name, "") for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    )
    written = (address.email for address in (*inbound.to, *inbound.cc))
    return list(dict.fromkeys(address for address in (*raw.envelope_to, *noted, *written) if address))
