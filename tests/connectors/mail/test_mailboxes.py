"""Mailboxes fetched in the background: at once by IDLE, through failures, and ended quickly."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from imapclient import IMAPClient
from tests.connectors.mail.running import in_background
from tests.connectors.mail.servers import PASSWORD, Dovecot, free_port, until
from tests.connectors.mail.test_intake import mail
from tests.factories.conversations import make_inbox

from madoguchi.channels.actions import change_inbox
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail import mailboxes
from madoguchi.events.actor import Actor

pytestmark = [pytest.mark.mailservers, pytest.mark.django_db(transaction=True)]
SOMEBODY = Actor.system("test")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "RESCAN_SECONDS", 0.1)
    monkeypatch.setattr(mailboxes, "BACKOFF_SECONDS", (0.1, 0.1, 0.1))
    monkeypatch.setattr(mailboxes, "REFUSED_SECONDS", (0.1, 0.1, 0.1))
    monkeypatch.setattr(mailboxes, "JOIN_SECONDS", 15)


@pytest.fixture
def box(dovecot: Dovecot) -> Inbox:
    return make_box(dovecot)


def make_box(dovecot: Dovecot, **values: object) -> Inbox:
    user = f"{uuid4().hex}@desk.example"
    settings = {
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.imap_port,
        "imap_security": "none",
        "imap_user": user,
        **values,
    }
    inbox = make_inbox(address=user, settings=settings)
    change_inbox(inbox, by=SOMEBODY, secrets={"imap_password": PASSWORD})
    return inbox


@pytest.fixture
def fetching(box: Inbox) -> Iterator[None]:
    with in_background(mailboxes.serve):
        yield


def count_of(inbox: Inbox) -> int:
    return RawMessage.objects.filter(inbox=inbox).count()


def failure_of(inbox: Inbox) -> str:
    return Inbox.objects.get(pk=inbox.pk).failure


def is_checked(inbox: Inbox) -> bool:
    return Inbox.objects.get(pk=inbox.pk).checked_at is not None


def test_mail_comes_by_idle_at_once(dovecot: Dovecot, box: Inbox, fetching: None) -> None:
    until(lambda: is_checked(box))
    began = time.monotonic()
    dovecot.deliver(box.address, mail(1))

    until(lambda: count_of(box) == 1)

    assert time.monotonic() - began < 5  # the clock would take a minute


def test_without_idle_the_clock_serves(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    box = make_box(dovecot, imap_poll_seconds=0.2)
    monkeypatch.setattr(mailboxes, "fetching", lambda _settings: FAST)
    monkeypatch.setattr(IMAPClient, "has_capability", lambda _client, _name: False)
    with in_background(mailboxes.serve):
        until(lambda: is_checked(box))
        dovecot.deliver(box.address, mail(1))
        until(lambda: count_of(box) == 1)


FAST = mailboxes.Fetching(poll_seconds=1)


def test_the_clock_serves_further_folders(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    box = make_box(dovecot)
    with dovecot.mailbox(box.address) as imap:
        imap.create("Second")
    plan = mailboxes.Fetching(folders=("INBOX", "Second"), poll_seconds=1)
    monkeypatch.setattr(mailboxes, "fetching", lambda _settings: plan)
    with in_background(mailboxes.serve):
        until(lambda: is_checked(box))
        with dovecot.mailbox(box.address) as imap:
            imap.append("Second", None, None, mail(1))
        until(lambda: count_of(box) == 1)


def test_several_mailboxes_are_fetched_side_by_side(dovecot: Dovecot, box: Inbox, fetching: None) -> None:
    second = make_box(dovecot)
    for number, inbox in enumerate((box, second)):
        dovecot.deliver(inbox.address, mail(number))

    until(lambda: (count_of(box), count_of(second)) == (1, 1))


def test_a_failure_is_an_alarm_that_ends_by_itself(dovecot: Dovecot, box: Inbox, fetching: None) -> None:
    right = box.settings
    change_inbox(box, by=SOMEBODY, settings={**right, "imap_port": free_port()})
    until(lambda: failure_of(box))
    reason = failure_of(box)

    change_inbox(box, by=SOMEBODY, settings=right)
    dovecot.deliver(box.address, mail(1))

    until(lambda: count_of(box) == 1 and not failure_of(box))
    assert "127.0.0.1" in reason
    assert Inbox.objects.get(pk=box.pk).failing_since is None


def test_a_wrong_password_is_an_alarm(dovecot: Dovecot, box: Inbox, fetching: None) -> None:
    change_inbox(box, by=SOMEBODY, secrets={"imap_password": "wrong"})

    until(lambda: box.settings["imap_user"] in failure_of(box))


@pytest.mark.parametrize(
    "values", [{"imap_sign_in": "google"}, {"imap_host": "imap.example"}, {"imap_security": "odd"}]
)
def test_settings_that_cannot_work_are_an_alarm(dovecot: Dovecot, values: dict[str, object]) -> None:
    box = make_box(dovecot, **values)

    with in_background(mailboxes.serve):
        until(lambda: failure_of(box))


def test_a_sealed_password_that_cannot_be_opened_is_an_alarm(dovecot: Dovecot, box: Inbox) -> None:
    Inbox.objects.filter(pk=box.pk).update(sealed_secrets="sealed under another key")

    with in_background(mailboxes.serve):
        until(lambda: "secret key has changed" in failure_of(box))


def test_a_session_that_breaks_off_is_no_alarm(dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    idle_check, broken = IMAPClient.idle_check, []

    def breaking(self: IMAPClient, timeout: float | None = None) -> object:
        if not broken:
            broken.append(True)
            self.socket().shutdown(2)
        return idle_check(self, timeout)

    monkeypatch.setattr(IMAPClient, "idle_check", breaking)
    with in_background(mailboxes.serve):
        until(lambda: broken)
        dovecot.deliver(box.address, mail(1))
        until(lambda: count_of(box) == 1)

    assert failure_of(box) == ""


def test_a_mailbox_switched_off_is_left_alone(dovecot: Dovecot, box: Inbox, fetching: None) -> None:
    until(lambda: is_checked(box))
    Inbox.objects.filter(pk=box.pk).update(is_active=False)
    other = make_box(dovecot)
    dovecot.deliver(other.address, mail(2))
    until(lambda: count_of(other) == 1)
    dovecot.deliver(box.address, mail(1))

    dovecot.deliver(other.address, mail(3))
    until(lambda: count_of(other) == 2)

    assert count_of(box) == 0


def test_one_worker_fetches_a_mailbox_and_another_takes_over(dovecot: Dovecot, box: Inbox) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [mailboxes._LOCK, box.pk])
    with in_background(mailboxes.serve):
        other = make_box(dovecot)
        until(lambda: is_checked(other))
        has_waited = not is_checked(box)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [mailboxes._LOCK, box.pk])
        until(lambda: is_checked(box))

    assert has_waited


def test_a_list_of_mailboxes_that_cannot_be_read_is_read_again(
    dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    active_inboxes, failed = mailboxes.active_inboxes, []

    def failing_once(kind: str) -> object:
        if not failed:
            failed.append(kind)
            raise OperationalError("the database system is starting up")
        return active_inboxes(kind)

    monkeypatch.setattr(mailboxes, "active_inboxes", failing_once)

    with in_background(mailboxes.serve):
        until(lambda: is_checked(box))


def test_it_ends_within_two_seconds(dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "JOIN_SECONDS", 1.5)
    with in_background(mailboxes.serve):
        until(lambda: is_checked(box))
        told = time.monotonic()

    assert time.monotonic() - told < 2


def test_it_ends_within_two_seconds_even_when_a_server_does_not_answer(
    dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "JOIN_SECONDS", 1.5)
    held: list[bool] = []

    def silent(client: IMAPClient, *_args: object, **_options: object) -> None:
        held.append(True)
        client.socket().recv(1)  # nothing comes

    monkeypatch.setattr(mailboxes, "fetch_folder", silent)
    with in_background(mailboxes.serve):
        until(lambda: held)
        told = time.monotonic()

    assert time.monotonic() - told < 2.5


def test_whatever_a_server_makes_us_raise_is_an_alarm(
    dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(*_args: object, **_options: object) -> None:
        raise TypeError("odd answer")

    monkeypatch.setattr(mailboxes, "fetch_folder", odd)

    with in_background(mailboxes.serve):
        until(lambda: "odd answer" in failure_of(box))


def test_mail_that_comes_while_fetching_is_not_left_to_the_clock(
    dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_folder, delivered = mailboxes.fetch_folder, []

    def meanwhile(*args: object, **options: object) -> object:
        fetched = fetch_folder(*args, **options)
        if not delivered:
            delivered.append(dovecot.deliver(box.address, mail(1)))
        return fetched

    monkeypatch.setattr(mailboxes, "fetch_folder", meanwhile)

    with in_background(mailboxes.serve):
        until(lambda: count_of(box) == 1)


def test_a_database_that_is_away_is_waited_for(dovecot: Dovecot, box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[bool] = []
    fetch_folder = mailboxes.fetch_folder

    def cutting(*args: object, **options: object) -> int:
        if not cut:
            cut.append(True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return fetch_folder(*args, **options)

    monkeypatch.setattr(mailboxes, "fetch_folder", cutting)
    dovecot.deliver(box.address, mail(1))

    with in_background(mailboxes.serve):
        until(lambda: count_of(box) == 1)
