"""Messages, their files, and drafts."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.api.schemas.base import Out, Party, Ref
from madoguchi.api.schemas.conversations import ref
from madoguchi.conversations.choices import DraftKind, MessageKind, MessageState
from madoguchi.conversations.models import Attachment, Draft, Message
from madoguchi.core.telling import told

type KindText = Annotated[str, Field(json_schema_extra={"enum": list(MessageKind.values)})]
type StateText = Annotated[str, Field(json_schema_extra={"enum": list(MessageState.values)})]


class AttachmentOut(Out):
    """A file of a message."""

    id: int
    """Its id; the bytes are at /attachments/{id}/content."""
    message: int
    """The message it belongs to."""
    name: str
    """Its name."""
    content_type: str
    """What the sender said it is."""
    size_bytes: int
    """How large it is."""
    content_id: str
    """Where the HTML shows it by `cid:`; empty otherwise."""
    is_inline: bool
    """True for a picture inside the letter."""


class FoldOut(Out):
    """A stretch of a text: written here, quoted, or a signature."""

    kind: str
    """`written`, `quote`, `signature`, …"""
    start: int
    """Its first character"""
    end: int
    """and the one after its last."""
    label: str
    """What stands for it while folded."""


class DeliveryReportOut(Out):
    """What a bounce says of one recipient."""

    recipient: str
    """The address."""
    status: str
    """RFC 3463 code, e.g. 5.1.1."""
    reason: str
    """Our word: `userunknown`, `mailboxfull`, `blocked`, …"""
    is_hard: bool
    """True when sending again to this address cannot help."""
    diagnostic: str
    """The remote server's own words."""


class MessageLine(Out):
    """A message as the history of a customer shows it."""

    id: int
    """Its id."""
    conversation: int
    """The number of its conversation."""
    kind: KindText
    """Which way it went, or an internal note."""
    state: StateText
    """Where it stands on its way."""
    inbox: Ref
    """The desk it came to or left from."""
    sender: Party
    """Who wrote it."""
    user: Ref | None
    """The person of the staff who wrote it."""
    subject: str
    """Its subject."""
    text: str
    """Its text, quotes and signature included."""
    at: datetime
    """When it reached or left us."""


class MessageOut(MessageLine):
    """A message with everything."""

    customer: int | None
    """The customer who wrote it."""
    to: list[Party]
    """To."""
    cc: list[Party]
    """Cc."""
    bcc: list[Party]
    """Bcc; only of what we sent."""
    reply_to: list[Party]
    """Where answers are wanted."""
    html: str
    """Its HTML, sanitised; it may begin with a `<style>`, so show it in a frame with a sandbox."""
    folds: list[FoldOut] | None
    """What is quotation and signature in `text`; null until somebody has looked at it."""
    external_id: str
    """The Message-ID, without < >."""
    in_reply_to: str
    """The Message-ID it answers."""
    references: list[str]
    """The Message-IDs before it, oldest first."""
    auto_kind: str
    """`bounce`, `feedback`, `autoreply`, `bulk` or `loop` for machines; empty for people."""
    about: int | None
    """The message of ours that a bounce is about, or that this one sends again to another address."""
    charset: str
    """How the text was decoded."""
    language: str
    """Its language, e.g. `ja`; empty when unknown."""
    warnings: list[str]
    """What was repaired or is suspicious: stable keys."""
    sent_at: datetime | None
    """Received: the sender's clock. Sent: when it left."""
    send_after: datetime | None
    """When it leaves; until then it can be taken back."""
    planned_at: datetime | None
    """送信予約: the time a person chose for it to leave."""
    attempts: int
    """How often sending failed."""
    failure: str
    """What is wrong and what to do, or why it was sent back."""
    failure_detail: str
    """The remote server's own words."""
    bounced_at: datetime | None
    """When it came back."""
    bounce: list[DeliveryReportOut]
    """What the bounce says."""
    is_automatic: bool
    """True when a machine sent it."""
    approved_by: Ref | None
    """Who let it leave."""
    has_raw: bool
    """True when the mail as it came is at /messages/{id}/raw."""
    attachments: list[AttachmentOut]
    """Its files."""


class FileOut(Out):
    """A file that was uploaded and waits to be sent."""

    id: str
    """Name it in `attachments` of a reply or note within 24 hours. Works only for the person who uploaded it."""
    name: str
    """Its name."""
    content_type: str
    """What it is."""
    size_bytes: int
    """How large it is."""


class DraftOut(Out):
    """What the caller is writing."""

    id: int
    """Its id."""
    kind: DraftKind
    """What it will become."""
    conversation: int | None
    """The number of the conversation; null for a new mail."""
    inbox: int | None
    """The desk a new mail will leave from."""
    to: list[Party]
    """To."""
    cc: list[Party]
    """Cc."""
    bcc: list[Party]
    """Bcc."""
    subject: str
    """Its subject."""
    text: str
    """Its text."""
    is_rich: bool
    """True when the text is also sent as HTML."""
    is_private: bool
    """True when colleagues may not read it."""
    writer: str
    """Who writes it."""
    seen_event_id: int
    """The last event its writer had seen."""
    planned_at: datetime | None
    """When it was to leave, of a planned mail that is edited again."""
    attachments: list[FileOut]
    """Its files; their ids can be sent with a reply."""
    created_at: datetime
    """When it was begun."""
    updated_at: datetime
    """When it was saved last."""


def parties(stored: list[dict[str, str]]) -> list[Party]:
    """Stored addresses."""
    return [Party(email=each["email"], name=each.get("name", "")) for each in stored]


def show_attachment(row: Attachment) -> AttachmentOut:
    """A file of a message."""
    return AttachmentOut(
        id=row.pk,
        message=row.message_id,
        name=row.name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        content_id=row.content_id,
        is_inline=row.is_inline,
    )


def _line(row: Message) -> dict[str, Any]:
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "kind": row.kind,
        "state": row.state,
        "inbox": ref(row.inbox),
        "sender": Party(email=row.sender_address, name=row.sender_name),
        "user": ref(row.user),
        "subject": row.subject,
        "text": row.text,
        "at": row.at,
    }


def show_message_line(row: Message) -> MessageLine:
    """A message of the history, fetched with its desk and author."""
    return MessageLine(**_line(row))


_PLAIN = (
    "html", "external_id", "in_reply_to", "references", "auto_kind", "charset", "language", "warnings", "sent_at",
    "send_after", "planned_at", "attempts", "bounced_at", "is_automatic",
)  # fmt: skip


def show_message(row: Message) -> MessageOut:
    """A message, fetched with its desk, author, approver and files."""
    return MessageOut(
        **_line(row),
        **{name: getattr(row, name) for name in _PLAIN},
        failure=told(row.failure),
        failure_detail=told(row.failure_detail),
        customer=row.customer_id,
        to=parties(row.to),
        cc=parties(row.cc),
        bcc=parties(row.bcc),
        reply_to=parties(row.reply_to),
        folds=_folds(row.spans),
        about=row.about_id,
        bounce=[DeliveryReportOut(**each) for each in row.bounce],
        approved_by=ref(row.approved_by),
        has_raw=row.raw_id is not None,
        attachments=[show_attachment(each) for each in row.attachments.all()],
    )


def _folds(spans: list[list[Any]] | None) -> list[FoldOut] | None:
    if spans is None:
        return None
    return [FoldOut(kind=kind, start=start, end=end, label=label) for kind, start, end, label, *_lines in spans]


def show_draft(row: Draft, attachments: list[FileOut]) -> DraftOut:
    """A draft with its files."""
    return DraftOut(
        id=row.pk,
        kind=DraftKind(row.kind),
        conversation=row.conversation_id,
        inbox=row.inbox_id,
        to=parties(row.to),
        cc=parties(row.cc),
        bcc=parties(row.bcc),
        subject=row.subject,
        text=row.text,
        is_rich=row.is_rich,
        is_private=row.is_private,
        writer=row.user.name,
        seen_event_id=row.seen_event_id,
        planned_at=row.planned_at,
        attachments=attachments,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
