"""Text inside files: read once per content, kept with it, and put into the search index of the message."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from madoguchi.channels.registry import channel_class
from madoguchi.conversations.indexing import MAX_FILE_CHARS, files_text, index_message
from madoguchi.conversations.models import Attachment, Message
from madoguchi.files.actions import keep_text
from madoguchi.files.queries import read_blob
from madoguchi.search.extract import MAX_SECONDS as FILE_SECONDS
from madoguchi.search.extract import NotExtractable, extract_text, file_kind

#: A mail within a mail within a mail is read; what is deeper is somebody's joke.
MAX_DEPTH = 3
#: Of one message, files inside passed-on mails counted; the names of the others are found, and their words not.
MAX_FILES = 30
MAX_SECONDS = 60.0


@dataclass(slots=True)
class _Budget:
    """What reading one message may still cost."""

    files: int
    until: float  #: on the monotonic clock

    @property
    def seconds(self) -> float:
        """What the next file may take; 0 or less when there is nothing left."""
        return self.until - time.monotonic() if self.files else 0.0


def extract_attachments(message_id: int) -> None:
    """Index what stands in the files of a message; what cannot be read is noted as empty and not tried again.

    At most `MAX_FILES` files and about `MAX_SECONDS` seconds are spent on one message.
    """
    message = Message.objects.select_related("conversation", "inbox").filter(pk=message_id).first()
    if message is None:
        return
    budget = _Budget(MAX_FILES, time.monotonic() + MAX_SECONDS)
    for attachment in message.attachments.select_related("blob"):
        if attachment.blob.text is None and budget.seconds > 0:
            keep_text(attachment.blob, _text_of(attachment, message.inbox.kind, budget))
    index_message(message, message.conversation, attachment_text=files_text(message))


def _text_of(attachment: Attachment, channel: str, budget: _Budget) -> str:
    content = read_blob(attachment.blob)
    return _read(content, attachment.name, attachment.content_type, channel, budget, depth=0).strip()[:MAX_FILE_CHARS]


def _read(content: bytes, name: str, content_type: str, channel: str, budget: _Budget, *, depth: int) -> str:
    is_mail = content_type == "message/rfc822" or PurePath(name).suffix.lower() == ".eml"
    seconds = budget.seconds
    if seconds <= 0 or not (is_mail or file_kind(name, content_type)):
        return ""
    budget.files -= 1
    if is_mail:
        return "\n".join(_mail(content, channel, budget, depth)) if depth < MAX_DEPTH else ""
    try:
        return extract_text(content, name=name, content_type=content_type, max_seconds=min(seconds, FILE_SECONDS))
    except NotExtractable:
        return ""


def _mail(content: bytes, channel: str, budget: _Budget, depth: int) -> Iterator[str]:
    """A mail that somebody passed on as a file: read as its channel reads mails, with the files of its own."""
    mail = channel_class(channel).reinterpret(content, "")
    if mail is None:
        return
    yield from (mail.subject, f"{mail.sender.name} {mail.sender.email}", mail.text)
    for each in mail.attachments:
        yield each.name
        yield _read(each.content, each.name, each.content_type, channel, budget, depth=depth + 1)
