"""Approval: a waiting reply is let go or sent back by somebody else than its author."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.replies import SomethingHappened, note_first_reply, queue, restore_draft
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.choices import REPLY_SENT_BACK, MessageState, Status
from madoguchi.conversations.disturbances import disturbances_since, latest_event_id
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.plans import leaving_at
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record


class OwnReply(DomainError):
    """Nobody approves their own reply."""

    code = "own_reply"
    status = 403


class AlreadyDecided(DomainError):
    """Somebody else was first."""

    code = "already_decided"


@transaction.atomic
def approve_reply(message: Message, *, user: User, seen_event_id: int = 0, override_reason: str = "") -> Message:
    """Let a waiting reply go out.

    Moves it from AWAITING_APPROVAL to QUEUED with the usual undo time and records `reply_queued`. The author may not
    approve their own (`OwnReply`). Two approvers at once: the second gets `AlreadyDecided`. What happened since its
    author looked is `SomethingHappened`; approving again with `seen_event_id` of the newest and a reason goes through.
    """
    _check_right(message, user)
    conversation = _hold_waiting(message)
    _check_disturbances(conversation, message, user, seen_event_id)
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED,
        approved_by=user,
        approved_at=now,
        send_after=leaving_at(message.planned_at, message.inbox, now),
        before={**message.before, "seen_event_id": latest_event_id(conversation)},
    )
    first = [] if message.planned_at else note_first_reply(conversation, now)
    status_after = Status.OPEN if message.planned_at else message.before.get("status_after", Status.WAIT)
    _move(conversation, status_after, first)
    queue(message, conversation, user, override_reason=override_reason)
    message.refresh_from_db()
    return message


def _hold_waiting(message: Message) -> Conversation:
    """Hold the conversation of a reply that still waits."""
    conversation = hold_with(message)
    if not Message.objects.filter(pk=message.pk, state=MessageState.AWAITING_APPROVAL).exists():
        raise AlreadyDecided(_("Somebody has already decided about this reply."))
    return conversation


def _check_disturbances(conversation: Conversation, message: Message, user: User, seen_event_id: int) -> None:
    seen = max(message.before.get("seen_event_id", 0), seen_event_id)
    writers = [message.user_id] if message.user_id else []
    happened = disturbances_since(seen, conversation, reader=user, except_users=writers, except_message=message.pk)
    if happened:
        raise SomethingHappened(happened)


@transaction.atomic
def send_back_reply(message: Message, *, user: User, reason: str) -> Message:
    """Give a waiting reply back to its author with a reason; it becomes their draft again."""
    _check_right(message, user)
    if not reason.strip():
        raise Invalid(_("Write the reason, so that the author knows what to change."), field="reason")
    conversation = _hold_waiting(message)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT_BACK, failure=reason.strip())
    recount(conversation)
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


def _move(conversation: Conversation, status: str, changed: Sequence[str]) -> None:
    """On to the status the author chose; where another reply waits it stays 承認待ち."""
    waiting = conversation.messages.filter(state=MessageState.AWAITING_APPROVAL)
    if conversation.status == Status.APPROVAL and not waiting.exists():
        conversation.set_status(status)
    conversation.version += 1
    conversation.save(update_fields=[*STATUS_FIELDS, *changed])
