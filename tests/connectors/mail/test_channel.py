"""Mail as a channel: what leaves, what stays inside, and what is refused before it leaves."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.mail import EmailMessage, EmailMultiAlternatives
from tests.connectors.contract import ChannelContract
from tests.connectors.mail.fake_oauth import fake_oauth
from tests.connectors.mail.scripted_smtp import ScriptedSMTP, scripted_smtp
from tests.connectors.mail.servers import free_port

from madoguchi.accounts.models import Workspace
from madoguchi.channels.contract import Address, KeptReader, PermanentSendError, TransientSendError
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_of
from madoguchi.connectors.mail import oauth, outbox
from madoguchi.connectors.mail.channel import MailChannel
from madoguchi.connectors.mail.models import LocalMail
from madoguchi.connectors.mail.system_mail import DeskBackend, MailNotSent
from madoguchi.core.sealing import seal
from madoguchi.events.actor import Actor

pytestmark = pytest.mark.django_db

MESSAGE = ChannelContract.message
ADMIN = KeptReader(None, "admin@desk.example", is_owner=False)


def smtp_settings(port: int, **values: object) -> dict[str, object]:
    server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_sign_in": "none"}
    return {"outgoing": "smtp", **server, **values}


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def server() -> Iterator[ScriptedSMTP]:
    with scripted_smtp() as running:
        yield running


class TestMailChannel(ChannelContract):
    channel = MailChannel

    @pytest.fixture
    def working(self, server: ScriptedSMTP) -> MailChannel:
        return MailChannel(settings=smtp_settings(server.port), secrets={})

    @pytest.fixture
    def unreachable(self) -> MailChannel:
        return MailChannel(settings=smtp_settings(free_port()), secrets={})

    @pytest.fixture
    def refusing(self) -> Iterator[MailChannel]:
        with scripted_smtp(RCPT=b"550 5.1.1 User unknown") as refusing:
            yield MailChannel(settings=smtp_settings(refusing.port), secrets={})


def test_a_mail_leaves_by_the_server_of_its_desk(server: ScriptedSMTP, desk: Inbox) -> None:
    desk.settings = smtp_settings(server.port)

    external_id = channel_of(desk).send(replace(MESSAGE, bcc=(Address("boss@desk.example"),)))

    mail = message_from_bytes(server.mails[0], policy=default)
    assert external_id == MESSAGE.external_id
    assert (mail["Message-ID"], mail["Subject"]) == (f"<{MESSAGE.external_id}>", "お問い合わせの件")
    assert b"boss@desk.example" not in server.mails[0]
    assert [command for command in server.commands if command.startswith(b"rcpt")] == [
        b"rcpt to:<yumiko@customer.example>",
        b"rcpt to:<boss@desk.example>",
    ]


def test_everybody_gets_a_mail_once(server: ScriptedSMTP) -> None:
    twice = replace(MESSAGE, cc=(Address("Yumiko@Customer.example"),), bcc=MESSAGE.to)

    MailChannel(settings=smtp_settings(server.port), secrets={}).send(twice)

    assert sum(command.startswith(b"rcpt") for command in server.commands) == 1


def test_in_the_demo_nothing_leaves(server: ScriptedSMTP, tmp_path: Path) -> None:
    Workspace.objects.create(pk=1, name="春風にちようひん", is_demo=True)

    MailChannel(settings=smtp_settings(server.port), secrets={}).send(MESSAGE)

    row = LocalMail.objects.get()
    files = list((tmp_path / "outbox" / "new").iterdir())
    assert server.commands == []
    assert (row.external_id, row.subject, row.sender) == (MESSAGE.external_id, MESSAGE.subject, "support@desk.example")
    assert row.recipients == ["yumiko@customer.example"]
    assert [file.read_bytes() for file in files] == [outbox.raw_of(row)]
    assert message_from_bytes(files[0].read_bytes(), policy=default)["To"].addresses[0].addr_spec == row.recipients[0]


def test_without_a_server_mail_stays_inside(desk: Inbox) -> None:
    channel = channel_of(desk)

    channel.send(MESSAGE)
    channel.send(MESSAGE)

    assert [row.external_id for row in outbox.local_mails(ADMIN)] == [MESSAGE.external_id] * 2


def test_a_local_mailbox_that_cannot_be_written_is_tried_again(desk: Inbox, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")

    with pytest.raises(TransientSendError, match="cannot be written"):
        channel_of(desk).send(MESSAGE)

    assert not LocalMail.objects.exists()


def test_the_charset_of_the_message_is_used(server: ScriptedSMTP, desk: Inbox) -> None:
    desk.settings = smtp_settings(server.port)

    channel_of(desk).send(replace(MESSAGE, text="ご連絡ありがとうございます。〜", charset="iso-2022-jp"))

    assert b'charset="iso-2022-jp"' in server.mails[0].lower() or b"charset=iso-2022-jp" in server.mails[0].lower()


@pytest.mark.parametrize("field", ["text", "subject"])
def test_characters_that_would_be_lost_are_named(server: ScriptedSMTP, desk: Inbox, field: str) -> None:
    desk.settings = smtp_settings(server.port)

    with pytest.raises(PermanentSendError, match=r"😀 髙|髙 😀"):
        channel_of(desk).send(replace(MESSAGE, charset="iso-2022-jp", **{field: "髙橋様 😀"}))

    assert server.commands == []


def test_an_address_no_server_takes_needs_a_person(server: ScriptedSMTP) -> None:
    broken = replace(MESSAGE, to=(Address("nobody"),))

    with pytest.raises(PermanentSendError, match="addresses cannot be used"):
        MailChannel(settings=smtp_settings(server.port), secrets={}).send(broken)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_mail_is_signed_where_a_key_is_set(server: ScriptedSMTP, key: rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
    settings = smtp_settings(server.port, dkim_domain="desk.example", dkim_selector="s1")
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    MailChannel(settings=settings, secrets={"dkim_key": pem}).send(MESSAGE)

    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    assert dkim.verify(server.mails[0], dnsfunc=lambda *_args, **_options: record) is True


@pytest.mark.parametrize(
    ("values", "secrets", "words"),
    [
        ({"dkim_domain": "desk.example", "dkim_selector": "s1"}, {"dkim_key": "broken"}, "DKIM key"),
        ({"smtp_security": "sideways"}, {}, "means nothing here"),
        ({"smtp_port": "many"}, {}, "means nothing here"),
        ({"smtp_host": "mail.example", "smtp_sign_in": "password"}, {}, "Without TLS"),
        ({"smtp_security": "tls", "ca": "no pem"}, {}, "Paste it as PEM"),
        ({"smtp_sign_in": "google"}, {}, "Nobody has signed in"),
    ],
)
def test_trouble_with_the_settings_waits_for_an_administrator(
    server: ScriptedSMTP, desk: Inbox, values: dict[str, object], secrets: dict[str, str], words: str
) -> None:
    channel = MailChannel(settings=smtp_settings(server.port, **values), secrets=secrets)

    with pytest.raises(TransientSendError, match=words):
        channel.send(MESSAGE)


def send_as_django(email: EmailMessage) -> int:
    """By the backend of the settings; Django's test runner puts another in its place."""
    return DeskBackend(alias="default").send_messages([email])


def test_the_desks_own_mail_stays_inside_without_a_server() -> None:
    send_as_django(EmailMessage("再設定", "こちらから", None, ["kobayashi@desk.example"]))

    row = LocalMail.objects.get()
    mail = message_from_bytes(outbox.raw_of(row), policy=default)
    assert (row.sender, row.recipients) == ("madoguchi@localhost", ["kobayashi@desk.example"])
    assert (mail["Subject"], mail["Auto-Submitted"]) == ("再設定", "auto-generated")


def test_the_desks_own_mail_leaves_by_the_first_server(server: ScriptedSMTP, desk: Inbox) -> None:
    Inbox.objects.filter(pk=desk.pk).update(settings=smtp_settings(server.port), from_name="春風にちようひん")
    email = EmailMultiAlternatives("招待", "本文", to=["小林 <kobayashi@desk.example>"], bcc=["ken@desk.example"])
    email.attach_alternative("<p>本文</p>", "text/html")

    sent = send_as_django(email)

    mail = message_from_bytes(server.mails[0], policy=default)
    assert sent == 1
    assert mail["From"].addresses[0].addr_spec == "support@desk.example"
    assert mail["From"].addresses[0].display_name == "春風にちようひん"
    assert "<p>本文</p>" in mail.get_body(("html",)).get_content()
    assert sum(command.startswith(b"rcpt") for command in server.commands) == 2


def test_trouble_with_the_desks_own_mail_is_not_hidden(desk: Inbox) -> None:
    Inbox.objects.filter(pk=desk.pk).update(settings=smtp_settings(free_port()))
    email = EmailMessage("再設定", "こちらから", "other@desk.example", ["kobayashi@desk.example"])

    with pytest.raises(MailNotSent, match="cannot be reached"):
        send_as_django(email)


def test_the_local_mailbox_is_shown_page_by_page(desk: Inbox) -> None:
    channel = channel_of(desk)
    for number in range(3):
        channel.send(replace(MESSAGE, external_id=f"c{number}@desk.example", subject=f"No. {number}"))

    first = MailChannel.kept_messages(ADMIN, before=None, limit=2)
    second = MailChannel.kept_messages(
        replace(ADMIN, senders=frozenset({"support@desk.example"})), before=first[-1].pk, limit=2
    )

    assert [kept.subject for kept in (*first, *second)] == ["No. 2", "No. 1", "No. 0"]
    other = replace(ADMIN, senders=frozenset({"other@desk.example"}))
    assert MailChannel.kept_messages(other, before=None, limit=2) == []


def test_one_kept_mail_is_shown_whole(desk: Inbox) -> None:
    channel_of(desk).send(MESSAGE)
    (listed,) = MailChannel.kept_messages(ADMIN, before=None, limit=1)

    kept = MailChannel.kept_message(ADMIN, listed.pk)

    assert kept is not None
    assert kept.raw == outbox.raw_of(LocalMail.objects.get())
    assert kept.recipients == ("yumiko@customer.example",)
    assert MailChannel.kept_message(ADMIN, listed.pk + 1) is None


def test_a_garbled_mail_can_be_read_otherwise() -> None:
    raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + "お問い合わせ".encode("euc_jp")

    offers = MailChannel.reinterpretations(raw)
    read = MailChannel.reinterpret(raw, "euc_jp")

    assert any("お問い合わせ" in offer.text for offer in offers)
    assert read is not None
    assert read.text == "お問い合わせ"


def test_a_hostile_mail_is_not_read_otherwise() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200))

    assert MailChannel.reinterpretations(deep) == []
    assert MailChannel.reinterpret(deep, "utf-8") is None


def test_a_desk_with_a_password_needs_no_permission(desk: Inbox) -> None:
    assert MailChannel.ask_permission(desk, redirect_uri="https://desk.example/back") is None


def test_a_permission_is_asked_for_and_kept(desk: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_oauth() as provider:
        monkeypatch.setitem(oauth.PROVIDERS, "google", provider.provider)
        desk.settings = {"oauth_provider": "google", "oauth_client_id": "client-1"}
        desk.sealed_secrets = seal({"oauth_client_secret": "secret-1"})
        desk.save()
        back = "https://desk.example/back"
        errand = MailChannel.ask_permission(desk, redirect_uri=back)
        assert errand is not None
        code = provider.visit(errand.url)["code"]

        MailChannel.keep_permission(
            desk, code=code, verifier=errand.verifier, redirect_uri=back, by=Actor.system("test")
        )

        assert oauth.access_token(desk) in provider.access_tokens


def test_a_letter_that_lets_in_is_for_its_receiver_and_owners() -> None:
    send_as_django(EmailMessage("再設定", "こちらから", None, ["kobayashi@desk.example"]))
    row = LocalMail.objects.get()
    agent = KeptReader(frozenset({row.sender}), "nakamura@desk.example", is_owner=False)
    receiver = KeptReader(frozenset(), "kobayashi@desk.example", is_owner=False)

    readers = (ADMIN, agent, receiver, replace(ADMIN, is_owner=True))
    listed = [len(MailChannel.kept_messages(reader, before=None, limit=9)) for reader in readers]
    found = [MailChannel.kept_message(reader, row.pk) is not None for reader in readers]

    assert (listed, found) == ([0, 0, 1, 1], [False, False, True, True])
