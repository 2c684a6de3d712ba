"""Approval: a waiting reply is let go or sent back by somebody else than its author."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.replies import queue, restore_draft
from madoguchi.conversations.choices import REPLY_SENT_BACK, REPLY_WRITTEN, MessageState, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.events.record import record


class OwnReply(DomainError):
    """Nobody approves their own reply."""

    code = "own_reply"
    status = 403


class AlreadyDecided(DomainError):
    """Somebody else was first."""

    code = "already_decided"


@transaction.atomic
def approve_reply(message: Message, *, user: User) -> Message:
    """Let a waiting reply go out.

    Moves it from AWAITING_APPROVAL to QUEUED with the usual undo time and records `reply_queued`. The author may not
    approve their own (`OwnReply`). Two approvers at once: the second gets `AlreadyDecided`.
    """
    _check_right(message, user)
    now = timezone.now()
    send_after = now + timedelta(seconds=message.inbox.undo_seconds)
    decided = Message.objects.filter(pk=message.pk, state=MessageState.AWAITING_APPROVAL).update(
        state=MessageState.QUEUED, approved_by=user, approved_at=now, send_after=send_after
    )
    if not decided:
        raise AlreadyDecided(_("Somebody has already decided about this reply."))
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    _move(conversation, _status_after(message))
    queue(message, conversation, user)
    message.refresh_from_db()
    return message


@transaction.atomic
def send_back_reply(message: Message, *, user: User, reason: str) -> Message:
    """Give a waiting reply back to its author with a reason; it becomes their draft again."""
    _check_right(message, user)
    if not reason.strip():
        raise Invalid(_("Write the reason, so that the author knows what to change."), field="reason")
    decided = Message.objects.filter(pk=message.pk, state=MessageState.AWAITING_APPROVAL).update(
        state=MessageState.SENT_BACK, failure=reason.strip()
    )
    if not decided:
        raise AlreadyDecided(_("Somebody has already decided about this reply."))
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    _move(conversation, Status.OPEN)
    if message.user:
        restore_draft(message, message.user)
    record(
        REPLY_SENT_BACK,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk, "author": message.user_id},
    )
    message.refresh_from_db()
    return message


def _check_right(message: Message, user: User) -> None:
    if not may(user, Permission.APPROVE):
        raise NotAllowed(_("You do not have the right to approve. Ask a supervisor."))
    if message.user_id == user.pk:
        raise OwnReply(_("Nobody approves their own reply. Ask somebody else."))


def _status_after(message: Message) -> str:
    written = Event.objects.about(f"conversation:{message.conversation_id}").filter(
        kind=REPLY_WRITTEN, data__message=message.pk
    )
    event = written.first()
    return str(event.data.get("status_after", Status.WAIT)) if event else Status.WAIT


def _move(conversation: Conversation, status: str) -> None:
    if conversation.status == Status.APPROVAL:
        conversation.set_status(status)
    conversation.version += 1
    conversation.save(update_fields=STATUS_FIELDS)
