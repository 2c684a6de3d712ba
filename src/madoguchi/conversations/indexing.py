"""What of a conversation can be found by search: entries for the search room, which knows nothing of us."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from django.db.models.functions import Left

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.search.actions import Document, index_many
from madoguchi.search.extract import file_kind

#: The kind under which messages stand in the search index; the group is the conversation, the scope the 窓口.
MESSAGE = "message"
#: The kind of messages of requests to others (依頼): found only when these are looked for.
SIDE = "side"
#: Of one message, not more than this is indexed from its files.
MAX_FILE_CHARS = 50_000


def message_entry(message: Message, conversation: Conversation, *, attachment_text: str = "") -> Document:
    """The search entry of one message: subject, customer's names and number weigh more than the body.

    Which colleague wrote it weighs no more than a word of the text: who looks for 高橋 looks for the customer.
    """
    names, written = [message.sender_name, message.sender_address], message.text
    if message.kind != MessageKind.INBOUND:
        names = [part for party in message.to for part in (party.get("name", ""), party["email"])]
        written = f"{message.text}\n{message.sender_name}"
    title = message.subject or conversation.subject
    return Document(
        kind=kind_in(conversation),
        object_id=message.pk,
        group_id=conversation.pk,
        scope_id=conversation.inbox_id,
        at=message.at,
        title=f"{title} #{conversation.pk}",
        body=f"{written}\n{attachment_text}" if attachment_text else written,
        names=tuple(name for name in names if name),
    )


def kind_in(conversation: Conversation) -> str:
    """The kind under which the messages of a conversation are found."""
    return MESSAGE if conversation.side_of_id is None else SIDE


def index_message(message: Message, conversation: Conversation, *, attachment_text: str = "") -> None:
    """Put one message into the search index, or replace it there; same transaction as the message."""
    index_many([message_entry(message, conversation, attachment_text=attachment_text)])


def files_text(message: Message) -> str:
    """The names of a message's files and what was read inside them so far, as much of it as is indexed."""
    files = message.attachments.annotate(words=Left("blob__text", MAX_FILE_CHARS)).values_list("name", "words")
    return "\n".join(part for name, words in files for part in (name, words or ""))[:MAX_FILE_CHARS]


def index_messages(messages: Iterable[tuple[Message, Conversation, Sequence[str]]]) -> None:
    """The same for new messages, with the names of their files; what stands inside follows by a job."""
    index_many(
        message_entry(message, conversation, attachment_text="\n".join(names)[:MAX_FILE_CHARS])
        for message, conversation, names in messages
    )


def may_hold_words(name: str, content_type: str) -> bool:
    """True when the job that reads files may find text in this one: in a photo there is none."""
    is_mail = content_type == "message/rfc822" or PurePath(name).suffix.lower() == ".eml"
    return is_mail or bool(file_kind(name, content_type))
