"""How long a reply lock holds, and reading who has it."""

from datetime import timedelta

from madoguchi.conversations.models import Conversation, ReplyLock

#: Without a key pressed for this long the lock lapses: long enough for a phone call, short enough for a lunch break.
LOCK_FOR = timedelta(minutes=10)


def living_lock(conversation: Conversation) -> ReplyLock | None:
    """The lock that stops others, or None."""
    lock = ReplyLock.objects.select_related("user").filter(conversation=conversation).first()
    return lock if lock and lock.is_alive else None
