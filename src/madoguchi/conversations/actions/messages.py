"""What messages in and out have in common: a conversation to be in, parties, files, folded text, a preview."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import CONVERSATION_OPENED
from madoguchi.conversations.folding import SpanKind, fold
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.subjects import base_subject
from madoguchi.customers.masking import cut_whole, first_words
from madoguchi.customers.models import Identity
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import new_event, record_all

PREVIEW_CHARS = 200

type Spans = list[tuple[str, int, int, str, int]]


def open_conversation(inbox: Inbox, identity: Identity, *, subject: str) -> Conversation:
    """Begin a conversation of ours; the first message follows in the same transaction."""
    conversation = new_conversation(inbox, identity, subject=subject, language="", at=timezone.now())
    conversation.save(force_insert=True)
    record_all([opened_event(conversation)])
    return conversation


def new_conversation(inbox: Inbox, identity: Identity, *, subject: str, language: str, at: datetime) -> Conversation:
    """A conversation that is yet to be written and recorded (`opened_event`)."""
    return Conversation(
        inbox=inbox,
        customer_id=identity.customer_id,
        subject=cut_whole(subject, 1000),
        base_subject=base_subject(subject),
        language=language[:10],
        created_at=at,
        last_message_at=at,
    )


def opened_event(conversation: Conversation) -> Event:
    """Say that a conversation begins; it must have its number."""
    return new_event(
        CONVERSATION_OPENED,
        conversation.event_subject,
        by=Actor.system("intake"),
        scope_id=conversation.inbox_id,
        data={"customer": conversation.customer_id},
    )


def parties(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    """Addresses as they are stored; 200 at most, since a list of thousands is not a letter."""
    return [{"email": address.email[:998], "name": cut_whole(address.name, 300)} for address in addresses[:200]]


def attachments_of(message: Message, files: Iterable[Enclosure], *, after: int = -1) -> list[Attachment]:
    """Rows for these files behind the position `after`, not saved."""
    return [
        Attachment(
            message=message,
            blob_id=each.blob_id,
            name=cut_whole(each.name, 255),
            content_type=each.content_type[:255],
            size_bytes=each.size_bytes,
            position=position,
        )
        for position, each in enumerate(files, after + 1)
    ]


def make_preview(text: str, spans: Spans | None = None) -> str:
    """The beginning of the words, without quotes and signature, on one line."""
    spans = spans if spans is not None else fold_spans(text[:4000])
    words = " ".join(text[start:end] for kind, start, end, _label, _lines in spans if kind == SpanKind.WRITTEN)
    return first_words(words, PREVIEW_CHARS)


def fold_spans(text: str, *, is_forward: bool = False) -> Spans:
    """Where a text is written, quoted, signature: what `Message.spans` keeps for every later view."""
    return [
        (span.kind.value, span.start, span.end, span.label, span.lines) for span in fold(text, is_forward=is_forward)
    ]
