"""The same request twice is one message: clients repeat what they heard no answer to."""

import zlib

from django.db import connection

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Message

#: The first key of our advisory locks, so that they meet nobody else's.
_LOCK_SPACE = 0x4D52  # "MR"


def stored_key(user: User, key: str) -> str | None:
    """The key as a message keeps it: of one person, so that nobody meets another's."""
    return f"{user.pk}:{key}"[:64] if key else None


def known_request(user: User, key: str) -> Message | None:
    """The message that this request made before, or None.

    Call it first of all in a transaction: the same request at the same moment waits here until the other is through.
    """
    stored = stored_key(user, key)
    if stored is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, zlib.crc32(stored.encode()) - 2**31])
    return Message.objects.filter(request_key=stored).first()
