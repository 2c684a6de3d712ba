"""Where mail comes in, with the settings' own ports, and the reading of it beside."""

import smtplib
from pathlib import Path

import pytest
from tests.connectors.mail.certificates import Authority
from tests.connectors.mail.running import in_background
from tests.connectors.mail.servers import answers, free_port, until
from tests.connectors.mail.test_intake import mail

from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail import intake, mailboxes, service
from madoguchi.conversations.models import Message


@pytest.mark.django_db(transaction=True)
def test_a_mail_becomes_a_message(desk: Inbox, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "RESCAN_SECONDS", 0.1)
    settings.SMTP_HOST, settings.SMTP_PORT, settings.LMTP_PORT = "127.0.0.1", free_port(), free_port()

    with in_background(service.serve), in_background(intake.serve):
        until(lambda: answers(settings.LMTP_PORT))
        for number, client in enumerate((smtplib.SMTP, smtplib.LMTP)):
            port = settings.SMTP_PORT if client is smtplib.SMTP else settings.LMTP_PORT
            with client("127.0.0.1", port) as connection:
                connection.sendmail("yumiko@customer.example", ["support@desk.example"], mail(number))
        until(lambda: Message.objects.count() == 2)


@pytest.mark.parametrize(("smtp", "lmtp"), [(0, 0), (2525, 0), (0, 24)])
def test_a_port_of_zero_is_closed(settings, smtp: int, lmtp: int) -> None:
    settings.SMTP_PORT, settings.LMTP_PORT = smtp, lmtp

    where = service.listening()

    assert (where.smtp_port, where.lmtp_port, where.tls) == (smtp or None, lmtp or None, None)


def test_a_certificate_of_the_settings_is_offered(settings, authority: Authority, tmp_path: Path) -> None:
    settings.SMTP_TLS_CERT, settings.SMTP_TLS_KEY = authority.issue(tmp_path, "127.0.0.1")

    where = service.listening()

    assert where.tls is not None
