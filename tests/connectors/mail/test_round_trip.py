"""The whole way with real servers, from the customer to us and back; and listeners that are killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from tests.connectors.mail.running import listener
from tests.connectors.mail.servers import PASSWORD, Dovecot, Postfix, answers, until
from tests.connectors.mail.test_intake import mail

from madoguchi.channels.choices import RawState
from madoguchi.channels.contract import Address, OutboundMessage, PermanentSendError, TransientSendError
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.channels.registry import channel_of
from madoguchi.connectors.mail import intake
from madoguchi.connectors.mail.forms import test_connection as try_connection
from madoguchi.connectors.mail.intake import Reader
from madoguchi.connectors.mail.listener import Listening
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.sealing import seal

pytestmark = [pytest.mark.mailservers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connected(desk: Inbox, postfix: Postfix) -> Inbox:
    """The desk, sending through Postfix."""
    desk.settings = {
        "outgoing": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": postfix.smtps_port,
        "smtp_security": "tls",
        "smtp_user": "desk@desk.example",
        "ca": postfix.ca,
    }
    desk.sealed_secrets = seal({"smtp_password": PASSWORD})
    desk.save()
    return desk


def reply(to: str, **values: object) -> OutboundMessage:
    return OutboundMessage(
        external_id=f"{uuid4().hex}@desk.example",
        sender=Address("support@desk.example", "サポート窓口"),
        to=(Address(to),),
        subject="Re: 土鍋",
        text="お問い合わせありがとうございます。",
        **values,
    )


def read_all() -> None:
    reader = Reader()
    while reader.read_waiting():
        pass


@pytest.mark.parametrize("address", ["support@desk.example", "help@desk-smtp.example"])
def test_a_customers_mail_reaches_us_and_our_reply_reaches_them(
    connected: Inbox, postfix: Postfix, dovecot: Dovecot, address: str
) -> None:
    customer = f"{uuid4().hex}@customer.example"
    where = Listening(smtp_port=postfix.desk_smtp_port, lmtp_port=postfix.desk_lmtp_port)
    with listener(where):
        postfix.send(mail(1, to=address).replace(b"yumiko1@customer.example", customer.encode()), address, customer)
        until(RawMessage.objects.exists)
        read_all()
        received = Message.objects.get()
        answer = reply(customer, in_reply_to=received.external_id, references=(received.external_id,))

        channel_of(connected).send(answer)

        (arrived,) = dovecot.wait_for_mail(customer)
        answer_back = (
            f"From: {customer}\r\nTo: {address}\r\nSubject: Re: x\r\nMessage-ID: <{uuid4().hex}@customer.example>\r\n"
            f"In-Reply-To: <{received.external_id}>\r\n\r\nthanks\r\n"
        )
        postfix.send(answer_back.encode(), address, customer)
        until(lambda: RawMessage.objects.count() == 2)
        read_all()

    assert f"Message-ID: <{answer.external_id}>".encode() in arrived
    assert f"In-Reply-To: <{received.external_id}>".encode() in arrived
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 2


def test_refused_now(connected: Inbox) -> None:
    with pytest.raises(TransientSendError) as trouble:
        channel_of(connected).send(reply("grey@customer.example"))

    assert "Greylisted, come back later" in trouble.value.detail


@pytest.mark.parametrize(
    ("address", "words", "advice"),
    [
        ("gone@customer.example", "User unknown", "no mailbox"),
        ("full@customer.example", "Mailbox full", "is full"),
        ("policy@customer.example", "Refused by policy", "by its rules"),
    ],
)
def test_refused_for_good(connected: Inbox, address: str, words: str, advice: str) -> None:
    with pytest.raises(PermanentSendError, match=advice) as trouble:
        channel_of(connected).send(reply(address))

    assert words in trouble.value.detail


def test_nobody_gets_a_mail_that_one_recipient_is_refused(connected: Inbox, dovecot: Dovecot) -> None:
    good = f"{uuid4().hex}@customer.example"
    with pytest.raises(PermanentSendError):
        channel_of(connected).send(reply(good, cc=(Address("gone@customer.example"),)))
    channel_of(connected).send(reply(good))

    assert len(dovecot.wait_for_mail(good)) == 1


def test_a_wrong_password(connected: Inbox) -> None:
    channel = channel_of(connected)
    channel.secrets = {"smtp_password": "wrong"}

    with pytest.raises(TransientSendError, match="user name or password"):
        channel.send(reply("yumiko@customer.example"))


def test_an_odd_carrier_address_arrives(connected: Inbox, dovecot: Dovecot) -> None:
    channel_of(connected).send(reply("taro..y.@customer.example"))

    assert len(dovecot.wait_for_mail("taro..y.@customer.example")) == 1


def test_the_connection_test_says_that_all_is_well(connected: Inbox, dovecot: Dovecot) -> None:
    imap = {
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.imaps_port,
        "imap_security": "tls",
        "imap_user": "desk@desk.example",
    }

    findings = try_connection({**connected.settings, **imap}, {"smtp_password": PASSWORD, "imap_password": PASSWORD})

    assert [(finding.is_good, finding.text) for finding in findings] == [
        (True, "Receiving: Fetching from 127.0.0.1 works."),
        (True, "Sending: Sending through 127.0.0.1 works."),
    ]


@pytest.mark.parametrize(
    ("settings", "secrets", "expected"),
    [
        ({}, {"imap_password": "wrong"}, ["refused the user name or password", "refused the user name or password"]),
        ({"imap_folders": ["INBOX", "お客様"]}, {"imap_password": PASSWORD}, ["no folder お客様", "refused"]),
        ({"imap_port": 1, "smtp_port": 1}, {}, ["cannot be reached", "cannot be reached"]),
        ({"ca": ""}, {}, ["No safe connection", "No safe connection"]),
    ],
)
def test_the_connection_test_says_what_is_wrong(
    connected: Inbox, dovecot: Dovecot, settings: dict[str, object], secrets: dict[str, str], expected: list[str]
) -> None:
    imap = {
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.imaps_port,
        "imap_user": "a@desk.example",
    }

    findings = try_connection({**connected.settings, **imap, **settings}, {"smtp_password": "wrong", **secrets})

    assert [finding.is_good for finding in findings] == [False, False]
    assert all(words in finding.text for words, finding in zip(expected, findings, strict=True))


KILLED_BEFORE_THE_ANSWER = """
import asyncio, os, signal, sys, django
django.setup()
from madoguchi.connectors.mail import service, storing
from madoguchi.connectors.mail.listener import Listening

if sys.argv[2] == "kill":
    def killing(waiting, outcome):
        os.kill(os.getpid(), signal.SIGKILL)  # committed, but the sender has not heard of it
    storing._Waiting.tell = killing

asyncio.run(service.serve_listener(Listening(smtp_port=None, lmtp_port=int(sys.argv[1])), asyncio.Event()))
"""


@contextmanager
def listener_process(port: int, how: str) -> Iterator[subprocess.Popen[bytes]]:
    host = connection.settings_dict
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(intake.__file__).parents[3]),
        "MADOGUCHI_DATABASE_URL": f"postgresql://{host['USER']}@/{host['NAME']}?host={host['HOST']}&port={host['PORT']}",
    }
    process = subprocess.Popen([sys.executable, "-c", KILLED_BEFORE_THE_ANSWER, str(port), how], env=environment)
    try:
        until(lambda: answers(port))
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_listener_killed_before_it_answers_costs_nothing(desk: Inbox, postfix: Postfix) -> None:
    with listener_process(postfix.desk_lmtp_port, "kill") as first:
        postfix.send(mail(1), "support@desk.example")
        assert first.wait(timeout=20) == -signal.SIGKILL
    stored_once = RawMessage.objects.count()

    with listener_process(postfix.desk_lmtp_port, "live"):
        until(lambda: postfix.flush() or RawMessage.objects.count() == 2, 30)
        until(lambda: "empty" in postfix.queue())

    read_all()
    assert stored_once == 1
    assert sorted(RawMessage.objects.values_list("state", flat=True)) == [RawState.DUPLICATE, RawState.PARSED]
    assert Message.objects.count() == 1


def test_a_listener_that_is_away_is_waited_for(desk: Inbox, postfix: Postfix) -> None:
    postfix.send(mail(2), "support@desk.example")
    until(lambda: "support@desk.example" in postfix.queue())

    with listener(Listening(smtp_port=None, lmtp_port=postfix.desk_lmtp_port)):
        until(lambda: postfix.flush() or RawMessage.objects.exists(), 30)

    assert RawMessage.objects.count() == 1
