"""Where a conversation stands after messages came back to it: as what was said last says.

Taking a merge back puts each conversation where it stood before; what was said in between belongs to one of them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from madoguchi.channels.deadlines import reply_due_at
from madoguchi.conversations.actions.receiving import RETURNING
from madoguchi.conversations.choices import OUR_TURN, MessageKind, MessageState, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS


def follow_what_was_said(conversations: Iterable[Conversation], *, since: datetime) -> None:
    """Bring held conversations to where the last word since then leaves them; saves those that change.

    A customer who wrote is waited for no longer, and has a deadline; one who was answered is owed nothing.
    """
    for conversation in conversations:
        last = _last_word(conversation, since)
        if last is None or conversation.merged_into_id is not None:
            continue
        if last.kind == MessageKind.INBOUND and conversation.status in RETURNING:
            conversation.set_status(Status.OPEN if conversation.assignee_id else Status.NEW)
            conversation.set_due(reply_due_at(conversation.inbox, last.at, conversation.priority))
        elif last.kind == MessageKind.OUTBOUND and conversation.status in OUR_TURN:
            conversation.set_status(last.before.get("status_after", Status.WAIT))
        else:
            continue
        conversation.version += 1
        conversation.save(update_fields=STATUS_FIELDS)


def _last_word(conversation: Conversation, since: datetime) -> Message | None:
    """What a person said last; a planned mail that has not left says nothing yet."""
    said = conversation.messages.public().filter(at__gt=since, auto_kind="")
    unsaid = Q(state=MessageState.AWAITING_APPROVAL) | Q(planned_at__isnull=False, claimed_at=None)
    return said.exclude(unsaid).order_by("-at", "-pk").first()
