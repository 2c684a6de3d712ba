"""Taking a reply back: before it leaves, or before somebody decided about it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.along import give_along, take_along_back
from madoguchi.conversations.actions.approval_requests import withdraw
from madoguchi.conversations.actions.drafts import restore_draft
from madoguchi.conversations.actions.following import stand_as_before
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.choices import OUR_TURN, REPLY_CANCELLED, MessageKind, MessageState, Status
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.core.errors import DomainError, NotAllowed
from madoguchi.events.record import record


class NotCancellable(DomainError):
    """The mail has already left, or was decided about by somebody else."""

    code = "not_cancellable"


@transaction.atomic
def cancel_reply(message: Message, *, user: User) -> Draft:
    """Take a reply back within its undo time, or one's own that waits for approval; what was written is a draft again.

    A planned one, and one that a server did not take yet, can be taken back until it leaves. The conversation is as
    it was before, unless something has happened to it since. `NotCancellable` when the reply has left.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    conversation = hold_with(message)
    may_be_taken = Q(state=MessageState.QUEUED, send_after__gt=timezone.now()) | Q(state=MessageState.RETRYING)
    planned = Q(state=MessageState.QUEUED, planned_at__isnull=False, claimed_at=None) | Q(state=MessageState.STOPPED)
    own_request = Q(state=MessageState.AWAITING_APPROVAL, user=user)
    was_asking = Message.objects.filter(own_request, pk=message.pk).exists()
    taken = Message.objects.filter(may_be_taken | planned | own_request, pk=message.pk, is_automatic=False).update(
        state=MessageState.CANCELLED
    )
    if not taken:
        raise NotCancellable(_("The mail could not be taken back, because it has already been sent."))
    along = take_along_back(conversation, message)
    withdraw(message, conversation)
    _put_back(conversation, message)
    recount(conversation)
    data = {"message": message.pk, "was_asking": was_asking}
    record(REPLY_CANCELLED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    return give_along(restore_draft(message, user), along)


def _put_back(conversation: Conversation, message: Message) -> None:
    """Give a conversation its status and deadline of before the reply, unless others have changed it or written."""
    message.refresh_from_db(fields=["before"])  # a way back of a merge may have set it right
    before = message.before
    newer = conversation.messages.filter(kind=MessageKind.INBOUND, pk__gt=message.pk)
    if not before or newer.exists():
        return
    if conversation.status in (before.get("status_after"), Status.APPROVAL):
        stand_as_before(conversation, before)
    elif conversation.status in OUR_TURN and conversation.due_at is None and before["due_at"]:
        conversation.set_due(datetime.fromisoformat(before["due_at"]))  # joined with another, which had none
