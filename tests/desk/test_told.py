"""What a worker found out is read in the language of whoever looks, on the screen and by the API."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.connectors.mail.scripted_smtp import scripted_smtp
from tests.connectors.mail.servers import free_port
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import browser_of, text_of

from madoguchi.accounts.actions import create_token
from madoguchi.accounts.choices import Role
from madoguchi.channels.actions import mark_failing, store_raw
from madoguchi.channels.models import RawMessage
from madoguchi.connectors.mail.config import Security, Server
from madoguchi.connectors.mail.imap import FetchTrouble, trouble_with
from madoguchi.connectors.mail.intake import Reader
from madoguchi.flows.delivery import deliver

pytestmark = pytest.mark.django_db

DEEP = b"MIME-Version: 1.0\r\n" + b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(200)
)


@pytest.fixture
def readers():
    """One who reads Japanese, one who reads English."""
    return [make_user(Role.OWNER, language=language) for language in ("ja", "en")]


def sent_through(port):
    """A reply that was tried through this port of ours."""
    settings = {
        "outgoing": "smtp", "smtp_host": "127.0.0.1", "smtp_port": port,
        "smtp_security": "none", "smtp_sign_in": "none",
    }  # fmt: skip
    message = reply_to(make_conversation(make_inbox(settings=settings)), make_user())
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=False):
        deliver(message.pk)
    return message


def pages_of(readers, url):
    return [text_of(browser_of(reader).get(url)) for reader in readers]


def answers_of(readers, path):
    heads = [{"authorization": f"Bearer {create_token(each, label='x', by=each.actor)}"} for each in readers]
    return [
        browser_of(each).get(f"/api/v1{path}", headers=head).json() for each, head in zip(readers, heads, strict=True)
    ]


def test_a_refused_reply(readers):
    with scripted_smtp(RCPT=b"550 5.1.1 unknown") as server:
        message = sent_through(server.port)

    japanese, english = pages_of(readers, f"/c/{message.conversation_id}")
    answers = answers_of(readers, f"/messages/{message.pk}")

    assert "は存在しないアドレスです" in japanese
    assert "There is no mailbox yumiko@mail.example. Check the address and send again." in english
    assert "存在しない" not in english
    assert "存在しない" in answers[0]["failure"]
    assert answers[1]["failure"] == "There is no mailbox yumiko@mail.example. Check the address and send again."
    assert answers[1]["failure_detail"].endswith("550 5.1.1 unknown")


def test_a_server_that_does_not_answer(readers):
    message = sent_through(free_port())

    _japanese, english = pages_of(readers, f"/c/{message.conversation_id}")
    answers = answers_of(readers, f"/messages/{message.pk}")

    assert "127.0.0.1 cannot be reached. It is tried again by itself." in english
    assert [each["failure_detail"] for each in answers] == [
        "このポートでは応答がありません",
        "nothing answers at this port",
    ]


def test_a_mail_in_quarantine(readers):
    store_raw(DEEP, source="smtp", inbox=make_inbox())
    Reader().read_waiting()
    raw = RawMessage.objects.get()

    pages = pages_of(readers, "/quarantine") + pages_of(readers, f"/quarantine/{raw.pk}")
    answers = answers_of(readers, f"/quarantine/{raw.pk}")

    for page in (pages[0], pages[2], answers[0]["detail"]):
        assert "メールの構造が複雑すぎるため" in page
    for page in (pages[1], pages[3], answers[1]["detail"]):
        assert "The structure of this mail is beyond what is safe to read." in page


def test_a_mailbox_that_cannot_be_fetched(readers):
    inbox = make_inbox(name="故障")
    with pytest.raises(FetchTrouble) as trouble, trouble_with(Server("mail.example", 993, Security.TLS)):
        raise TimeoutError
    mark_failing(inbox, trouble.value.user_message)

    japanese, english = pages_of(readers, "/")
    answers = answers_of(readers, f"/inboxes/{inbox.pk}")
    states = answers_of(readers, "/status")

    assert "mail.example did not answer in time. It is tried again by itself." in english
    assert "did not answer" not in japanese
    assert "did not answer" not in answers[0]["failure"]
    assert answers[1]["failure"] == "mail.example did not answer in time. It is tried again by itself."
    assert [each["failing_inboxes"][0]["reason"] for each in states] == [each["failure"] for each in answers]
