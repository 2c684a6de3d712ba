"""Handing a mail over: for all recipients or none, and every refusal in words."""

import pytest
from tests.connectors.mail.scripted_smtp import HANG_UP, scripted_smtp
from tests.connectors.mail.servers import free_port

from madoguchi.channels.contract import PermanentSendError, TransientSendError, UncertainSendError
from madoguchi.connectors.mail import smtp_out
from madoguchi.connectors.mail.config import Security, Server, SignIn
from madoguchi.connectors.mail.smtp_out import envelope_address, hand_over, stuffed

MAIL = b"From: support@desk.example\r\nSubject: x\r\n\r\n.dot\r\nbody\r\n"


def server_at(port: int, **values: object) -> Server:
    return Server("127.0.0.1", port, Security.NONE, **values)


def send(port: int, *recipients: str, mail: bytes = MAIL, **values: object) -> None:
    hand_over(
        server_at(port, **values),
        "secret",
        mail,
        sender="support@desk.example",
        recipients=recipients or ("yumiko@customer.example",),
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("yumiko@customer.example", "yumiko@customer.example"),
        ("taro..y.@docomo.example", '"taro..y."@docomo.example'),
        (".hana@docomo.example", '".hana"@docomo.example'),
        ("a b@x.example", '"a b"@x.example'),
        ('a"b\\c@x.example', '"a\\"b\\\\c"@x.example'),
        ('"taro..y."@docomo.example', '"taro..y."@docomo.example'),
        ("info@例え.example", "info@xn--r8jz45g.example"),
    ],
)
def test_addresses_are_written_as_servers_take_them(address: str, expected: str) -> None:
    assert envelope_address(address) == expected


@pytest.mark.parametrize("address", ["", "nobody", "@x.example", "a@", "a@x.example\r\nRCPT TO:<b@y>", "a@b..example"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(PermanentSendError, match="send again"):
        envelope_address(address)


def test_a_mail_arrives_as_it_is() -> None:
    with scripted_smtp() as server:
        send(server.port)

    assert server.mails == [MAIL.replace(b"\r\n.dot", b"\r\n..dot")]
    assert [command.split()[0] for command in server.commands] == [b"ehlo", b"mail", b"rcpt", b"DATA", b"quit"]


def test_lines_end_as_the_standard_says() -> None:
    assert stuffed(b"a\nb\r.c\r\n.") == b"a\r\nb\r\n..c\r\n..\r\n"


def test_what_the_server_offers_is_used() -> None:
    with scripted_smtp(EHLO=b"250-x\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 SMTPUTF8") as server:
        send(server.port, "田中@customer.example", mail=MAIL + "日本語".encode())

    size = len(MAIL) + 9
    assert server.commands[1] == f"mail from:<support@desk.example> SIZE={size} BODY=8BITMIME SMTPUTF8".encode()
    assert server.commands[2] == "rcpt to:<田中@customer.example>".encode()


def test_letters_the_server_cannot_deliver_to() -> None:
    with scripted_smtp() as server, pytest.raises(PermanentSendError, match="another address"):
        send(server.port, "田中@customer.example")


def test_a_mail_over_the_servers_limit_is_not_sent() -> None:
    with (
        scripted_smtp(EHLO=b"250-x\r\n250 SIZE 2000000") as server,
        pytest.raises(PermanentSendError, match="3 MB, but the mail server takes only 2 MB"),
    ):
        send(server.port, mail=MAIL * 50_000)

    assert server.mails == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"greeting": b"421 4.3.2 busy"}, TransientSendError),
        ({"greeting": b"554 no service"}, PermanentSendError),
        ({"EHLO": HANG_UP}, TransientSendError),
        ({"MAIL": b"451 4.7.1 slow down"}, TransientSendError),
        ({"MAIL": b"553 5.7.1 not your address"}, PermanentSendError),
        ({"RCPT": b"450 4.2.0 greylisted"}, TransientSendError),
        ({"RCPT": b"550 5.1.1 unknown"}, PermanentSendError),
        ({"RCPT": HANG_UP}, TransientSendError),
        ({"DATA": b"451 4.3.0 disk full"}, TransientSendError),
        ({"DATA": b"554 5.7.1 spam"}, PermanentSendError),
        ({"dot": b"452 4.3.1 disk full"}, TransientSendError),
        ({"dot": b"554 5.6.0 content"}, PermanentSendError),
        ({"dot": HANG_UP}, UncertainSendError),
    ],
)
def test_every_answer_is_told_apart(answers: dict[str, bytes], error: type[Exception]) -> None:
    with scripted_smtp(**answers) as server, pytest.raises(error) as trouble:
        send(server.port)

    assert type(trouble.value) is error


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (b"550 5.1.1 User unknown", "There is no mailbox yumiko@customer.example"),
        (b"552 5.2.2 Mailbox full", "The mailbox of yumiko@customer.example is full"),
        (b"554 5.7.1 Spam", "refused the mail by its rules"),
        (b"552 5.3.4 Message size exceeds limit", "too large"),
        (b"500 what", "Read its answer"),
    ],
)
def test_a_refusal_says_what_to_do_and_keeps_the_servers_words(answer: bytes, advice: str) -> None:
    with scripted_smtp(RCPT=answer) as server, pytest.raises(PermanentSendError, match=advice) as trouble:
        send(server.port)

    assert trouble.value.detail == f"yumiko@customer.example {answer.decode()}"


def test_one_refused_recipient_stops_the_mail_for_all() -> None:
    answers = {"rcpt to:<gone@customer.example>": b"550 5.1.1 unknown"}
    with (
        scripted_smtp(**answers) as server,
        pytest.raises(PermanentSendError, match="Nobody has received the mail") as trouble,
    ):
        send(server.port, "yumiko@customer.example", "gone@customer.example")

    assert "gone@customer.example" in str(trouble.value.reason)
    assert server.mails == []


def test_a_refusal_for_good_outweighs_one_for_now() -> None:
    answers = {"rcpt to:<gone@x.example>": b"550 5.1.1 unknown", "rcpt to:<grey@x.example>": b"450 4.2.0 later"}
    with scripted_smtp(**answers) as server, pytest.raises(PermanentSendError):
        send(server.port, "gone@x.example", "grey@x.example")


def test_a_lost_confirmation_is_never_tried_again_by_itself() -> None:
    with scripted_smtp(dot=HANG_UP) as server, pytest.raises(UncertainSendError, match="may have left or not"):
        send(server.port)

    assert len(server.mails) == 1


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TransientSendError, match="cannot be reached"):
        send(free_port())


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        ({"sign_in": SignIn.PASSWORD, "user": "u"}, {}),
        ({"sign_in": SignIn.PASSWORD, "user": "u"}, {"EHLO": b"250-x\r\n250 AUTH PLAIN", "AUTH": b"535 5.7.8 no"}),
        ({"sign_in": SignIn.GOOGLE, "user": "u"}, {"EHLO": b"250-x\r\n250 AUTH XOAUTH2", "AUTH": b"535 5.7.8 no"}),
    ],
)
def test_trouble_with_the_sign_in_is_about_the_desk(values: dict[str, object], answers: dict[str, bytes]) -> None:
    with scripted_smtp(**answers) as server, pytest.raises(TransientSendError, match="of the desk"):
        send(server.port, **values)


def test_tls_that_is_not_offered() -> None:
    with scripted_smtp() as server, pytest.raises(TransientSendError, match="does not offer"):
        hand_over(
            Server("127.0.0.1", server.port, Security.STARTTLS),
            "",
            MAIL,
            sender="a@b.example",
            recipients=["c@d.example"],
        )


def test_a_greeting_that_is_not_tls() -> None:
    with scripted_smtp() as server, pytest.raises(TransientSendError, match="safe connection"):
        hand_over(
            Server("127.0.0.1", server.port, Security.TLS), "", MAIL, sender="a@b.example", recipients=["c@d.example"]
        )


def test_a_goodbye_does_not_change_the_mails_fate() -> None:
    with scripted_smtp(QUIT=HANG_UP) as server:
        send(server.port)

    assert len(server.mails) == 1


def test_a_timeout_is_temporary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_out, "TIMEOUT_SECONDS", 0.2)
    with scripted_smtp(greeting=b"220-never ends") as server, pytest.raises(TransientSendError):
        send(server.port)
