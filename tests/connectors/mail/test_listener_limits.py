"""What the listener does when it is full, hurt or in trouble itself."""

import asyncio
import smtplib
import socket

import pytest
from aiosmtpd.smtp import Envelope
from django.db import OperationalError
from tests.connectors.mail.running import listener
from tests.connectors.mail.talking import MAIL, SENDER, stored, talk

from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail import listener as listening
from madoguchi.connectors.mail import storing
from madoguchi.connectors.mail.listener import Desk, Listening, _machine, candidates

pytestmark = pytest.mark.django_db(transaction=True)


def test_recipients_are_limited(smtp: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_RECIPIENTS", 2)
    smtp.ehlo()
    smtp.mail(SENDER)

    codes = [smtp.rcpt(address)[0] for address in ["support@desk.example"] * 3]

    assert codes == [250, 250, 452]


def test_connections_are_limited(ports: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 1)

    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10):
        assert talk(ports[0])[0].startswith(b"421")


def test_one_machine_holds_few_places_and_this_one_any(ports: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_PER_MACHINE", 1)
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10):
        here = talk(ports[0])[0]

    monkeypatch.setattr(listening, "_machine", lambda _transport: "192.0.2.7")
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10):
        elsewhere = talk(ports[0])[0]

    assert here.startswith(b"220")
    assert elsewhere.startswith(b"421")


@pytest.mark.parametrize(
    ("peer", "machine"),
    [
        (("127.0.0.1", 25), ""),
        (("::1", 25, 0, 0), ""),
        (("::ffff:127.0.0.1", 25, 0, 0), ""),
        (None, ""),
        (("192.0.2.7", 25), "192.0.2.7"),
        (("::ffff:192.0.2.7", 25, 0, 0), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 25, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 25, 0, 2), "fe80::/64"),
    ],
)
def test_a_connection_is_of_one_machine(peer: tuple[object, ...] | None, machine: str) -> None:
    assert _machine(asyncio.Transport({"peername": peer})) == machine


def test_when_full_the_silent_make_room(ports: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(listening, "SILENT_SECONDS", 0.0)

    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as silent:
        assert talk(ports[0])[0].startswith(b"220")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            silent.noop()


def test_whoever_waits_for_us_keeps_the_place(ports: list[int], desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(listening, "SILENT_SECONDS", 0.0)
    keep, second = Desk._keep, []

    async def keep_slowly(self: Desk, source: str, envelope: Envelope) -> str:
        second.extend(await asyncio.to_thread(talk, ports[0]))
        return await keep(self, source, envelope)

    monkeypatch.setattr(Desk, "_keep", keep_slowly)
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as client:
        refused = client.sendmail(SENDER, [desk.address], MAIL)

    assert refused == {}
    assert second[0].startswith(b"421")
    assert stored() == [MAIL]


def test_idle_sessions_end(desk: Inbox, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SESSION_SECONDS", 0.2)

    with (
        listener(Listening(smtp_port=0)) as ports,
        socket.create_connection(("127.0.0.1", ports[0]), 10) as connection,
        connection.makefile("rb") as answers,
    ):
        assert answers.readline().startswith(b"220")
        assert answers.readline() == b""


def test_our_own_trouble_is_temporary(smtp: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(storing, "store_raws", broken)
    with pytest.raises(smtplib.SMTPDataError) as not_stored:
        smtp.sendmail(SENDER, ["support@desk.example"], MAIL)
    monkeypatch.setattr(listening, "_look_up", broken)
    monkeypatch.setattr(listening, "ADDRESS_SECONDS", 0)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as not_checked:
        smtp.sendmail(SENDER, ["support@desk.example"], MAIL)

    assert not_stored.value.smtp_code == 451
    assert next(iter(not_checked.value.recipients.values()))[0] == 451
    assert stored() == []


def test_a_defect_of_ours_is_temporary_too(smtp: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(address: str) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr(listening, "_look_up", broken)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        smtp.sendmail(SENDER, ["support@desk.example"], MAIL)

    assert refusal.value.recipients["support@desk.example"][0] == 451


def test_a_sender_who_leaves_in_the_middle_leaves_nothing(ports: list[int]) -> None:
    talk(
        ports[0],
        b"EHLO x\r\n",
        b"MAIL FROM:<a@b.example>\r\n",
        b"RCPT TO:<support@desk.example>\r\n",
        b"DATA\r\n",
    )

    assert talk(ports[0], b"NOOP\r\n")[-1].startswith(b"250")
    assert stored() == []


def test_a_port_in_use_is_said(ports: list[int]) -> None:
    with (
        pytest.raises(OSError, match="address already in use"),
        listener(Listening(smtp_port=None, lmtp_port=ports[0])),
    ):
        pass


def test_candidates() -> None:
    assert candidates("a+b+c@d.example") == ["a+b+c@d.example", "a@d.example"]
    assert candidates("a@d.example") == ["a@d.example"]


def test_open_sessions_end_with_the_listener(desk: Inbox, transactional_db: None) -> None:
    with listener(Listening(smtp_port=0)) as ports:
        connection = socket.create_connection(("127.0.0.1", ports[0]), 10)
        answers = connection.makefile("rb")
        greeting = answers.readline()

    with connection, answers:
        assert greeting.startswith(b"220")
        assert answers.readline() == b""


def test_known_addresses_do_not_fill_the_memory(smtp: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "KNOWN_ADDRESSES", 1)
    smtp.ehlo()
    smtp.mail(SENDER)

    codes = [smtp.rcpt(f"support+{number}@desk.example")[0] for number in range(4)]

    assert codes == [250, 250, 250, 250]
