"""Text inside files: read once per content, kept with it, and put into the search index of the message."""

from collections.abc import Iterator
from pathlib import PurePath

from madoguchi.channels.registry import channel_class
from madoguchi.conversations.indexing import MAX_FILE_CHARS, files_text, index_message
from madoguchi.conversations.models import Attachment, Message
from madoguchi.files.actions import keep_text
from madoguchi.files.queries import read_blob
from madoguchi.search.extract import NotExtractable, extract_text

#: A mail within a mail within a mail is read; what is deeper is somebody's joke.
MAX_DEPTH = 3


def extract_attachments(message_id: int) -> None:
    """Index what stands in the files of a message; what cannot be read is noted as empty and not tried again."""
    message = Message.objects.select_related("conversation", "inbox").filter(pk=message_id).first()
    if message is None:
        return
    for attachment in message.attachments.select_related("blob"):
        if attachment.blob.text is None:
            keep_text(attachment.blob, _text_of(attachment, message.inbox.kind))
    index_message(message, message.conversation, attachment_text=files_text(message))


def _text_of(attachment: Attachment, channel: str) -> str:
    content = read_blob(attachment.blob)
    return _read(content, attachment.name, attachment.content_type, channel, depth=0).strip()[:MAX_FILE_CHARS]


def _read(content: bytes, name: str, content_type: str, channel: str, *, depth: int) -> str:
    if content_type == "message/rfc822" or PurePath(name).suffix.lower() == ".eml":
        return "\n".join(_mail(content, channel, depth)) if depth < MAX_DEPTH else ""
    try:
        return extract_text(content, name=name, content_type=content_type)
    except NotExtractable:
        return ""


def _mail(content: bytes, channel: str, depth: int) -> Iterator[str]:
    """A mail that somebody passed on as a file: read as its channel reads mails, with the files of its own."""
    mail = channel_class(channel).reinterpret(content, "")
    if mail is None:
        return
    yield from (mail.subject, f"{mail.sender.name} {mail.sender.email}", mail.text)
    for each in mail.attachments:
        yield each.name
        yield _read(each.content, each.name, each.content_type, channel, depth=depth + 1)
