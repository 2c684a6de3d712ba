"""How long a reply lock holds, and reading who has it."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.conversations.models import Conversation, ReplyLock
from madoguchi.core.prepared import Prepared, Slot

#: Without a key pressed for this long the lock lapses: long enough for a phone call, short enough for a lunch break.
LOCK_FOR = timedelta(minutes=10)


def living_lock(conversation: Conversation) -> ReplyLock | None:
    """The lock that stops others, or None."""
    return next(iter(living_locks(conversation.pk)), None)


def living_locks(number: int) -> QuerySet[ReplyLock]:
    """The lock that stops others, or nothing, as a read that can go together with others."""
    return _LIVING_LOCKS(number=number, now=timezone.now())


_LIVING_LOCKS = Prepared(
    lambda: ReplyLock.objects.select_related("user").filter(conversation=Slot("number"), expires_at__gt=Slot("now"))
)
