"""送信予約: which times may be chosen, when a planned mail may leave, and how its conversation stands until then."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid

#: Nobody plans a mail further ahead; a year that was mistyped is found out.
FURTHEST = timedelta(days=366)


def check_plan(at: datetime | None) -> None:
    """Refuse a time at which nothing can leave any more, and one that nobody can have meant."""
    if at is None:
        return
    now = timezone.now()
    if at <= now:
        message = _("The time planned for sending has already passed. Choose a later one, or send it now.")
        raise Invalid(message, field="send_at")
    if at > now + FURTHEST:
        raise Invalid(_("A mail can be planned up to a year ahead. Check the year."), field="send_at")


def leaving_at(
    planned_at: datetime | None, inbox: Inbox, now: datetime, not_before: datetime | None = None
) -> datetime:
    """When a mail may leave: at its time, never before the time in which it can be taken back is over."""
    undo = now + timedelta(seconds=inbox.undo_seconds)
    return max(filter(None, (undo, planned_at, not_before)))


def status_until_then(conversation: Conversation) -> str:
    """Where a conversation stands while its planned mail waits: somebody is at it, the customer has no answer yet.

    So 返信期限 goes on to count, and does not alarm anybody as long as the mail leaves before it.
    """
    return Status.OPEN if conversation.status == Status.NEW else conversation.status
