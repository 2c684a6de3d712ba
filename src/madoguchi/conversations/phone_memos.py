"""電話メモ: notes that tell of a call. They are notes in every respect, and known by their id."""

from madoguchi.conversations.models import Message

#: How the ids of such notes begin; those of other notes begin with "note-".
PREFIX = "call-"


def is_phone_memo(message: Message) -> bool:
    """True for a note that tells of a call."""
    return message.external_id.startswith(PREFIX)
