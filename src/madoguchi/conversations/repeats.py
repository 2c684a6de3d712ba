"""Whether a message is what a repeated request asks for, or its key is used for something else (`requests.py`)."""

from collections.abc import Iterable

from madoguchi.conversations.actions.messages import parties
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Message


def says_the_same(message: Message, letter: Letter) -> bool:
    """True when the message is what this letter became; subjects are left out, for they get marks and numbers."""
    written = [message.text, message.html, message.to, message.cc, message.bcc]
    wanted = [letter.text, letter.html, parties(letter.to), parties(letter.cc), parties(letter.bcc)]
    return message.kind == MessageKind.OUTBOUND and written == wanted and _encloses(message, letter.enclosures)


def notes_the_same(message: Message, text: str, enclosures: Iterable[Enclosure]) -> bool:
    """True when the message is the note that this text became."""
    return message.kind == MessageKind.NOTE and text.strip().startswith(message.text) and _encloses(message, enclosures)


def _encloses(message: Message, enclosures: Iterable[Enclosure]) -> bool:
    kept = message.attachments.order_by("position").values_list("blob_id", flat=True)
    return list(kept) == [each.blob_id for each in enclosures]
