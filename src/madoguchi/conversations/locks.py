"""How long a reply lock holds, and reading who has it."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.conversations.models import Conversation, ReplyLock

#: Without a key pressed for this long the lock lapses: long enough for a phone call, short enough for a lunch break.
LOCK_FOR = timedelta(minutes=10)


def living_lock(conversation: Conversation) -> ReplyLock | None:
    """The lock that stops others, or None."""
    return next(iter(living_locks(conversation.pk)), None)


def living_locks(number: int) -> QuerySet[ReplyLock]:
    """The lock that stops others, or nothing, as a read that can go together with others."""
    return ReplyLock.objects.select_related("user").filter(conversation=number, expires_at__gt=timezone.now())
