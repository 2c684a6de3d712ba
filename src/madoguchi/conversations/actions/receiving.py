"""Messages that come in: put into their conversations by the batch, with one statement a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from madoguchi.channels.contract import AutoKind, InboundMessage
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.conversations.actions.messages import fold_spans, make_preview, new_conversation, opened_event, parties
from madoguchi.conversations.choices import (
    ALSO_ARRIVED,
    MESSAGE_RECEIVED,
    NEVER_LEFT,
    OUR_TURN,
    REPLY_BOUNCED,
    MessageKind,
    MessageState,
    Status,
)
from madoguchi.conversations.indexing import index_messages, may_hold_words
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.core.addresses import fold_address
from madoguchi.core.rows import insert_rows, update_rows
from madoguchi.customers.actions import mark_bounced
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Identity
from madoguchi.customers.queries import mail_keys_of
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.models import Event
from madoguchi.events.record import new_event, record, record_all
from madoguchi.files.actions import store_blobs

#: Statuses out of which an answer of the customer, or a failed delivery, brings a conversation back to us.
RETURNING = (Status.WAIT, Status.DONE, Status.HOLD, Status.NOREPLY)
#: What a further message may change in its conversation.
_SUMMARY = [
    "last_message_at", "preview", "message_count", "last_inbound_at", "has_attachments", "has_failed", *STATUS_FIELDS,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """One message that has come in, whose it is, and where it belongs."""

    inbound: InboundMessage
    identity: Identity
    inbox: Inbox
    conversation: Conversation | None  #: None opens a new one
    at: datetime  #: when it reached us
    raw: RawMessage | None = None
    is_history: bool = False  #: from an archive: nobody waits for an answer


@dataclass(frozen=True, slots=True)
class _Entry:
    """A message and its conversation, brought up to date and not written yet."""

    received: Received
    message: Message
    conversation: Conversation
    reported: Message | None  #: the message of ours that failed to arrive, when this says so

    @property
    def is_first(self) -> bool:
        return self.received.conversation is None

    @property
    def inbound(self) -> InboundMessage:
        return self.received.inbound

    @property
    def file_names(self) -> list[str]:
        return [attachment.name[:255] for attachment in self.inbound.attachments]


def add_inbound_messages(batch: Sequence[Received]) -> list[Message]:
    """Add received messages with their attachments, bring their conversations up to date, index and record them.

    Call it with the identities and the conversations locked (customers.identify_customers, threading), in one
    transaction with that. Messages of one conversation must name the same object, and are added in the order given.
    A machine's message changes no status, except a delivery failure, which needs a person.
    """
    entries = [_entry(received) for received in batch]
    insert_rows([entry.conversation for entry in entries if entry.is_first])
    continued = {entry.conversation.pk: entry.conversation for entry in entries if not entry.is_first}
    update_rows(list(continued.values()), _SUMMARY)
    for entry in entries:
        entry.message.conversation = entry.conversation
    insert_rows([entry.message for entry in entries])
    _keep_attachments(entries)
    index_messages((entry.message, entry.conversation, entry.file_names) for entry in entries)
    record_all([event for entry in entries for event in _events(entry)])
    return [entry.message for entry in entries]


def _entry(received: Received) -> _Entry:
    """Work out in memory what the message changes."""
    inbound, identity = received.inbound, received.identity
    message = _message(received)
    conversation = received.conversation or new_conversation(
        received.inbox, identity, subject=inbound.subject, language=inbound.language, at=received.at
    )
    _bring_up_to_date(conversation, message, inbound, is_history=received.is_history)
    reported = message.about = _reported(inbound)
    if reported is not None and not reported.is_automatic:  # nobody waits for an acknowledgement
        _bring_back(conversation, reported, received.at)
    return _Entry(received, message, conversation, reported)


def _bring_back(conversation: Conversation, ours: Message, at: datetime) -> None:
    """Our mail did not arrive: whoever was to get it still waits, until the time they were to have it."""
    if conversation.status in RETURNING:
        conversation.set_status(Status.OPEN)
    if ours.conversation_id != conversation.pk or conversation.status not in OUR_TURN:
        return
    if conversation.due_at is None:
        due_at = ours.before.get("due_at")
        promised = (
            datetime.fromisoformat(due_at) if due_at else reply_due_at(conversation.inbox, at, conversation.priority)
        )
        conversation.set_due(promised)
    sent = conversation.messages.filter(kind=MessageKind.OUTBOUND, is_automatic=False, pk__gt=ours.pk)
    later = sent.exclude(state__in=NEVER_LEFT)
    conversation.has_failed = conversation.has_failed or not later.exists()


def _message(received: Received) -> Message:
    inbound = received.inbound
    return Message(
        inbox=received.inbox,
        kind=MessageKind.INBOUND,
        state=MessageState.RECEIVED,
        customer_id=received.identity.customer_id,
        sender_name=cut_whole(inbound.sender.name, 300),
        sender_address=inbound.sender.email[:998],
        to=parties(inbound.to),
        cc=parties(inbound.cc),
        reply_to=parties(inbound.reply_to),
        subject=cut_whole(inbound.subject, 1000),
        text=inbound.text,
        html=inbound.html,
        spans=fold_spans(inbound.text, is_forward=inbound.is_forward),
        external_id=inbound.external_id[:1000],
        fingerprint=inbound.fingerprint[:64],
        in_reply_to=(inbound.in_reply_to or (inbound.references[-1] if inbound.references else ""))[:1000],
        references=[each[:1000] for each in inbound.references],
        raw=received.raw,
        auto_kind=inbound.auto_kind.value,
        bounce=[asdict(report) for report in inbound.reports],
        charset=inbound.charset[:40],
        language=inbound.language[:10],
        headers=inbound.headers,
        warnings=[warning[:60] for warning in inbound.warnings],
        sent_at=inbound.sent_at,
        at=received.at,
    )


def _bring_up_to_date(
    conversation: Conversation, message: Message, inbound: InboundMessage, *, is_history: bool
) -> None:
    """Make the summary of a conversation agree with a further message."""
    is_newest = message.at >= conversation.last_message_at
    conversation.last_message_at = max(message.at, conversation.last_message_at)
    conversation.message_count += 1
    conversation.version += 1
    conversation.has_attachments = conversation.has_attachments or any(
        not attachment.is_inline for attachment in inbound.attachments
    )
    if is_newest and (inbound.auto_kind is AutoKind.NONE or conversation.message_count == 1):
        conversation.preview = make_preview(message.text, message.spans)
        conversation.last_inbound_at = message.at
    if is_history:
        _file_away(conversation, message)
    else:
        _wait_for_us(conversation, message, inbound)


def _file_away(conversation: Conversation, message: Message) -> None:
    """What an archive opens is done with; what is open already stays as it is."""
    if conversation.message_count == 1:
        conversation.set_status(Status.DONE)
        conversation.done_at = message.at


def _wait_for_us(conversation: Conversation, message: Message, inbound: InboundMessage) -> None:
    status = status_after(conversation, inbound)
    if status != conversation.status:
        conversation.set_status(status)
    if status in OUR_TURN and conversation.due_at is None and inbound.auto_kind is AutoKind.NONE:
        conversation.set_due(reply_due_at(conversation.inbox, message.at, conversation.priority))


def status_after(conversation: Conversation, inbound: InboundMessage) -> str:
    """The status a conversation has after this message: a customer's answer brings it back to us."""
    current = conversation.status
    if current == Status.SPAM or (inbound.headers.get("x-spam-flag", "").upper() == "YES" and current == Status.NEW):
        return Status.SPAM
    if inbound.auto_kind is AutoKind.NONE and current in RETURNING:
        return Status.OPEN if conversation.assignee_id else Status.NEW
    return current


def _reported(inbound: InboundMessage) -> Message | None:
    if inbound.auto_kind is not AutoKind.BOUNCE or not inbound.reported_id:
        return None
    return (
        Message.objects.filter(external_id=inbound.reported_id, kind=MessageKind.OUTBOUND)
        .select_related("conversation")
        .first()
    )


def _keep_attachments(entries: Sequence[_Entry]) -> None:
    files = [
        (entry.message, position, attachment)
        for entry in entries
        for position, attachment in enumerate(entry.inbound.attachments)
    ]
    if not files:
        return
    blobs = store_blobs([attachment.content for _message, _position, attachment in files])
    insert_rows(
        [
            Attachment(
                message=message,
                blob=blob,
                name=attachment.name[:255],
                content_type=attachment.content_type[:255],
                size_bytes=len(attachment.content),
                content_id=attachment.content_id[:998],
                is_inline=attachment.is_inline,
                position=position,
            )
            for (message, position, attachment), blob in zip(files, blobs, strict=True)
        ]
    )


def _events(entry: _Entry) -> list[Event]:
    opened = [opened_event(entry.conversation)] if entry.is_first else []
    bounced = [_note_failure(entry, entry.reported)] if entry.reported else []
    return [*opened, *bounced, _received_event(entry)]


def _note_failure(entry: _Entry, ours: Message) -> Event:
    """Show a delivery failure at the message of ours it is about, and at the address that does not work.

    Anybody can write a report: of an address that the message did not go to, and that is not its customer's, it says
    nothing that is believed.
    """
    failures = [asdict(report) for report in entry.inbound.reports]
    Message.objects.filter(pk=ours.pk).update(bounced_at=entry.message.at, bounce=failures)
    reached = _reached_by(ours)
    for report in entry.inbound.reports:
        if report.is_hard and fold_address(report.recipient) in reached:
            mark_bounced(report.recipient, report.reason)
    return new_event(
        REPLY_BOUNCED,
        f"conversation:{ours.conversation_id}",
        by=Actor.system("mail"),
        scope_id=ours.inbox_id,
        data={"message": ours.pk},
    )


def _reached_by(ours: Message) -> set[str]:
    """The folded addresses a message went to, and the others of its customer: forwarding changes one for the other."""
    written = {fold_address(party["email"]) for party in (*ours.to, *ours.cc, *ours.bcc)}
    return written | set(mail_keys_of(ours.conversation.customer_id))


def _received_event(entry: _Entry) -> Event:
    identity, conversation = entry.received.identity, entry.conversation
    return new_event(
        MESSAGE_RECEIVED,
        conversation.event_subject,
        by=Actor(ActorKind.CUSTOMER, identity.customer_id, identity.name or identity.shown),
        scope_id=conversation.inbox_id,
        data={
            "message": entry.message.pk,
            "auto": entry.message.auto_kind,
            "first": entry.is_first or entry.received.is_history,
            "files": sum(may_hold_words(each.name, each.content_type) for each in entry.inbound.attachments),
        },
    )


def note_also_arrived(known: Message, inbox: Inbox) -> None:
    """The message came again: if in another 窓口, its people see the same conversation from now on."""
    conversation = known.conversation
    if inbox.pk == conversation.inbox_id or conversation.also_in.filter(pk=inbox.pk).exists():
        return
    conversation.also_in.add(inbox)
    for side in conversation.sides.exclude(inbox=inbox):
        side.also_in.add(inbox)
    record(
        ALSO_ARRIVED,
        conversation.event_subject,
        by=Actor.system("intake"),
        scope_id=inbox.pk,
        data={"message": known.pk, "inbox": inbox.pk},
    )
