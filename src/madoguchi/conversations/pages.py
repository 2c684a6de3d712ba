"""Pages of what belongs to one conversation, by key: for programs that read all of it, however long it is."""

from django.db.models import Q

from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.models import Conversation, Message
from madoguchi.events.models import Event


def message_page(
    conversation: Conversation, *, after: Cursor | None, limit: int, newest_first: bool = False
) -> list[Message]:
    """Messages in the order of the timeline, with what a message shows; one more than `limit` when there are more."""
    rows = Message.objects.filter(conversation=conversation)
    later, sign = ("lt", "-") if newest_first else ("gt", "")
    if after is not None:
        rows = rows.filter(**{f"at__{later}e": after.moment}).filter(
            Q(**{f"at__{later}": after.moment}) | Q(**{f"pk__{later}": after.pk})
        )
    rows = rows.select_related("inbox", "user", "approved_by").prefetch_related("attachments").defer("headers")
    return list(rows.order_by(f"{sign}at", f"{sign}pk")[: limit + 1])


def event_page(conversation: Conversation, *, after: int, limit: int) -> list[Event]:
    """Everything that happened on a conversation after this event, oldest first; one more than `limit` if more did."""
    return list(Event.objects.about(conversation.event_subject).filter(id__gt=after)[: limit + 1])
