"""Planned mails (送信予約): leaving at their time, held back when something happened, moved, let go after all.

Nothing leaves without its author having seen what came meanwhile (idea I1). So a planned mail is looked at twice: as
soon as something happens, which tells its author at once, and again at the moment of leaving with the customer locked.
Then, and whenever somebody gives it another time, the check before sending and the rules of approval of that moment
hold as for a letter written now.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.approval_requests import ask_for_missing, ask_for_new_time
from madoguchi.conversations.actions.own_after import put_after
from madoguchi.conversations.actions.replies import SomethingHappened, note_first_reply, queue
from madoguchi.conversations.actions.summary import has_failed, next_plan
from madoguchi.conversations.approval import needs_approval
from madoguchi.conversations.choices import (
    REPLY_PLANNED,
    REPLY_STOPPED,
    REPLY_WRITTEN,
    STOPPING,
    MessageState,
    Status,
)
from madoguchi.conversations.disturbances import Disturbance, check_seen, disturbances_since, latest_event_id
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.plans import check_plan, leaving_at
from madoguchi.conversations.preflighting import LookFirst, check_findings, check_stored, findings_for_stored
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.telling import Sentence, kept
from madoguchi.core.telling import telling as tell
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_CALENDAR = Actor.system("calendar")
_HAPPENED = tell("Something has happened since this mail was planned. Look at it, then decide whether it leaves.")
_BLOCKED = tell("The check before sending keeps this mail from leaving. Look at what it found, then edit the mail.")


class NotPlanned(DomainError):
    """The message does not wait for its time any more: it has left, was taken back or was decided about."""

    code = "not_planned"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("This mail does not wait for its time any more. Look at the conversation."))


@transaction.atomic
def claim_planned(message_id: int) -> bool:
    """Take a planned mail for sending at its time; False if it is not due, was taken back, or has to be held back.

    What a reply does to its conversation happens here, when it leaves: its status, and the end of 返信期限.
    """
    now = timezone.now()
    message = Message.objects.select_related("inbox").get(pk=message_id)
    conversation = hold_with(message)
    due = Message.objects.filter(pk=message_id, state=MessageState.QUEUED, send_after__lte=now)
    if not due.exists():
        return False
    message.refresh_from_db()
    if happened_before(message, conversation):
        _stop(message, conversation, _HAPPENED)
        return False
    if _is_blocked(message, conversation):
        _stop(message, conversation, _BLOCKED)
        return False
    if _waits_for_approval(message, conversation, _CALENDAR):
        return False
    due.update(state=MessageState.SENDING, claimed_at=now, at=now)
    _leave(message, conversation, now)
    return True


def _is_blocked(message: Message, conversation: Conversation) -> bool:
    """Nobody is there to be asked: only what no one may send keeps it back."""
    try:
        check_findings(findings_for_stored(message, conversation), None)
    except LookFirst:
        return True
    return False


def _waits_for_approval(message: Message, conversation: Conversation, by: Actor, *, mover: User | None = None) -> bool:
    """Let it wait where the rules of now ask for an approval that it does not have; True then, and all is saved.

    `mover` gives it another time than the one that was approved.
    """
    is_new = mover is not None and ask_for_new_time(message, conversation, by=mover)
    if not is_new and not ask_for_missing(message, conversation):
        return False
    message.save(update_fields=["state", "send_after", "planned_at", "before", "failure"])
    _note(conversation)
    data = {"message": message.pk}
    record(REPLY_WRITTEN, conversation.event_subject, by=by, scope_id=conversation.inbox_id, data=data)
    return True


def _leave(message: Message, conversation: Conversation, now: datetime) -> None:
    """On to the status its author chose, unless somebody has moved the conversation on since."""
    fields = note_first_reply(conversation, now)
    untouched = {Status.NEW, Status.OPEN, message.before.get("status")} - {Status.APPROVAL}
    if conversation.status in untouched:
        conversation.set_status(message.before.get("status_after", Status.WAIT))
        put_after(conversation, message.before)
    conversation.last_message_at = now
    _note(conversation, "last_message_at", *fields)


def happened_before(message: Message, conversation: Conversation) -> list[Disturbance]:
    """What keeps a planned mail from leaving: what others did since its author, or who let it go, last looked."""
    seen = message.before.get("seen_event_id", 0)
    reader = message.user or message.approved_by
    if reader is None:
        return []
    others = [message.approved_by_id] if message.approved_by_id else []
    return disturbances_since(
        seen, conversation, reader=reader, except_users=others, except_message=message.pk, kinds=STOPPING
    )


def _plans(number: int) -> QuerySet[Message]:
    customers = Conversation.objects.filter(pk=number).values("customer")
    queued = Message.objects.filter(state=MessageState.QUEUED, planned_at__isnull=False, claimed_at=None)
    return queued.filter(conversation__customer__in=customers)


def has_plans(number: int) -> bool:
    """Whether any mail to the customer of this conversation waits for its time."""
    return _plans(number).exists()


@transaction.atomic
def stop_disturbed(number: int) -> int:
    """Hold back the planned mails to the customer of this conversation that did not know of what happened; how many."""
    stopped = 0
    for message in _plans(number).select_related("inbox", "user", "approved_by").order_by("conversation_id", "pk"):
        conversation = hold_with(message)
        message.refresh_from_db()
        if message.state == MessageState.QUEUED and happened_before(message, conversation):
            stopped += _stop(message, conversation, _HAPPENED)
    return stopped


def _stop(message: Message, conversation: Conversation, why: Sentence) -> int:
    values = {"state": MessageState.STOPPED, "failure": kept(why)}
    changed = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(**values)
    if changed:
        _note(conversation)
        data = {"message": message.pk, "author": message.user_id}
        record(REPLY_STOPPED, conversation.event_subject, by=_CALENDAR, scope_id=conversation.inbox_id, data=data)
    return changed


@transaction.atomic
def move_plan(message: Message, at: datetime, *, user: User, acknowledged: frozenset[str] | None = None) -> Message:
    """Let a planned mail leave at another time. `Invalid` for a time that has passed, `NotPlanned` when it has left.

    The check before sending judges it by its new time (`LookFirst`). Approvers look at it again: while it waits their
    approvals count no more, and one that was approved waits anew, unless one of them moves it.
    """
    _check_right(user)
    check_plan(at)
    conversation = hold_with(message)
    waiting = Q(state=MessageState.QUEUED, claimed_at=None) | Q(state=MessageState.AWAITING_APPROVAL)
    found = Message.objects.filter(waiting, pk=message.pk, planned_at__isnull=False).first()
    if found is None:
        raise NotPlanned
    mover = user if found.planned_at != at else None
    found.planned_at = at
    check_stored(found, conversation, acknowledged)
    data = {"message": found.pk, "at": at}
    record(REPLY_PLANNED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    if found.state == MessageState.AWAITING_APPROVAL:
        if mover is not None:
            ask_for_new_time(found, conversation, by=mover)
    elif not _waits_for_approval(found, conversation, user.actor, mover=mover):
        found.send_after = leaving_at(at, conversation.inbox, timezone.now())
        queue(found, conversation, user)
    found.save(update_fields=["planned_at", "send_after", "before"])
    _note(conversation)
    message.refresh_from_db()
    return message


@transaction.atomic
def send_planned_now(message: Message, *, user: User, acknowledged: frozenset[str] | None = None) -> Message:
    """Let a planned mail leave at once, after the usual undo time. `SomethingHappened` if it did not know of something.

    One that waits for approval is not let go by this; `NotPlanned` then, and when it has left. The rules of now hold:
    what the check before sending finds is `LookFirst`, and where an approval is missing, or was given for another time
    by others, it waits for that.
    """
    _check_right(user)
    conversation = hold_with(message)
    found = Message.objects.filter(
        pk=message.pk, planned_at__isnull=False, state=MessageState.QUEUED, claimed_at=None
    ).first()
    if found is None:
        raise NotPlanned
    if happened := happened_before(found, conversation):
        raise SomethingHappened(happened)
    now = timezone.now()
    found.planned_at = now
    check_stored(found, conversation, acknowledged)
    if not _waits_for_approval(found, conversation, user.actor, mover=user):
        found.send_after = leaving_at(None, conversation.inbox, now)
        found.save(update_fields=["planned_at", "send_after", "before"])
        _note(conversation)
        queue(found, conversation, user)
    message.refresh_from_db()
    return message


@transaction.atomic
def release_planned(
    message: Message, *, user: User, seen_event_id: int, reason: str, acknowledged: frozenset[str] | None = None
) -> Message:
    """Let a mail that was held back leave all the same: at its time, or after the undo time if that has passed.

    The person says why, having seen everything up to `seen_event_id`; something newer is `SomethingHappened`. Whoever
    needs approval edits it instead, and asks for approval again. The rules of now hold: what the pre-flight finds is
    `LookFirst`, and where rules ask for an approval that it does not have, it waits for that.
    """
    _check_right(user)
    if needs_approval(user):
        raise NotAllowed(_("Edit the mail and ask for approval again, or ask a colleague to let it leave."))
    if not reason.strip():
        raise Invalid(_("Write why you send this all the same."), field="reason")
    conversation = hold_with(message)
    found = Message.objects.filter(pk=message.pk, state=MessageState.STOPPED).first()
    if found is None:
        raise NotPlanned
    check_seen(seen_event_id)
    seen = max(seen_event_id, found.before.get("seen_event_id", 0))
    happened = disturbances_since(seen, conversation, reader=user, except_message=found.pk, kinds=STOPPING)
    if happened:
        raise SomethingHappened(happened)
    check_findings(findings_for_stored(found, conversation), acknowledged)
    found.before = {**found.before, "seen_event_id": latest_event_id(conversation)}
    found.failure = ""
    if not _waits_for_approval(found, conversation, user.actor):
        found.state = MessageState.QUEUED
        found.send_after = leaving_at(found.planned_at, conversation.inbox, timezone.now())
        found.save(update_fields=["state", "send_after", "before", "failure"])
        _note(conversation)
        queue(found, conversation, user, override_reason=reason)
    message.refresh_from_db()
    return message


def _note(conversation: Conversation, *fields: str) -> None:
    """Let lists show when the next planned mail leaves and whether one is held back; save what has changed."""
    conversation.planned_at = next_plan(conversation)
    conversation.has_failed = has_failed(conversation)
    conversation.version += 1
    conversation.save(update_fields=[*STATUS_FIELDS, "planned_at", "has_failed", *fields])


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
