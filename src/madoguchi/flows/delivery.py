"""The one door out: a queued reply is claimed, handed to its channel and marked, whatever the channel.

What became of it is noted also where the database was lost while it was on its way (`note_surely`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from madoguchi.channels.contract import (
    Address,
    OutboundAttachment,
    OutboundMessage,
    PermanentSendError,
    SendError,
    TransientSendError,
)
from madoguchi.channels.registry import channel_class, channel_of
from madoguchi.conversations.actions.delivery import (
    check_as_approved,
    claim_for_sending,
    mark_failed,
    mark_retrying,
    mark_sent,
    mark_uncertain,
    requeue_stuck,
    stuck_messages,
)
from madoguchi.conversations.charsets import charset_for, charset_of_automatic
from madoguchi.conversations.guests import with_links
from madoguchi.conversations.models import Message
from madoguchi.core.errors import DomainError
from madoguchi.core.lasting import LOST, note_surely
from madoguchi.core.telling import telling as _
from madoguchi.files.queries import read_blob

#: Waits after each transient failure; after the last the message is FAILED and a person decides (about 2 days).
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 120, 240, 240, 480, 480, 480, 720))

_INTERRUPTED = _("The program stopped while sending. Check whether the mail arrived, then decide.")


def deliver(message_id: int) -> timedelta | None:
    """Send one reply if its time has come; the wait until the next try if it failed for now, else None.

    Claimed by a conditional update, so that two workers never send the same message. A crash after `send` and before
    `mark_sent` leaves the row in SENDING; `rescue_stuck` shows it to a person instead of sending twice.
    """
    message = Message.objects.select_related("inbox").get(pk=message_id)
    try:
        # Before the claim: a defect here leaves the message queued, not between sent and not sent.
        channel, letter = channel_of(message.inbox), _as_stored(message)
        check_as_approved(message, letter)
        letter = _with_guest_link(letter, message)
    except DomainError as error:
        reason, code = error.user_message, error.code
        if claim_for_sending(message_id):
            note_surely(lambda: mark_failed(message, reason=reason, detail=code))
        return None
    if not claim_for_sending(message_id):
        return None
    try:
        channel.send(letter)
    except (SendError, *LOST) as error:
        return _note_trouble(message, error)
    note_surely(lambda: mark_sent(message))
    return None


def _note_trouble(message: Message, error: Exception) -> timedelta | None:
    """Note why it has not left, or may not have; the wait until the next try."""
    if isinstance(error, TransientSendError):
        return note_surely(lambda: _retry(message, error))
    if isinstance(error, SendError):
        mark = mark_failed if isinstance(error, PermanentSendError) else mark_uncertain
        note_surely(lambda: mark(message, reason=error.reason, detail=error.detail))
    else:  # the database, and the channel does not say that the letter had not left yet
        note_surely(lambda: mark_uncertain(message, reason=_INTERRUPTED, detail=str(error)))
    return None


def _retry(message: Message, error: TransientSendError) -> timedelta | None:
    if message.attempts >= len(BACKOFF):
        mark_failed(message, reason=error.reason, detail=error.detail)
        return None
    wait = BACKOFF[message.attempts]
    mark_retrying(message, reason=error.reason, detail=error.detail, next_try_at=timezone.now() + wait)
    return wait


def outbound(message: Message) -> OutboundMessage:
    """A stored reply as the channel takes it; the link of a guest is put in only as it leaves."""
    return _with_guest_link(_as_stored(message), message)


def _with_guest_link(letter: OutboundMessage, message: Message) -> OutboundMessage:
    text, html = with_links(message)
    return replace(letter, text=text, html=html)


def _as_stored(message: Message) -> OutboundMessage:
    return OutboundMessage(
        external_id=message.external_id,
        sender=Address(message.sender_address, message.sender_name),
        to=_addresses(message.to),
        cc=_addresses(message.cc),
        bcc=_addresses(message.bcc),
        subject=message.subject,
        text=message.text,
        html=message.html,
        in_reply_to=message.in_reply_to,
        references=tuple(message.references),
        attachments=tuple(
            OutboundAttachment(each.name, each.content_type, read_blob(each.blob), each.content_id)
            for each in message.attachments.select_related("blob")
        ),
        is_automatic=message.is_automatic,
        at=message.at if message.planned_at is None or message.claimed_at else timezone.now(),
        charset=_charset(message),
    )


def _charset(message: Message) -> str:
    readers = (*message.to, *message.cc, *message.bcc)
    if message.is_automatic:
        return charset_of_automatic(message.inbox, readers, (message.subject, message.text))
    return charset_for(message.inbox, [party["email"] for party in readers])


def _addresses(parties: Sequence[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(party["email"], party.get("name", "")) for party in parties)


def rescue_stuck() -> int:
    """Deal with what a crash left in SENDING; returns how many.

    Where the provider takes a retry key the message is queued again, elsewhere a person is asked.
    """
    stuck = stuck_messages()
    for message in stuck:
        if channel_class(message.inbox.kind).capabilities.takes_retry_key:
            requeue_stuck(message)
        else:
            mark_uncertain(message, reason=_INTERRUPTED)
    return len(stuck)
