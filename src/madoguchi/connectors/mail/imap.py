"""A session with an IMAP server, and what is new in one folder of it.

A mail is marked in the mailbox only after our commit, and how far a folder was read moves on in that same commit. So
a crash at any point makes a mail arrive twice at most, which the intake knows as a duplicate, and never not at all.
Sources: RFC 3501 (2.3.1.1 UIDVALIDITY), RFC 6851 (MOVE), RFC 4315 (UIDPLUS).
"""

import contextlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from madoguchi.channels.actions import quarantine_raw, store_raw
from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail.config import After, Fetching, First, Security, Server
from madoguchi.connectors.mail.models import ImapFolder
from madoguchi.connectors.mail.net_trouble import server_words, why
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import telling as _

TIMEOUT_SECONDS = 30
#: Fetched, committed and marked together, so that a large mailbox neither fills memory nor starts over.
CHUNK_MAILS = 25
CHUNK_BYTES = 16 * 1024 * 1024
#: Larger mail is not fetched whole: its beginning goes to quarantine, the rest stays in the mailbox.
FETCH_MAX_BYTES = 100 * 1024 * 1024
BEGINNING_BYTES = 256 * 1024
#: Sizes are asked for this many mails at a time.
SIZES_AT_ONCE = 500


class FetchTrouble(DomainError):
    """A mailbox cannot be fetched; the message says why and what to do."""

    code = "fetch_trouble"


def connect(server: Server, password: str) -> IMAPClient:
    """A signed-in session; `password` may be an access token. Raises FetchTrouble."""
    with trouble_with(server):
        client = _open(server)
        try:
            if server.security is Security.STARTTLS:
                client.starttls(server.tls_context())
            if server.uses_oauth:
                client.oauth2_login(server.user, password)
            else:
                client.login(server.user, password)
        except BaseException:
            cut(client)
            raise
    return client


def cut(client: IMAPClient) -> None:
    """End the connection without a word."""
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()


def leave(client: IMAPClient) -> None:
    """End the session politely, or at least the connection."""
    try:
        client.logout()
    except (OSError, IMAPClientError):
        cut(client)


def _open(server: Server) -> IMAPClient:
    return IMAPClient(
        server.host,
        port=server.port,
        ssl=server.security is Security.TLS,
        ssl_context=server.tls_context() if server.security is Security.TLS else None,
        timeout=TIMEOUT_SECONDS,
    )


@contextlib.contextmanager
def trouble_with(server: Server) -> Iterator[None]:
    """Turn what goes wrong with a server into a sentence for a person."""
    named = {"host": server.host, "user": server.user}
    try:
        yield
    except LoginError as error:
        raise FetchTrouble(
            _("%(host)s refused the user name or password of %(user)s: %(why)s Check them in the settings.")
            % {**named, "why": server_words(error)}
        ) from error
    except ssl.SSLError as error:
        raise FetchTrouble(
            _("No safe connection to %(host)s: %(why)s. Check port, security and certificate.")
            % {**named, "why": why(error)}
        ) from error
    except TimeoutError as error:
        raise FetchTrouble(_("%(host)s did not answer in time. It is tried again by itself.") % named) from error
    except OSError as error:
        raise FetchTrouble(
            _("%(host)s cannot be reached (%(why)s). Check the name and port.") % {**named, "why": why(error)}
        ) from error
    except IMAPClientError as error:
        raise FetchTrouble(
            _("%(host)s broke off: %(why)s It is tried again by itself.") % {**named, "why": server_words(error)}
        ) from error


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one look into a folder brought."""

    count: int  #: mails stored and marked
    uidnext: int  #: the number the next mail would get when the look began


def fetch_folder(
    client: IMAPClient, inbox: Inbox, folder: str, plan: Fetching, *, is_stopped: Callable[[], bool] = lambda: False
) -> Fetched:
    """Store what is new in one folder, then mark it there. Ends early, between chunks, when stopped."""
    status = client.select_folder(folder, readonly=plan.after is After.LEAVE)
    place = _place(inbox, folder, plan, int(status[b"UIDVALIDITY"]), int(status[b"UIDNEXT"]))
    count = 0
    for chunk in _chunks(client, _new_uids(client, place, plan)):
        if is_stopped():
            break
        kept = _keep(client, inbox, place, chunk)
        _mark(client, kept, plan)
        count += len(kept)
    return Fetched(count, int(status[b"UIDNEXT"]))


def _place(inbox: Inbox, folder: str, plan: Fetching, uidvalidity: int, uidnext: int) -> ImapFolder:
    """How far the folder was read; starts anew when the server has renumbered its mails."""
    place, _created = ImapFolder.objects.get_or_create(inbox=inbox, folder=folder)
    if place.uidvalidity == uidvalidity:
        return place
    place.is_rescan = place.uidvalidity is not None
    place.uidvalidity, place.first_uid, place.last_uid = uidvalidity, uidnext, 0
    if plan.first is First.NEW and not place.is_rescan:
        place.last_uid = uidnext - 1
    place.save(update_fields=["uidvalidity", "first_uid", "last_uid", "is_rescan"])
    return place


def _new_uids(client: IMAPClient, place: ImapFolder, plan: Fetching) -> list[int]:
    """What was not fetched yet, oldest first: of what was there at the first look by choice, of later mail all."""
    last, first = place.last_uid, place.first_uid
    wanted: list[int] = []
    if last + 1 < first:
        wanted += client.search([*_old_mail(place, plan), "UID", f"{last + 1}:{first - 1}"])
    wanted += client.search(["UID", f"{max(last + 1, first)}:*"])
    return sorted({uid for uid in wanted if uid > last})  # n:* names the last mail even if it is older than n


def _old_mail(place: ImapFolder, plan: Fetching) -> list[object]:
    if plan.first is First.ALL:
        return ["ALL"]
    if not place.is_rescan:
        return ["UNSEEN"]
    # Renumbered: nobody knows which of them we have. What came since we began is fetched again and known as doubles.
    since = ["SINCE", (place.started_at - timedelta(days=1)).date()]
    return since if plan.first is First.NEW else ["OR", "UNSEEN", *since]


def _chunks(client: IMAPClient, uids: Sequence[int]) -> Iterator[dict[int, int]]:
    """The mails with their sizes in bytes, in bounded groups."""
    for start in range(0, len(uids), SIZES_AT_ONCE):
        sizes = client.fetch(uids[start : start + SIZES_AT_ONCE], ["RFC822.SIZE"])
        chunk: dict[int, int] = {}
        for uid in sorted(sizes):
            size = int(sizes[uid].get(b"RFC822.SIZE", 0))
            if chunk and (len(chunk) >= CHUNK_MAILS or sum(chunk.values()) + size > CHUNK_BYTES):
                yield chunk
                chunk = {}
            chunk[uid] = size
        if chunk:
            yield chunk


def _keep(client: IMAPClient, inbox: Inbox, place: ImapFolder, chunk: dict[int, int]) -> list[int]:
    """Commit the mails of a chunk together with the progress; returns those that were still there."""
    usual = [uid for uid, size in chunk.items() if size <= FETCH_MAX_BYTES]
    mails: dict[int, tuple[bytes, datetime]] = {}
    for uid, parts in (client.fetch(usual, ["BODY.PEEK[]", "INTERNALDATE"]) if usual else {}).items():
        if parts.get(b"BODY[]") is not None:
            # When the mailbox got it: after an outage of ours the customer has waited since then.
            mails[uid] = parts[b"BODY[]"], parts[b"INTERNALDATE"].astimezone(UTC)
    beginnings: dict[int, bytes] = {}
    for uid in chunk.keys() - set(usual):
        parts = client.fetch([uid], [f"BODY.PEEK[]<0.{BEGINNING_BYTES}>"]).get(uid, {})
        beginnings[uid] = parts.get(b"BODY[]<0>") or b""
    with transaction.atomic():
        for uid in sorted(mails):
            content, received_at = mails[uid]
            store_raw(content, source="imap", inbox=inbox, received_at=received_at)
        for uid, beginning in beginnings.items():
            raw = store_raw(beginning, source="imap", inbox=inbox)
            detail = _("The mail has %(size)d MB. Only its beginning was fetched; it stays whole in the mailbox.")
            quarantine_raw(raw, reason="too_large", detail=detail % {"size": chunk[uid] // 1024**2})
        place.last_uid = max(chunk)
        place.save(update_fields=["last_uid"])
    return sorted(mails)


def _mark(client: IMAPClient, uids: Sequence[int], plan: Fetching) -> None:
    if not uids or plan.after is After.LEAVE:
        return
    if plan.after is After.SEEN or not plan.move_to:
        client.add_flags(uids, [b"\\Seen"], silent=True)
        return
    if not client.folder_exists(plan.move_to):
        client.create_folder(plan.move_to)
    if client.has_capability("MOVE"):
        client.move(uids, plan.move_to)
        return
    client.copy(uids, plan.move_to)
    client.delete_messages(uids, silent=True)
    if client.has_capability("UIDPLUS"):  # without it, EXPUNGE would also remove what others have marked
        client.uid_expunge(uids)
