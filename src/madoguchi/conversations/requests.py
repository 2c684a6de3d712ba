"""The same request twice is one message: clients repeat what they heard no answer to."""

import zlib
from collections.abc import Callable

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.core.errors import DomainError

#: The first key of our advisory locks, so that they meet nobody else's.
_LOCK_SPACE = 0x4D52  # "MR"
#: What never left and was given back to its author: its key may stand for what they make of it.
GIVEN_BACK = (MessageState.CANCELLED, MessageState.SENT_BACK)


class KeyUsed(DomainError):
    """The same key came with another request; `facts` name what was made under it."""

    code = "key_used"

    def __init__(self, message: Message) -> None:
        """What is written under this key says something else, or is elsewhere."""
        text = _("This key was used for something else that has been sent or kept. Take a new one to send this too.")
        super().__init__(text, message=message.pk, conversation=message.conversation_id)
        self.message = message


def stored_key(user: User, key: str) -> str | None:
    """The key as a message keeps it: of one person, so that nobody meets another's."""
    return f"{user.pk}:{key}"[:64] if key else None


def known_request(user: User, key: str, is_same: Callable[[Message], bool]) -> Message | None:
    """The message that this request made before, or None; KeyUsed when the key stands for another one.

    What was taken back or sent back gives its key free for something else. Call it first of all in a transaction: the
    same request at the same moment waits here until the other is through.
    """
    stored = stored_key(user, key)
    if stored is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, zlib.crc32(stored.encode()) - 2**31])
    found = find_written(user, key)
    if found is None or is_same(found):
        return found
    if Message.objects.filter(pk=found.pk, state__in=GIVEN_BACK).update(request_key=None):
        return None
    raise KeyUsed(found)


def find_written(user: User, key: str) -> Message | None:
    """The letter or note that was made under this key."""
    stored = stored_key(user, key)
    return Message.objects.filter(request_key=stored).first() if stored else None


def is_written(user: User, key: str) -> bool:
    """True when the letter or note of this request is there already: what comes to its draft now comes too late."""
    return find_written(user, key) is not None
