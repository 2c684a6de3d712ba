"""Messages that come in: opening a conversation, adding to one, the same mail arriving again, and its reports."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.channels.contract import Address, AutoKind, InboundMessage
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.conversations.choices import (
    ALSO_ARRIVED,
    CONVERSATION_OPENED,
    MESSAGE_RECEIVED,
    OUR_TURN,
    REPLY_BOUNCED,
    MessageKind,
    MessageState,
    Status,
)
from madoguchi.conversations.folding import SpanKind, fold
from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.subjects import base_subject
from madoguchi.customers.actions import lock_customer, mark_bounced
from madoguchi.customers.models import Identity
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.record import record
from madoguchi.files.actions import store_blob

PREVIEW_CHARS = 200

type Spans = list[tuple[str, int, int, str, int]]


def open_conversation(
    inbox: Inbox, identity: Identity, *, subject: str, language: str = "", at: datetime | None = None
) -> Conversation:
    """Begin a conversation of ours; the first message follows in the same transaction."""
    conversation = _new_conversation(inbox, identity, subject=subject, language=language, at=at or timezone.now())
    _store_new(conversation)
    return conversation


def _new_conversation(inbox: Inbox, identity: Identity, *, subject: str, language: str, at: datetime) -> Conversation:
    return Conversation(
        inbox=inbox,
        customer_id=identity.customer_id,
        subject=subject[:1000],
        base_subject=base_subject(subject),
        language=language[:10],
        created_at=at,
        last_message_at=at,
    )


def _store_new(conversation: Conversation) -> None:
    conversation.save(force_insert=True)
    record(
        CONVERSATION_OPENED,
        conversation.event_subject,
        by=Actor.system("intake"),
        scope_id=conversation.inbox_id,
        data={"customer": conversation.customer_id},
    )


def add_inbound_message(
    conversation: Conversation | None,
    inbound: InboundMessage,
    *,
    identity: Identity,
    inbox: Inbox,
    raw: RawMessage | None = None,
    at: datetime | None = None,
) -> Message:
    """Add a received message with its attachments, bring its conversation up to date, index and record it.

    Without a conversation it opens one. Call it with the identity locked (customers.identify_customer), in one
    transaction with it. A machine's message changes no status, except a delivery failure, which needs a person.
    """
    at = at or (raw.received_at if raw else timezone.now())
    message = _message(inbound, identity, inbox, raw, at)
    if conversation is None:
        conversation = _new_conversation(inbox, identity, subject=inbound.subject, language=inbound.language, at=at)
        _bring_up_to_date(conversation, message, inbound)
        _store_new(conversation)
    else:
        if conversation.customer_id != identity.customer_id:
            lock_customer(conversation.customer_id)  # behind whoever is sending to them: event ids stay in order
        conversation.save(update_fields=_bring_up_to_date(conversation, message, inbound))
    message.conversation = conversation
    message.save(force_insert=True)
    _keep_attachments(message, inbound)
    _note_reports(message, conversation, inbound)
    index_message(message, conversation)
    record(
        MESSAGE_RECEIVED,
        conversation.event_subject,
        by=Actor(ActorKind.CUSTOMER, identity.customer_id, identity.name or identity.shown),
        scope_id=conversation.inbox_id,
        data={
            "message": message.pk,
            "auto": message.auto_kind,
            "first": conversation.message_count == 1,
            "files": len(inbound.attachments),
        },
    )
    return message


def _message(
    inbound: InboundMessage, identity: Identity, inbox: Inbox, raw: RawMessage | None, at: datetime
) -> Message:
    return Message(
        inbox=inbox,
        kind=MessageKind.INBOUND,
        state=MessageState.RECEIVED,
        customer_id=identity.customer_id,
        sender_name=inbound.sender.name[:300],
        sender_address=inbound.sender.email[:998],
        to=parties(inbound.to),
        cc=parties(inbound.cc),
        reply_to=parties(inbound.reply_to),
        subject=inbound.subject[:1000],
        text=inbound.text,
        html=inbound.html,
        spans=fold_spans(inbound.text, is_forward=inbound.is_forward),
        external_id=inbound.external_id[:1000],
        fingerprint=inbound.fingerprint[:64],
        in_reply_to=(inbound.in_reply_to or (inbound.references[-1] if inbound.references else ""))[:1000],
        references=[each[:1000] for each in inbound.references],
        raw=raw,
        auto_kind=inbound.auto_kind.value,
        charset=inbound.charset[:40],
        language=inbound.language[:10],
        headers=inbound.headers,
        warnings=[warning[:60] for warning in inbound.warnings],
        sent_at=inbound.sent_at,
        at=at,
    )


def parties(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    """Addresses as they are stored; 200 at most, since a list of thousands is not a letter."""
    return [{"email": address.email[:998], "name": address.name[:300]} for address in addresses[:200]]


def _keep_attachments(message: Message, inbound: InboundMessage) -> None:
    if not inbound.attachments:
        return
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            blob=store_blob(attachment.content),
            name=attachment.name[:255],
            content_type=attachment.content_type[:255],
            size_bytes=len(attachment.content),
            content_id=attachment.content_id[:998],
            is_inline=attachment.is_inline,
            position=position,
        )
        for position, attachment in enumerate(inbound.attachments)
    )


def _note_reports(message: Message, conversation: Conversation, inbound: InboundMessage) -> None:
    """Show a delivery failure at the message of ours it is about, and bring that conversation back to us."""
    if inbound.auto_kind is not AutoKind.BOUNCE or not inbound.reported_id:
        return
    ours = Message.objects.filter(external_id=inbound.reported_id, kind=MessageKind.OUTBOUND).first()
    if ours is None:
        return
    Message.objects.filter(pk=message.pk).update(about=ours)
    failures = [asdict(report) for report in inbound.reports]
    Message.objects.filter(pk=ours.pk).update(bounced_at=message.at, bounce=failures)
    for report in inbound.reports:
        if report.is_hard and report.recipient:
            mark_bounced(report.recipient, report.reason)
    if conversation.status in _RETURNING:
        conversation.set_status(Status.OPEN)
        conversation.save(update_fields=STATUS_FIELDS)
    record(
        REPLY_BOUNCED,
        f"conversation:{ours.conversation_id}",
        by=Actor.system("mail"),
        scope_id=ours.inbox_id,
        data={"message": ours.pk},
    )


def _bring_up_to_date(conversation: Conversation, message: Message, inbound: InboundMessage) -> list[str]:
    """Make the summary columns agree with a further message; the columns to save."""
    fields = ["last_message_at", "preview", "message_count", "version", "last_inbound_at", "has_attachments"]
    conversation.last_message_at = message.at
    conversation.message_count += 1
    conversation.version += 1
    conversation.has_attachments = conversation.has_attachments or any(
        not attachment.is_inline for attachment in inbound.attachments
    )
    if inbound.auto_kind is AutoKind.NONE or conversation.message_count == 1:
        conversation.preview = make_preview(message.text, message.spans)
        conversation.last_inbound_at = message.at
    status = status_after(conversation, inbound)
    if status != conversation.status:
        conversation.set_status(status)
        fields += STATUS_FIELDS
    if status in OUR_TURN and conversation.due_at is None and inbound.auto_kind is AutoKind.NONE:
        conversation.set_due(message.at + timedelta(minutes=conversation.inbox.reply_within_minutes))
        fields += ["due_at", "queue_at"]
    return [*dict.fromkeys(fields)]


#: Statuses out of which an answer of the customer, or a failed delivery, brings a conversation back to us.
_RETURNING = (Status.WAIT, Status.DONE, Status.HOLD, Status.NOREPLY)


def status_after(conversation: Conversation, inbound: InboundMessage) -> str:
    """The status a conversation has after this message: a customer's answer brings it back to us."""
    current = conversation.status
    if current == Status.SPAM or (inbound.headers.get("x-spam-flag", "").upper() == "YES" and current == Status.NEW):
        return Status.SPAM
    if inbound.auto_kind is AutoKind.NONE and current in _RETURNING:
        return Status.OPEN if conversation.assignee_id else Status.NEW
    return current


def make_preview(text: str, spans: Spans | None = None) -> str:
    """The beginning of the words, without quotes and signature, on one line."""
    spans = spans if spans is not None else fold_spans(text[:4000])
    words = " ".join(text[start:end] for kind, start, end, _label, _lines in spans if kind == SpanKind.WRITTEN)
    return " ".join(words[:4000].split())[:PREVIEW_CHARS]


def fold_spans(text: str, *, is_forward: bool = False) -> Spans:
    """Where a text is written, quoted, signature: what `Message.spans` keeps for every later view."""
    return [
        (span.kind.value, span.start, span.end, span.label, span.lines) for span in fold(text, is_forward=is_forward)
    ]


def note_also_arrived(known: Message, inbox: Inbox) -> None:
    """The message came again: if in another 窓口, its people see the same conversation from now on."""
    conversation = known.conversation
    if inbox.pk == conversation.inbox_id or conversation.also_in.filter(pk=inbox.pk).exists():
        return
    conversation.also_in.add(inbox)
    record(
        ALSO_ARRIVED,
        conversation.event_subject,
        by=Actor.system("intake"),
        scope_id=inbox.pk,
        data={"message": known.pk, "inbox": inbox.pk},
    )
