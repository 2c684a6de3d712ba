"""The mail listener: SMTP and LMTP, only for addresses of our own 窓口, and "250" only after our commit.

It never relays: an address that is not ours is refused at RCPT. Everything a stranger can spend is bounded:
connections (of one machine and of all), commands, recipients, bytes, time. The database is asked in threads, never
in the loop.
"""

import asyncio
import collections
import ipaddress
import logging
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connections

from madoguchi.channels.actions import Delivery
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import active_inboxes, inbox_of_addresses
from madoguchi.connectors.mail.storing import NotStored, Storer

logger = logging.getLogger(__name__)

MAX_BYTES = 25 * 1024 * 1024
MAX_CONNECTIONS = 100
#: Of one machine that is not this one; mail servers open 20 at most unless told otherwise.
MAX_PER_MACHINE = 20
#: When all places are taken, whoever has said nothing for so long makes room.
SILENT_SECONDS = 10.0
MAX_RECIPIENTS = 100
#: RFC 5321 section 4.5.3.2 asks for 5 minutes between commands; a whole session gets an hour.
IDLE_SECONDS = 300
SESSION_SECONDS = 3600
#: Enough for hundreds of mails over one connection, too few to keep us busy for nothing.
COMMAND_LIMIT = {"MAIL": 10_000, "RCPT": 100_000, "DATA": 10_000, "RSET": 10_000, "*": 200}
COMMAND_MAX_BYTES = 2048
#: How long an address that was ours is believed to be ours still.
ADDRESS_SECONDS = 5.0
KNOWN_ADDRESSES = 10_000
_READ_BYTES = 1 << 24
_END = b"\r\n.\r\n"
_PATH = re.compile(r"<([^<>]*+)>(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to listen; a port of 0 lets the system choose, None switches the protocol off."""

    host: str = "127.0.0.1"
    smtp_port: int | None = 2525
    lmtp_port: int | None = None
    max_bytes: int = MAX_BYTES
    tls: ssl.SSLContext | None = None
    hostname: str = "localhost"


class Desk:
    """What the protocols ask: is this address ours, and: keep this mail."""

    def __init__(self, storer: Storer) -> None:
        self._storer = storer
        # One thread, one database connection: answers are remembered, so it is rarely asked.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail-address")
        self._known: dict[str, tuple[float, Inbox]] = {}
        self.sessions: set[DeskSMTP] = set()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names the hooks and what they are given
        self, _server: "DeskSMTP", session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer what we can do, and no sign-in: nobody sends through us."""
        session.host_name = hostname
        offered = [line for line in responses if not line[4:].startswith(("AUTH", "HELP"))]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_RCPT(  # noqa: N802
        self, _server: "DeskSMTP", _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept addresses of our 窓口 only."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients; send the rest in another delivery"
        try:
            inbox = await self.inbox_of(address)
        except DatabaseTrouble:
            logger.warning("mail_recipient_unchecked", exc_info=True)
            return "451 4.3.0 Our database does not answer at the moment; try again later"
        if inbox is None:
            return f"550 5.1.1 <{_printable(address)}> is not an address of this desk"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: "DeskSMTP", _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then say so; LMTP hears it once for each recipient (RFC 2033 section 4.2)."""
        reply = await self._keep(server.source, envelope)
        return "\r\n".join([reply] * len(envelope.rcpt_tos)) if server.source == "lmtp" else reply

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong here is our trouble, so the sender keeps the mail and tries again."""
        logger.error("mail_session_failed", exc_info=error)
        return "451 4.3.0 Our trouble; try again later"

    def has_room_for(self, newcomer: "DeskSMTP") -> bool:
        """False when its machine, or all together, hold too many places and nobody silent could be sent away."""
        if newcomer.machine and sum(each.machine == newcomer.machine for each in self.sessions) > MAX_PER_MACHINE:
            return False
        if len(self.sessions) <= MAX_CONNECTIONS:
            return True
        others = (each for each in self.sessions if each is not newcomer and not each.waits_for_us)
        idlest = min(others, key=lambda each: each.heard_at, default=None)
        if idlest is None or time.monotonic() - idlest.heard_at < SILENT_SECONDS:
            return False
        self.sessions.discard(idlest)
        idlest.cut()
        return True

    def cut_sessions(self) -> None:
        """End every session."""
        for session in tuple(self.sessions):
            session.cut()

    def close(self) -> None:
        """Let go of the thread and its connection."""
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    async def _keep(self, source: str, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        sender = "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)
        try:
            inbox = await self.inbox_of(envelope.rcpt_tos[0])
            delivery = Delivery(
                content=envelope.content,
                source=source,
                inbox=inbox,
                envelope_from=_clean(sender),
                envelope_to=[*map(_clean, envelope.rcpt_tos)],
            )
            number = await self._storer.store(delivery)
        except (DatabaseTrouble, NotStored):
            logger.warning("mail_not_stored", exc_info=True)
            return "451 4.3.0 The mail cannot be stored at the moment; try again later"
        return f"250 2.0.0 Stored as {number}"

    async def inbox_of(self, address: str) -> Inbox | None:
        """The 窓口 of an address; `support+anything@` belongs to `support@`."""
        known = self._known.get(address)
        if known and time.monotonic() - known[0] < ADDRESS_SECONDS:
            return known[1]
        inbox = await asyncio.get_running_loop().run_in_executor(self._thread, _look_up, address)
        if inbox is None:
            self._known.pop(address, None)
        else:
            if len(self._known) >= KNOWN_ADDRESSES:
                self._known.clear()
            self._known[address] = (time.monotonic(), inbox)
        return inbox


def _look_up(address: str) -> Inbox | None:
    close_old_connections()
    return inbox_of_addresses(candidates(_clean(address))) or _postmaster(_clean(address))


def _postmaster(address: str) -> Inbox | None:
    """Whoever takes mail reads what is said to the postmaster (RFC 5321 section 4.5.1): the first 窓口 there."""
    local, _at, domain = address.casefold().partition("@")
    if local != "postmaster":
        return None
    inboxes = active_inboxes("mail").order_by("pk")
    return next((each for each in inboxes if not domain or each.address.endswith(f"@{domain}")), None)


def candidates(address: str) -> list[str]:
    """The addresses a recipient may mean: itself, and itself without what follows a plus."""
    local, _at, domain = address.rpartition("@")
    return [address, f"{local.partition('+')[0]}@{domain}"] if "+" in local else [address]


def _clean(address: str) -> str:
    """Addresses as text the database takes: undecodable bytes and NUL replaced."""
    return address.encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")


def _without_route(path: str) -> str:
    """The address behind a source route, which means nothing any more (RFC 5321 appendix C)."""
    route, colon, address = path.partition(":")
    return address.strip() if colon and route.startswith("@") else path


def _printable(address: str) -> str:
    return re.sub(r"[^\x21-\x7e]", "?", address)[:200]


class DeskSMTP(SMTP):  # type: ignore[misc] # aiosmtpd has no types
    """aiosmtpd's protocol with what real mail needs: odd addresses, long lines, large mails, a hard end."""

    source = "smtp"
    line_length_limit = 64 * 1024

    def __init__(self, desk: Desk, listening: Listening) -> None:
        # aiosmtpd keeps this in the class, where sessions disturb each other.
        self.command_size_limits: dict[str, int] = collections.defaultdict(lambda: COMMAND_MAX_BYTES)
        super().__init__(
            desk,
            data_size_limit=listening.max_bytes,
            enable_SMTPUTF8=True,
            hostname=listening.hostname,
            ident="Madoguchi",
            tls_context=listening.tls,
            timeout=IDLE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=COMMAND_LIMIT,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limit = COMMAND_MAX_BYTES
        self._desk = desk
        self._session_end: asyncio.TimerHandle | None = None
        self.machine = ""
        self.heard_at = time.monotonic()
        self.waits_for_us = False  #: its mail is complete and being stored

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the session's clock."""
        if self._session_end is None:  # the second call comes from STARTTLS
            self.machine = _machine(transport)
            self._desk.sessions.add(self)
            self._session_end = self.loop.call_later(SESSION_SECONDS, self.cut)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the session."""
        if self._session_end:
            self._session_end.cancel()
            self._desk.sessions.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Note that something was said."""
        self.heard_at = time.monotonic()
        super().data_received(data)

    def cut(self) -> None:
        """End the session without a word."""
        if self.transport is not None:
            self.transport.close()

    async def _handle_client(self) -> None:
        if not self._desk.has_room_for(self):
            await self.push("421 4.3.2 Too many connections; try again later")
            self.cut()
            return
        await super()._handle_client()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Take any address: carriers gave out `taro..y.@…`, which the standard library refuses."""
        found = _PATH.match(arg.lstrip())
        if found:
            return _without_route(found[1].strip()) or "<>", found[2].strip()
        address, _blank, rest = arg.strip().partition(" ")
        return address, rest.strip()

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: ARG002, N802 - aiosmtpd's name
        """Tell nobody which addresses there are."""
        await self.push("252 2.5.1 Send some mail, and see")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the mail in large pieces, with lines of any length, and hand it to the desk.

        aiosmtpd reads line by line and refuses lines over 1,000 bytes for good, which would lose real mail.
        """
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes nothing")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._read_mail()
        if content is None:
            status = f"552 5.3.4 A mail may have {self.data_size_limit} bytes here"
            replies = len(self.envelope.rcpt_tos) if self.source == "lmtp" else 1
            status = "\r\n".join([status] * replies)
        else:
            self.envelope.content = self.envelope.original_content = content
            self.waits_for_us = True
            status = await self._call_handler_hook("DATA")
            self.waits_for_us = False
        self._set_post_data_state()
        await self.push(status)

    async def _read_mail(self) -> bytes | None:
        """The bytes up to the lone dot, dots unstuffed; None when they are too many, all of them read even so."""
        assert self.data_size_limit is not None
        data = bytearray(b"\r\n")  # so that a dot in the first line ends the mail too
        start, is_too_large = 0, False
        while (end := data.find(_END, start)) < 0:
            if len(data) > self.data_size_limit + len(_END):
                is_too_large = True
                del data[: -len(_END)]
            start = max(0, len(data) - len(_END))
            piece = await self._reader.read(_READ_BYTES)  # more than the buffer can hold: it is empty afterwards
            if not piece:
                raise ConnectionResetError
            self._reset_timeout()
            data += piece
        if rest := bytes(data[end + len(_END) :]):
            self._reader.feed_data(rest)  # commands sent ahead (RFC 2920)
        if is_too_large or end - 2 > self.data_size_limit:
            return None
        del data[end + 2 :]
        return bytes(data).replace(b"\r\n..", b"\r\n.")[2:]


def _machine(transport: asyncio.BaseTransport) -> str:
    """Where a connection comes from: an address, or of IPv6 the network given to one customer; "" from this machine."""
    address = ipaddress.ip_address(str((transport.get_extra_info("peername") or ("127.0.0.1",))[0]).partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


class DeskLMTP(DeskSMTP, LMTP):  # type: ignore[misc] # aiosmtpd has no types
    """The same for a mail server on our side of the net (RFC 2033)."""

    source = "lmtp"
    show_smtp_greeting = False


async def listen(listening: Listening, desk: Desk) -> list[asyncio.Server]:
    """Open the ports; OSError says which one cannot be had."""
    loop = asyncio.get_running_loop()
    servers: list[asyncio.Server] = []
    for port, kind in ((listening.smtp_port, DeskSMTP), (listening.lmtp_port, DeskLMTP)):
        if port is not None:
            try:
                servers.append(await loop.create_server(partial(kind, desk, listening), listening.host, port))
            except OSError:
                for server in servers:
                    server.close()
                raise
    return servers
