"""Fetching from a real Dovecot: everything once, marked only after it is ours."""

from uuid import uuid4

import pytest
from django.db import OperationalError
from imapclient import IMAPClient, imap_utf7
from tests.connectors.mail.scripted_smtp import scripted_smtp
from tests.connectors.mail.servers import PASSWORD, Dovecot, free_port
from tests.connectors.mail.test_intake import mail

from madoguchi.channels.choices import RawState
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail import imap
from madoguchi.connectors.mail.config import After, Fetching, First, Security, Server, SignIn
from madoguchi.connectors.mail.imap import FetchTrouble, connect, fetch_folder
from madoguchi.connectors.mail.intake import Reader
from madoguchi.connectors.mail.models import ImapFolder
from madoguchi.conversations.models import Message
from madoguchi.files.queries import read_blob

pytestmark = [pytest.mark.mailservers, pytest.mark.django_db]


@pytest.fixture
def user() -> str:
    """A mailbox nobody has used."""
    return f"{uuid4().hex}@desk.example"


def server_of(dovecot: Dovecot, user: str, **values: object) -> Server:
    defaults = {"port": dovecot.imap_port, "security": Security.NONE, "password": PASSWORD}
    return Server(host="127.0.0.1", sign_in=SignIn.PASSWORD, user=user, **defaults | values)


@pytest.fixture
def client(dovecot: Dovecot, user: str) -> IMAPClient:
    with connect(server_of(dovecot, user), PASSWORD) as opened:
        yield opened


def stored_numbers() -> list[int]:
    """Which test mails were stored, in order."""
    raws = RawMessage.objects.select_related("blob").order_by("pk")
    return [int(read_blob(raw.blob).partition(b"Subject: No. ")[2].split()[0]) for raw in raws]


def test_new_mail_is_stored_and_marked(dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox) -> None:
    dovecot.deliver(user, mail(1))

    count = fetch_folder(client, desk, "INBOX", Fetching()).count

    raw = RawMessage.objects.get()
    assert (count, raw.source, raw.inbox) == (1, "imap", desk)
    assert read_blob(raw.blob).endswith(mail(1))
    assert len(dovecot.mails(user, criterion="SEEN")) == 1


def test_it_goes_on_where_it_stopped(dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox) -> None:
    counts = []
    for number in (1, 2, 3):
        dovecot.deliver(user, mail(number))
        counts.append(fetch_folder(client, desk, "INBOX", Fetching(after=After.LEAVE)).count)

    assert (counts, stored_numbers()) == ([1, 1, 1], [1, 2, 3])
    assert fetch_folder(client, desk, "INBOX", Fetching(after=After.LEAVE)).count == 0
    assert dovecot.mails(user, criterion="SEEN") == []


@pytest.mark.parametrize(("first", "expected"), [(First.UNSEEN, [2, 3]), (First.ALL, [1, 2, 3]), (First.NEW, [3])])
def test_what_was_there_before_is_fetched_by_choice(
    dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox, first: First, expected: list[int]
) -> None:
    dovecot.deliver(user, mail(1))
    dovecot.deliver(user, mail(2))
    client.select_folder("INBOX")
    client.add_flags([1], [b"\\Seen"])

    fetch_folder(client, desk, "INBOX", Fetching(first=first, after=After.LEAVE))
    dovecot.deliver(user, mail(3))
    fetch_folder(client, desk, "INBOX", Fetching(first=first, after=After.LEAVE))

    assert stored_numbers() == expected


@pytest.mark.parametrize("capability", ["MOVE", "UIDPLUS", ""])
def test_fetched_mail_is_moved(
    dovecot: Dovecot, user: str, desk: Inbox, capability: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IMAPClient, "has_capability", lambda _client, name: name == capability)
    dovecot.deliver(user, mail(1))
    with connect(server_of(dovecot, user), PASSWORD) as client:
        for _again in range(2):
            fetch_folder(client, desk, "INBOX", Fetching(after=After.MOVE, move_to="対応済み"))

    assert len(dovecot.mails(user, imap_utf7.encode("対応済み").decode())) == 1
    assert len(dovecot.mails(user, criterion="UNDELETED")) == 0
    assert stored_numbers() == [1]


def test_folders_are_read_apart(dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox) -> None:
    client.create_folder("お客様")
    client.append("お客様", mail(1))
    dovecot.deliver(user, mail(2))

    for folder in ("INBOX", "お客様"):
        fetch_folder(client, desk, folder, Fetching())

    assert stored_numbers() == [2, 1]
    assert ImapFolder.objects.count() == 2


@pytest.mark.parametrize(("first", "again"), [(First.UNSEEN, [1, 2]), (First.ALL, [0, 1, 2]), (First.NEW, [0, 1, 2])])
def test_a_renumbered_mailbox_is_read_again_without_doubles(
    dovecot: Dovecot, user: str, desk: Inbox, first: First, again: list[int]
) -> None:
    plan = Fetching(first=first)
    with connect(server_of(dovecot, user), PASSWORD) as client:
        client.append("INBOX", mail(0), flags=[b"\\Seen"])
        if first is First.UNSEEN:  # so old that it is not asked for again either
            client.select_folder("INBOX")
            client.delete_messages([1])
            client.expunge()
        fetch_folder(client, desk, "INBOX", plan)
        dovecot.deliver(user, mail(1))
        fetch_folder(client, desk, "INBOX", plan)
        before = stored_numbers()
    dovecot.renumber(user)
    dovecot.deliver(user, mail(2))

    with connect(server_of(dovecot, user), PASSWORD) as client:
        fetch_folder(client, desk, "INBOX", plan)

    read_all()
    place = ImapFolder.objects.get()
    assert sorted(stored_numbers()[len(before) :]) == again
    assert place.is_rescan is True
    assert Message.objects.count() == len(set(stored_numbers()))


def read_all() -> None:
    reader = Reader()
    while reader.read_waiting():
        pass


def test_nothing_is_marked_that_was_not_committed(
    dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        dovecot.deliver(user, mail(number))
    monkeypatch.setattr(imap, "CHUNK_MAILS", 2)
    store_raw, stored = imap.store_raw, []

    def full_disk(content: bytes, **options: object) -> object:
        if len(stored) == 2:
            raise OperationalError("No space left on device")
        stored.append(content)
        return store_raw(content, **options)

    monkeypatch.setattr(imap, "store_raw", full_disk)
    with pytest.raises(OperationalError):
        fetch_folder(client, desk, "INBOX", Fetching())

    assert len(dovecot.mails(user, criterion="SEEN")) == 2
    assert ImapFolder.objects.get().last_uid == 2
    monkeypatch.setattr(imap, "store_raw", store_raw)
    fetch_folder(client, desk, "INBOX", Fetching())
    assert stored_numbers() == [1, 2, 3]


def test_a_stop_comes_between_chunks(
    dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        dovecot.deliver(user, mail(number))
    monkeypatch.setattr(imap, "CHUNK_BYTES", 1)
    monkeypatch.setattr(imap, "SIZES_AT_ONCE", 2)
    asked = iter([False, True])

    fetch_folder(client, desk, "INBOX", Fetching(), is_stopped=lambda: next(asked))

    assert stored_numbers() == [1]


def test_a_huge_mail_stays_in_the_mailbox_and_is_shown(
    dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "FETCH_MAX_BYTES", 2000)
    monkeypatch.setattr(imap, "BEGINNING_BYTES", 100)
    dovecot.deliver(user, mail(1, text="x" * 5000))
    dovecot.deliver(user, mail(2))

    fetch_folder(client, desk, "INBOX", Fetching())

    huge = RawMessage.objects.get(state=RawState.QUARANTINED)
    usual = RawMessage.objects.get(state=RawState.STORED)
    assert (huge.reason, huge.blob.size_bytes) == ("too_large", 100)
    assert read_blob(usual.blob).endswith(mail(2))
    assert len(dovecot.mails(user, criterion="UNSEEN")) == 1


def test_mail_that_vanished_meanwhile_is_passed_over(
    dovecot: Dovecot, client: IMAPClient, user: str, desk: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        dovecot.deliver(user, mail(number))
    fetch = IMAPClient.fetch

    def vanishing(self: IMAPClient, uids: list[int], what: list[str]) -> object:
        if what == ["BODY.PEEK[]"]:
            with connect(server_of(dovecot, user), PASSWORD) as other:
                other.select_folder("INBOX")
                other.delete_messages([1])
                other.expunge()
        return fetch(self, uids, what)

    monkeypatch.setattr(IMAPClient, "fetch", vanishing)

    assert fetch_folder(client, desk, "INBOX", Fetching()).count in {1, 2}
    assert stored_numbers()[-1] == 2


def test_tls_with_a_private_authority(dovecot: Dovecot, user: str) -> None:
    for port, security in ((dovecot.imaps_port, Security.TLS), (dovecot.imap_port, Security.STARTTLS)):
        with connect(server_of(dovecot, user, port=port, security=security, ca=dovecot.ca), PASSWORD) as client:
            assert client.folder_exists("INBOX")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_nobody_vouches_for_is_refused(dovecot: Dovecot, user: str, security: Security) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port

    with pytest.raises(FetchTrouble, match="No safe connection"):
        connect(server_of(dovecot, user, port=port, security=security), PASSWORD)


def test_a_wrong_password_is_said(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(FetchTrouble, match=f"refused the user name or password of {user}") as refused:
        connect(server_of(dovecot, user), "wrong")

    assert "[AUTHENTICATIONFAILED] Authentication failed. Check" in str(refused.value)
    assert "b'" not in str(refused.value)


def test_a_port_without_tls_is_told(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(FetchTrouble, match="choose STARTTLS or another port"):
        connect(server_of(dovecot, user, port=dovecot.imap_port, security=Security.TLS), PASSWORD)


def test_a_server_that_is_away_is_said(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(FetchTrouble, match=r"cannot be reached \(nothing answers at this port\)"):
        connect(server_of(dovecot, user, port=free_port()), PASSWORD)


def test_a_server_that_says_nothing_is_said(dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "TIMEOUT_SECONDS", 0.2)
    with scripted_smtp(greeting=b"* OK hello", CAAA1=b"") as server, pytest.raises(FetchTrouble):
        connect(server_of(dovecot, user, port=server.port), PASSWORD)


def test_a_server_that_is_no_imap_is_said(dovecot: Dovecot, user: str) -> None:
    with scripted_smtp(greeting=b"220 smtp here") as server, pytest.raises(FetchTrouble, match="broke off"):
        connect(server_of(dovecot, user, port=server.port), PASSWORD)
