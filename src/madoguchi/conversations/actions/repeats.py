"""Whether a message is what a repeated request asks for, or its key is used for something else (`requests.py`)."""

from collections.abc import Iterable, Sequence

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.messages import parties
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.requests import known_request
from madoguchi.conversations.subjects import numbered_subject
from madoguchi.customers.masking import cut_whole


def known_reply(user: User, key: str, letter: Letter, conversation: Conversation) -> Message | None:
    """The reply that this request wrote before, or None; KeyUsed when the key stands for something else."""
    return known_request(user, key, lambda kept: _is_in(kept, conversation) and says_the_same(kept, letter))


def known_mail(user: User, key: str, letter: Letter) -> Message | None:
    """The mail by which this request began a conversation, or None; KeyUsed when the key stands for something else."""
    return known_request(user, key, lambda kept: not kept.references and says_the_same(kept, letter))


def known_note(
    user: User, key: str, text: str, enclosures: Sequence[Enclosure], conversation: Conversation
) -> Message | None:
    """The note that this request wrote before, or None; KeyUsed when the key stands for something else."""
    return known_request(user, key, lambda kept: _is_in(kept, conversation) and notes_the_same(kept, text, enclosures))


def _is_in(message: Message, conversation: Conversation) -> bool:
    """Where it was asked for, or where that has been merged into since."""
    return message.conversation_id in (conversation.pk, conversation.merged_into_id)


def says_the_same(message: Message, letter: Letter) -> bool:
    """True when the message is what this letter became; its subject may have got our number."""
    written = [message.text, message.html, message.to, message.cc, message.bcc]
    wanted = [letter.text, letter.html, parties(letter.to), parties(letter.cc), parties(letter.bcc)]
    is_letter = message.kind == MessageKind.OUTBOUND and written == wanted
    return is_letter and _is_called(message, letter) and _encloses(message, letter.enclosures)


def _is_called(message: Message, letter: Letter) -> bool:
    """Without a subject the letter got one of ours."""
    subject = " ".join(letter.subject.split())
    numbered = [numbered_subject(subject, message.conversation_id, language=language) for language in ("ja", "en")]
    return not subject or message.subject in [cut_whole(each, 1000) for each in (subject, *numbered)]


def notes_the_same(message: Message, text: str, enclosures: Iterable[Enclosure]) -> bool:
    """True when the message is the note that this text became."""
    kept = cut_whole(text.strip(), 50_000)
    return message.kind == MessageKind.NOTE and message.text == kept and _encloses(message, enclosures)


def _encloses(message: Message, enclosures: Iterable[Enclosure]) -> bool:
    kept = message.attachments.order_by("position").values_list("blob_id", flat=True)
    return list(kept) == [each.blob_id for each in enclosures]
