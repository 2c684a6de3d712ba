"""The one door out: a queued reply is claimed, handed to its channel and marked, whatever the channel."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from madoguchi.channels.contract import (
    Address,
    OutboundAttachment,
    OutboundMessage,
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
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
from madoguchi.conversations.charsets import charset_for
from madoguchi.conversations.guests import with_links
from madoguchi.conversations.models import Message
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import telling as _
from madoguchi.files.queries import read_blob

#: Waits after each transient failure; after the last the message is FAILED and a person decides (about 2 days).
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 120, 240, 240, 480, 480, 480, 720))


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
        if claim_for_sending(message_id):
            mark_failed(message, reason=error.user_message, detail=error.code)
        return None
    if not claim_for_sending(message_id):
        return None
    try:
        channel.send(letter)
    except TransientSendError as error:
        return _retry(message, error)
    except PermanentSendError as error:
        mark_failed(message, reason=error.reason, detail=error.detail)
        return None
    except UncertainSendError as error:
        mark_uncertain(message, reason=error.reason, detail=error.detail)
        return None
    mark_sent(message)
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
        charset=charset_for(message.inbox, [party["email"] for party in (*message.to, *message.cc, *message.bcc)]),
    )


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
            mark_uncertain(
                message, reason=_("The program stopped while sending. Check whether the mail arrived, then decide.")
            )
    return len(stuck)
