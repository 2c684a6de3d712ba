"""The listener as any mail server sees it."""

import smtplib
import socket
import ssl

import pytest
from tests.connectors.mail.certificates import Authority
from tests.connectors.mail.running import listener
from tests.connectors.mail.talking import MAIL, SENDER, stored, talk

from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.connectors.mail.listener import Listening

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mail_is_stored_before_it_is_confirmed(smtp: smtplib.SMTP, desk: Inbox) -> None:
    refused = smtp.sendmail(SENDER, ["support@desk.example"], MAIL)

    raw = RawMessage.objects.get()
    assert refused == {}
    assert (raw.source, raw.inbox, raw.envelope_from) == ("smtp", desk, SENDER)
    assert (raw.envelope_to, stored()) == (["support@desk.example"], [MAIL])


@pytest.mark.parametrize("address", ["support@desk.example", "SUPPORT@Desk.Example", "support+order@desk.example"])
def test_addresses_of_the_desk_are_accepted(smtp: smtplib.SMTP, address: str) -> None:
    assert smtp.sendmail(SENDER, [address], MAIL) == {}


def test_strange_recipients_are_refused_and_nothing_is_relayed(smtp: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        smtp.sendmail(SENDER, ["someone@elsewhere.example"], MAIL)

    code, words = refusal.value.recipients["someone@elsewhere.example"]
    assert code == 550
    assert b"<someone@elsewhere.example> is not an address of this desk" in words
    assert stored() == []


def test_a_closed_desk_is_not_accepted(smtp: smtplib.SMTP, desk: Inbox) -> None:
    Inbox.objects.filter(pk=desk.pk).update(is_active=False)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail(SENDER, ["support@desk.example"], MAIL)


def test_bounces_and_odd_senders_come_in(ports: list[int]) -> None:
    for sender in (b"<>", b"<taro..y.@docomo.example>", b"<-a[b@ezweb.example>", "<窓口@例え.example>".encode()):
        said = talk(
            ports[0],
            b"EHLO x\r\n",
            b"MAIL FROM:" + sender + b" BODY=8BITMIME\r\n",
            b"RCPT TO:<support@desk.example>\r\n",
            b"DATA\r\n",
            MAIL + b".\r\n",
        )
        assert said[-1].startswith(b"250 2.0.0 Stored as")

    assert [raw.envelope_from for raw in RawMessage.objects.order_by("pk")] == [
        "",
        "taro..y.@docomo.example",
        "-a[b@ezweb.example",
        "窓口@例え.example",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b".leading dot\r\n..two\r\n.\r\nSubject: x",
        b"a" * 50_000 + b"\r\nend",
        b"bare\nlf\n.\nnot the end\r\n",
        "日本語".encode() + b"\x00\xff\r\n",
    ],
)
def test_every_byte_is_kept(ports: list[int], content: bytes) -> None:
    wire = (b"\r\n" + content.removesuffix(b"\r\n")).replace(b"\r\n.", b"\r\n..")[2:]

    said = talk(
        ports[0],
        b"EHLO x\r\n",
        b"MAIL FROM:<a@b.example>\r\n",
        b"RCPT TO:<support@desk.example>\r\n",
        b"DATA\r\n",
        (wire + b"\r\n" if wire else b"") + b".\r\n",
    )

    expected = content.removesuffix(b"\r\n")
    assert said[-1].startswith(b"250")
    assert stored() == [expected + b"\r\n" if expected else b""]


def test_commands_may_be_sent_ahead(ports: list[int]) -> None:
    ahead = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
    with socket.create_connection(("127.0.0.1", ports[0]), 10) as connection, connection.makefile("rb") as answers:
        connection.sendall(b"HELO x\r\n" + ahead)
        codes = [answers.readline()[:3] for _ in range(5)]
        connection.sendall(MAIL + b".\r\n" + ahead)
        codes += [answers.readline()[:3] for _ in range(4)]
        connection.sendall(MAIL + b".\r\nQUIT\r\n")
        codes += [answers.readline()[:3] for _ in range(2)]

    assert codes == [b"220", b"250", b"250", b"250", b"354", b"250", b"250", b"250", b"354", b"250", b"221"]
    assert stored() == [MAIL, MAIL]


def test_the_size_limit_is_told_and_kept(smtp: smtplib.SMTP) -> None:
    smtp.ehlo()
    large = MAIL + (b"x" * 998 + b"\r\n") * 250

    with pytest.raises(smtplib.SMTPSenderRefused) as told:
        smtp.sendmail(SENDER, ["support@desk.example"], large)
    smtp.esmtp_features.pop("size")
    with pytest.raises(smtplib.SMTPDataError) as kept:
        smtp.sendmail(SENDER, ["support@desk.example"], large)

    assert told.value.smtp_code == 552
    assert (kept.value.smtp_code, kept.value.smtp_error) == (552, b"5.3.4 A mail may have 200000 bytes here")
    assert smtp.sendmail(SENDER, ["support@desk.example"], MAIL) == {}
    assert stored() == [MAIL]


def test_lmtp_answers_for_each_recipient(ports: list[int], desk: Inbox) -> None:
    with smtplib.LMTP("127.0.0.1", ports[1], timeout=10) as lmtp:
        lmtp.ehlo()
        lmtp.mail(SENDER)
        codes = [lmtp.rcpt(address)[0] for address in ("support@desk.example", "nobody@desk.example", desk.aliases[0])]
        assert lmtp.docmd("DATA")[0] == 354
        lmtp.send(MAIL + b".\r\n")
        answers = [lmtp.getreply()[0], lmtp.getreply()[0]]
        after = lmtp.noop()[0]

    raw = RawMessage.objects.get()
    assert (codes, answers, after) == ([250, 550, 250], [250, 250], 250)
    assert (raw.source, raw.envelope_to) == ("lmtp", ["support@desk.example", "help@desk-smtp.example"])


def test_lmtp_says_for_each_recipient_that_a_mail_is_too_large(ports: list[int], desk: Inbox) -> None:
    with smtplib.LMTP("127.0.0.1", ports[1], timeout=10) as lmtp:
        lmtp.ehlo()
        lmtp.mail(SENDER)
        lmtp.rcpt("support@desk.example")
        lmtp.rcpt(desk.aliases[0])
        lmtp.docmd("DATA")
        lmtp.send(b"x" * 300_000 + b"\r\n.\r\n")
        answers = [lmtp.getreply()[0], lmtp.getreply()[0]]

    assert answers == [552, 552]


def test_lmtp_wants_its_own_greeting(ports: list[int]) -> None:
    assert [line[:3] for line in talk(ports[1], b"EHLO x\r\n", b"HELO x\r\n", b"LHLO x\r\n")] == [
        b"220",
        b"500",
        b"500",
        b"250",
    ]


@pytest.mark.parametrize("address", ["postmaster", "Postmaster@Desk.example"])
def test_the_postmaster_is_the_first_desk(smtp: smtplib.SMTP, desk: Inbox, address: str) -> None:
    smtp.ehlo()
    smtp.mail(SENDER)
    codes = [smtp.rcpt(each)[0] for each in (address, "postmaster@elsewhere.example")]
    smtp.data(MAIL)

    assert codes == [250, 550]
    assert RawMessage.objects.get().inbox == desk


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"VRFY support@desk.example\r\n", b"252"),
        (b"EXPN support\r\n", b"502"),
        (b"AUTH PLAIN AGEAYg==\r\n", b"5"),
        (b"MAIL FROM:<a@b.example> FOO=1\r\n", b"555"),
        (b"MAIL FROM:a@b.example\r\n", b"250"),
        (b"DATA\r\n", b"503"),
        (b"RCPT TO:<support@desk.example>\r\n", b"503"),
        (b"X" * 3000 + b"\r\n", b"500"),
        (b"\xff\xfe\r\n", b"500"),
    ],
)
def test_other_commands(ports: list[int], line: bytes, code: bytes) -> None:
    assert talk(ports[0], b"EHLO x\r\n", line)[-1].startswith(code)


def test_an_address_of_blanks_does_not_hold_the_others_up(ports: list[int]) -> None:
    said = talk(ports[0], b"EHLO x\r\n", *[b"MAIL FROM:<" + b" " * 2_000 + b"\r\n"] * 20, b"NOOP\r\n")

    assert said[-1].startswith(b"250")


@pytest.mark.parametrize(("line", "code"), [(b"DATA now\r\n", b"501"), (b"DATA\r\n", b"354")])
def test_data_takes_no_words(ports: list[int], line: bytes, code: bytes) -> None:
    said = talk(ports[0], b"EHLO x\r\n", b"MAIL FROM:<a@b.c>\r\n", b"RCPT TO:<support@desk.example>\r\n", line)

    assert said[-1].startswith(code)


def test_data_needs_a_greeting(ports: list[int]) -> None:
    assert talk(ports[0], b"DATA\r\n")[-1].startswith(b"503")


def test_what_is_offered(smtp: smtplib.SMTP) -> None:
    smtp.ehlo()

    assert set(smtp.esmtp_features) == {"size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"}
    assert smtp.esmtp_features["size"] == "200000"


def test_starttls(desk: Inbox, transactional_db: None, authority: Authority, tmp_path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue(tmp_path, "127.0.0.1"))

    with (
        listener(Listening(smtp_port=0, tls=context)) as ports,
        smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as client,
    ):
        client.starttls(context=ssl.create_default_context(cadata=authority.pem))
        client.ehlo()
        features = set(client.esmtp_features)
        refused = client.sendmail(SENDER, ["support@desk.example"], MAIL)

    assert refused == {}
    assert "starttls" not in features
    assert "auth" not in features
    assert stored() == [MAIL]
