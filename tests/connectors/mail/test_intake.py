"""Reading what was stored: nothing lost, nothing doubled, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import DataError, OperationalError, connection
from tests.connectors.mail.running import in_background
from tests.connectors.mail.servers import until
from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.channels.actions import release_raw, store_raw
from madoguchi.channels.choices import RawState
from madoguchi.channels.contract import AutoKind
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail import intake
from madoguchi.connectors.mail.intake import BATCH, MAX_ATTEMPTS, Reader
from madoguchi.conversations.models import Message
from madoguchi.flows.listening import connection_parameters

pytestmark = pytest.mark.django_db


def mail(
    number: int = 1, *, to: str = "support@desk.example", extra: str = "", text: str = "荷物が届きません。"
) -> bytes:
    return (
        f"From: yumiko{number}@customer.example\r\nTo: {to}\r\nSubject: No. {number}\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0900\r\n{extra}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def read_all() -> None:
    reader = Reader()
    while reader.read_waiting():
        pass


def states() -> list[tuple[str, str]]:
    return list(RawMessage.objects.order_by("pk").values_list("state", "reason"))


def test_a_stored_mail_becomes_a_message(desk: Inbox) -> None:
    raw = store_raw(mail(), source="smtp", inbox=desk)

    read_all()

    raw.refresh_from_db()
    message = Message.objects.get()
    assert (raw.state, raw.external_id) == (RawState.PARSED, "mail-1@customer.example")
    assert (message.raw, message.inbox, message.text.strip()) == (raw, desk, "荷物が届きません。")


def test_the_same_mail_by_two_ways_is_one_message(desk: Inbox) -> None:
    for source in ("smtp", "imap"):
        store_raw(mail(), source=source, inbox=desk)

    read_all()

    assert Message.objects.count() == 1
    assert [state for state, _reason in states()] == [RawState.PARSED, RawState.DUPLICATE]


@pytest.mark.parametrize(
    ("envelope", "content"),
    [
        (["support@desk.example"], mail(to="undisclosed-recipients:;")),
        (["SUPPORT+abc@desk.example"], mail(to="list@elsewhere.example")),
        ([], mail(to="someone@elsewhere.example, help@desk-smtp.example")),
        ([], mail(to="x@elsewhere.example", extra="Delivered-To: support@desk.example\r\n")),
        ([], mail(to="x@elsewhere.example", extra="X-Original-To: support@desk.example\r\n")),
    ],
)
def test_the_desk_is_found_by_the_recipients(desk: Inbox, envelope: list[str], content: bytes) -> None:
    store_raw(content, source="import", envelope_to=envelope)

    read_all()

    assert Message.objects.get().inbox == desk


def test_mail_for_nobody_is_quarantined(desk: Inbox) -> None:
    store_raw(mail(to="someone@elsewhere.example"), source="import")

    read_all()

    assert states() == [(RawState.QUARANTINED, "unknown_inbox")]
    assert "someone@elsewhere.example" in RawMessage.objects.get().detail


def test_a_hostile_structure_is_quarantined(desk: Inbox) -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200))
    store_raw(b"From: a@b.example\r\n" + deep + b"\r\nx", source="smtp", inbox=desk)

    read_all()

    assert states() == [(RawState.QUARANTINED, "too_deep")]


def test_a_mail_over_the_limit_is_quarantined_until_somebody_wants_it(
    desk: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", 100)
    raw = store_raw(mail(), source="import", inbox=desk)
    read_all()
    before = states()

    release_raw(RawMessage.objects.get(pk=raw.pk), user=make_user(role=Role.ADMIN))
    read_all()

    assert before == [(RawState.QUARANTINED, "too_large")]
    assert states() == [(RawState.PARSED, "")]


def test_a_mail_in_circles_is_quarantined_until_somebody_wants_it(desk: Inbox) -> None:
    store_raw(mail(extra="Received: from a by b\r\n" * 60), source="smtp", inbox=desk)
    read_all()
    before = states()

    release_raw(RawMessage.objects.get(), user=make_user(role=Role.ADMIN))
    read_all()

    assert before == [(RawState.QUARANTINED, "too_many_hops")]
    assert states() == [(RawState.PARSED, "")]


def test_machines_are_told_from_people(desk: Inbox) -> None:
    store_raw(mail(extra="Auto-Submitted: auto-replied\r\n"), source="smtp", inbox=desk, envelope_from="a@b.example")

    read_all()

    assert Message.objects.get().auto_kind == AutoKind.AUTOREPLY


def test_a_person_chooses_the_charset(desk: Inbox) -> None:
    raw = store_raw(mail().replace(b"utf-8", b"iso-8859-1"), source="smtp", inbox=desk)
    RawMessage.objects.filter(pk=raw.pk).update(charset_override="utf-8")

    read_all()

    assert Message.objects.get().text.strip() == "荷物が届きません。"


@pytest.mark.parametrize("defect", [ValueError("unknown defect"), DataError("value too long")])
def test_an_unknown_defect_is_shown_after_some_tries(
    desk: Inbox, monkeypatch: pytest.MonkeyPatch, defect: Exception
) -> None:
    receive_all, tried = intake.receive_all, []

    def sometimes_broken(arrivals):
        for arrival in arrivals:
            if arrival.inbound.external_id == "mail-2@customer.example":
                tried.append(arrival.raw.attempts)
                raise defect
        return receive_all(arrivals)

    monkeypatch.setattr(intake, "receive_all", sometimes_broken)
    for number in range(1, BATCH + 1):
        store_raw(mail(number), source="smtp", inbox=desk)

    read_all()

    assert tried == [1, 2, 3]
    others = [(RawState.PARSED, "")] * (BATCH - 2)
    assert states() == [(RawState.PARSED, ""), (RawState.QUARANTINED, "defect"), *others]
    assert str(defect) in RawMessage.objects.get(state=RawState.QUARANTINED).detail


def test_try_again_works_once_the_defect_is_mended(desk: Inbox) -> None:
    raw = store_raw(mail(), source="smtp", inbox=desk)
    RawMessage.objects.filter(pk=raw.pk).update(state=RawState.QUARANTINED, reason="defect", attempts=MAX_ATTEMPTS + 1)

    release_raw(RawMessage.objects.get(), user=make_user(role=Role.ADMIN))
    read_all()

    assert states() == [(RawState.PARSED, "")]


def test_a_batch_that_breaks_is_read_one_by_one(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    receive_all, together = intake.receive_all, []

    def deadlocked_once(arrivals):
        together.append([arrival.inbound.external_id for arrival in arrivals])
        if len(arrivals) > 1:
            raise OperationalError("deadlock detected")
        return receive_all(arrivals)

    monkeypatch.setattr(intake, "receive_all", deadlocked_once)
    for number in (1, 2):
        store_raw(mail(number), source="smtp", inbox=desk)
    reader = Reader()

    with pytest.raises(OperationalError):
        reader.read_waiting()
    counts = [reader.read_waiting(), reader.read_waiting(), reader.read_waiting()]

    assert counts == [1, 1, 0]
    assert together == [[f"mail-{number}@customer.example" for number in numbers] for numbers in ((1, 2), (1,), (2,))]
    assert Message.objects.count() == 2


def test_a_file_store_that_does_not_answer_is_no_try(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    read_blob = intake.read_blob

    def away(blob):
        if blob.pk == first.blob_id:
            raise ConnectionError("no answer")
        return read_blob(blob)

    first, _second = store_raw(mail(1), source="smtp", inbox=desk), store_raw(mail(2), source="smtp", inbox=desk)
    monkeypatch.setattr(intake, "read_blob", away)
    reader = Reader()

    counts = [reader.read_waiting(), reader.read_waiting()]

    first.refresh_from_db()
    assert counts == [2, 0]
    assert (first.state, first.attempts) == (RawState.STORED, 0)
    assert Message.objects.count() == 1

    monkeypatch.setattr(intake, "read_blob", read_blob)
    read_all()  # another process, or this one half a minute later
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_service_reads_what_arrives(desk: Inbox) -> None:
    with in_background(intake.serve):
        store_raw(mail(1), source="smtp", inbox=desk)
        until(lambda: Message.objects.count() == 1)
        store_raw(mail(2), source="smtp", inbox=desk)
        until(lambda: Message.objects.count() == 2)


@pytest.mark.django_db(transaction=True)
def test_the_service_survives_its_database_connection(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PAUSE_SECONDS", 0.05)
    receive_all, cut = intake.receive_all, []

    def cutting(arrivals):
        if not cut:
            cut.append(len(arrivals))
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return receive_all(arrivals)

    monkeypatch.setattr(intake, "receive_all", cutting)
    with in_background(intake.serve):
        store_raw(mail(), source="smtp", inbox=desk)
        until(lambda: Message.objects.count() == 1)

    assert states() == [(RawState.PARSED, "")]


KILLED_IN_THE_MIDDLE = """
import os, signal, sys, django
django.setup()
from madoguchi.connectors.mail import intake
from madoguchi.connectors.mail.intake import Reader

def killing(what, **options):
    done = work(what, **options)
    if "mail-2@" in str(what):
        os.kill(os.getpid(), signal.SIGKILL)
    return done

work = getattr(intake, sys.argv[1])
setattr(intake, sys.argv[1], killing)
reader = Reader()
while reader.read_waiting():
    pass
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["parse_mail", "receive_all"])
def test_a_mail_that_kills_the_process_is_set_aside(desk: Inbox, when: str) -> None:
    for number in (1, 2, 3):
        store_raw(mail(number), source="smtp", inbox=desk)
    host = connection.settings_dict
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(intake.__file__).parents[3]),
        "MADOGUCHI_DATABASE_URL": f"postgresql://{host['USER']}@/{host['NAME']}?host={host['HOST']}&port={host['PORT']}",
    }

    ends = []
    while not ends or ends[-1]:
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_IN_THE_MIDDLE, when], env=environment, check=False, timeout=60
        )
        ends.append(ended.returncode)
        assert len(ends) < 10

    assert set(ends) == {-signal.SIGKILL, 0}
    assert states() == [(RawState.PARSED, ""), (RawState.QUARANTINED, "gave_up"), (RawState.PARSED, "")]
    assert Message.objects.count() == 2


def test_large_mails_are_read_apart(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH_BYTES", 2 * len(mail(1)))
    for number in range(1, 6):
        store_raw(mail(number, text="大" * 1000 if number == 4 else "荷物が届きません。"), source="smtp", inbox=desk)
    reader = Reader()

    counts = [reader.read_waiting() for _round in range(5)]

    assert counts == [2, 1, 1, 1, 0]
    assert Message.objects.count() == 5


def test_trouble_of_the_database_is_no_try_however_long_it_lasts(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    receive_all, trouble = intake.receive_all, iter(range(MAX_ATTEMPTS + 3))

    def full(arrivals):
        if next(trouble, None) is not None:
            raise OperationalError("could not extend file: No space left on device")
        return receive_all(arrivals)

    monkeypatch.setattr(intake, "receive_all", full)
    store_raw(mail(1), source="smtp", inbox=desk)
    reader = Reader()
    for _each in range(MAX_ATTEMPTS + 3):
        with pytest.raises(OperationalError):
            reader.read_waiting()

    reader.read_waiting()

    assert states() == [(RawState.PARSED, "")]


@pytest.mark.django_db(transaction=True)
def test_one_process_reads_at_a_time(desk: Inbox) -> None:
    store_raw(mail(), source="smtp", inbox=desk)
    with psycopg.connect(**connection_parameters(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", intake._TURN)
        while_held = intake._read(Reader())
        other.execute("SELECT pg_advisory_unlock(%s, %s)", intake._TURN)

    counts = [intake._read(Reader()), intake._read(Reader())]

    assert (while_held, counts) == (0, [1, 0])
    assert Message.objects.count() == 1
