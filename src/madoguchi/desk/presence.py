"""Who is looking at what: kept in memory only, spread among web processes by NOTIFY, forgotten after a while."""

import threading
import time
from collections import defaultdict

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.events.record import announce

#: Browsers say so every 30 seconds; one that missed two is gone.
GONE_AFTER = 70.0
VIEWING, LEFT = "viewing", "viewing_ended"

_seen: dict[str, dict[int, float]] = defaultdict(dict)
_lock = threading.Lock()


def viewers(subject: str) -> set[int]:
    """The people who have this before their eyes."""
    oldest = time.monotonic() - GONE_AFTER
    with _lock:
        return {user_id for user_id, at in _seen.get(subject, {}).items() if at > oldest}


def note(kind: str, subject: str, user_id: int) -> None:
    """Take down what a process announced, ours or another."""
    with _lock:
        if kind == VIEWING:
            _seen[subject][user_id] = time.monotonic()
        else:
            _seen[subject].pop(user_id, None)


def sweep() -> None:
    """Forget who left without saying so."""
    oldest = time.monotonic() - GONE_AFTER
    with _lock:
        for subject in list(_seen):
            _seen[subject] = {user_id: at for user_id, at in _seen[subject].items() if at > oldest}
            if not _seen[subject]:
                del _seen[subject]


def is_viewing(conversation: Conversation, user: User) -> None:
    """Say that somebody looks at a conversation, or still does."""
    note(VIEWING, conversation.event_subject, user.pk)
    announce(VIEWING, conversation.event_subject, scope_id=conversation.inbox_id, actor_id=user.pk)


def has_left(conversation: Conversation, user: User) -> None:
    """Say that somebody looks elsewhere now."""
    note(LEFT, conversation.event_subject, user.pk)
    announce(LEFT, conversation.event_subject, scope_id=conversation.inbox_id, actor_id=user.pk)
