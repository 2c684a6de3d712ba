"""What the screening is shown of a mail: as little as tells the same."""

import pytest
from tests.connectors.mail.test_intake import mail

from madoguchi.channels.actions import store_raw
from madoguchi.channels.contract import AutoKind
from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail.intake import Reader
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db

REPORT = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered\r\n"
    b"Message-ID: <r@mx.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    b"Final-Recipient: rfc822; yumiko@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
)
#: What the library would go down into, and what it would read for hours.
NESTED = b"From: a@b.example\r\nList-Id: <x>\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1_500
PARAMETERS = b'List-Id: <x>\r\nContent-Type: multipart/report; boundary=b; x="' + b";" * 60_000 + b'"\r\n\r\n--b--\r\n'
WORDS = b"From: a@b.example\r\nPrecedence: bulk\r\nSubject: " + b"=?utf-8?q?a" * 5_000 + b"\r\n\r\nx"
NO_BLANK_LINE = b"From: a@b.example\r\nMessage-ID: <n@b.example>\r\nPrecedence: bulk"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (mail(), AutoKind.NONE),
        (mail(extra="List-Id: <news.example>\r\n"), AutoKind.BULK),
        (mail(extra="List-Id: <news.example>\r\n").replace(b"\r\n", b"\n"), AutoKind.BULK),
        (mail(text="List-Id: <news.example>"), AutoKind.NONE),
        (mail(text=""), AutoKind.NONE),
        (REPORT, AutoKind.BOUNCE),
        (NO_BLANK_LINE, AutoKind.BULK),
        (NESTED, AutoKind.BULK),
        (PARAMETERS, AutoKind.BULK),
        (WORDS, AutoKind.BULK),
    ],
)
def test_the_kind_of_a_mail_is_seen(desk: Inbox, content: bytes, kind: AutoKind) -> None:
    store_raw(content, source="imap", inbox=desk)

    Reader().read_waiting()

    assert Message.objects.get().auto_kind == kind
