"""What a conversation says of its messages: brought to agree with them again after some were moved or taken back."""

from datetime import datetime

from django.db.models import Count, Max, QuerySet

from madoguchi.conversations.actions.messages import make_preview
from madoguchi.conversations.choices import NEVER_LEFT, OUR_TURN, MessageKind, MessageState, Status
from madoguchi.conversations.models import Attachment, Conversation, Message


def recount(conversation: Conversation) -> None:
    """Make the summary columns of a held conversation agree with its messages, and save it."""
    public = Message.objects.filter(conversation=conversation).public()
    totals = public.aggregate(n=Count("pk"), last=Max("at"))
    inbound = public.filter(kind=MessageKind.INBOUND)
    newest = public.order_by("-at", "-pk").first()
    conversation.message_count = totals["n"]
    conversation.last_message_at = totals["last"] or conversation.created_at
    conversation.last_inbound_at = inbound.aggregate(last=Max("at"))["last"]
    conversation.preview = make_preview(newest.text, newest.spans) if newest else ""
    conversation.has_attachments = Attachment.objects.filter(message__in=public, is_inline=False).exists()
    if not _replies(conversation).exists():
        conversation.first_reply_at = None
    _follow_approval(conversation)
    conversation.has_failed = has_failed(conversation)
    conversation.planned_at = next_plan(conversation)
    conversation.version += 1
    conversation.save()


def has_failed(conversation: Conversation) -> bool:
    """True while our newest mail on its way needs a person: a later one shows that somebody has seen to it.

    A planned mail that was held back needs one until somebody has decided about it; one that came back, as long as it
    is our turn.
    """
    replies = list(_replies(conversation).order_by("-pk").values_list("state", "bounced_at"))
    state, bounced_at = replies[0] if replies else ("", None)
    came_back = bounced_at is not None and conversation.status in OUR_TURN
    is_stopped = any(each == MessageState.STOPPED for each, _bounced in replies)
    return is_stopped or came_back or state in (MessageState.FAILED, MessageState.UNCERTAIN)


def next_plan(conversation: Conversation) -> datetime | None:
    """When the next planned mail of a conversation leaves, if nothing comes between."""
    planned = Message.objects.filter(conversation=conversation, planned_at__isnull=False, claimed_at=None)
    waiting = planned.filter(state__in=[MessageState.QUEUED, MessageState.AWAITING_APPROVAL])
    return waiting.order_by("planned_at").values_list("planned_at", flat=True).first()


def _replies(conversation: Conversation) -> QuerySet[Message]:
    replies = Message.objects.filter(conversation=conversation, kind=MessageKind.OUTBOUND, is_automatic=False)
    return replies.exclude(state__in=[*NEVER_LEFT, MessageState.AWAITING_APPROVAL])


def _follow_approval(conversation: Conversation) -> None:
    """承認待ち is the status of exactly those in which a reply waits: so that none waits unseen."""
    waits = Message.objects.filter(conversation=conversation, state=MessageState.AWAITING_APPROVAL).exists()
    if waits and conversation.status != Status.APPROVAL:
        conversation.set_status(Status.APPROVAL)
    elif not waits and conversation.status == Status.APPROVAL:
        conversation.set_status(Status.OPEN)
