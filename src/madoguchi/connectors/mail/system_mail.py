"""The desk's own mail (password resets, invitations) by the same safe exit as replies.

It leaves by the first mail 窓口 that has a server, in that address's name; without one, and in the demo, it stays in
the local mailbox. Django calls this through its mail settings.
"""

from collections.abc import Sequence
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from madoguchi.channels.contract import Address, OutboundMessage, SendError
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import active_inboxes
from madoguchi.channels.registry import channel_of
from madoguchi.connectors.mail.channel import MailChannel
from madoguchi.connectors.mail.config import leaves
from madoguchi.core.errors import DomainError


class MailNotSent(DomainError):
    """The desk's own mail did not leave; the sentence says why."""

    code = "mail_not_sent"
    status = 502


class DeskBackend(BaseEmailBackend):
    """Django's door to the outside."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send each, at once; how many there were. Raises MailNotSent."""
        inbox = next((box for box in active_inboxes("mail") if leaves(box.settings)), None)
        channel = channel_of(inbox) if inbox else MailChannel(settings={}, secrets={})
        for email in email_messages:
            try:
                channel.send(_outbound(email, inbox))
            except SendError as error:
                raise MailNotSent(str(error.reason)) from error
        return len(email_messages)


def _outbound(email: EmailMessage, inbox: Inbox | None) -> OutboundMessage:
    sender = _address(email.from_email)
    if inbox and sender.email == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]:
        # Only an address of its own server may write through it; ours is a stopgap.
        sender = Address(inbox.address, inbox.from_name or inbox.name)
    alternatives = email.alternatives if isinstance(email, EmailMultiAlternatives) else []
    html = next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")
    domain = sender.email.rpartition("@")[2] or "localhost"
    return OutboundMessage(
        external_id=make_msgid(domain=domain).strip("<>"),
        sender=sender,
        to=tuple(map(_address, email.to)),
        cc=tuple(map(_address, email.cc)),
        bcc=tuple(map(_address, email.bcc)),
        subject=" ".join(str(email.subject).split()),
        text=str(email.body),
        html=html,
        is_automatic=True,
        lets_in=True,  # all of the desk's own mail does: invitations, new passwords
        at=timezone.now(),
    )


def _address(text: str) -> Address:
    name, email = parseaddr(text)
    return Address(email, name)
