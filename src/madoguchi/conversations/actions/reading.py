"""What is kept of reading: where the quotations and signatures of a message are, found once."""

from collections.abc import Iterable

from madoguchi.conversations.folding import fold
from madoguchi.conversations.models import Message
from madoguchi.core.rows import update_rows


def keep_folding(messages: Iterable[Message]) -> None:
    """Fold the messages that nobody has looked at yet; `spans` is [[kind, start, end, label, lines], …]."""
    unread = [message for message in messages if message.spans is None]
    for message in unread:
        message.spans = [[span.kind.value, span.start, span.end, span.label, span.lines] for span in fold(message.text)]
    update_rows(unread, ["spans"])
