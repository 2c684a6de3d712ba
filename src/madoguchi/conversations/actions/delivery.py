"""What is noted of a reply on its way out; `flows.delivery` does the sending. Every step is a conditional update."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import OutboundMessage
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.conversations.actions.approval_requests import ask_again, ask_for_missing
from madoguchi.conversations.actions.planning import claim_planned
from madoguchi.conversations.actions.replies import SomethingHappened, queue
from madoguchi.conversations.actions.summary import has_failed
from madoguchi.conversations.approval import needs_approval
from madoguchi.conversations.approval_letters import hash_of_leaving
from madoguchi.conversations.choices import (
    OUR_TURN,
    REPLY_FAILED,
    REPLY_RETRYING,
    REPLY_SENT,
    REPLY_UNCERTAIN,
    REPLY_WRITTEN,
    STOPPING,
    MessageState,
    Status,
)
from madoguchi.conversations.disturbances import check_seen, disturbances_since, latest_event_id, looked_until
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.models import ApprovalRequest, Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.preflighting import check_stored
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.telling import Sentence, kept, telling
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_DELIVERY = Actor.system("delivery")
_CHANGED = telling(
    "The reply was not sent, because it is not what was approved. “Send again” asks for approval of what is there now."
)
#: A message still in SENDING after this long was left there by a crash: no SMTP dialogue of ours lasts so long.
STUCK_AFTER = timedelta(minutes=10)


class NotInTrouble(DomainError):
    """The message is not waiting for a decision any more."""

    code = "not_in_trouble"


def claim_for_sending(message_id: int) -> bool:
    """Take a message for sending; False if it was taken back, is not due yet, or somebody else has it.

    A planned one also stays when something happened before its time.
    """
    now = timezone.now()
    if Message.objects.filter(pk=message_id, planned_at__isnull=False, claimed_at=None).exists():
        return claim_planned(message_id)
    return bool(
        Message.objects.filter(
            pk=message_id, state__in=[MessageState.QUEUED, MessageState.RETRYING], send_after__lte=now
        ).update(state=MessageState.SENDING, claimed_at=now)
    )


class NotAsApproved(DomainError):
    """What is about to leave is not, to the letter, what was approved."""

    code = "not_as_approved"


def check_as_approved(message: Message, letter: OutboundMessage) -> None:
    """Raise NotAsApproved for a reply that was changed after its approval, whoever did it and how."""
    approved = ApprovalRequest.objects.filter(message=message).values_list("approved_hash", flat=True).first()
    if approved and hash_of_leaving(letter) != approved:
        raise NotAsApproved(_CHANGED)


@transaction.atomic
def mark_sent(message: Message) -> None:
    """Note that the message has left."""
    now = timezone.now()
    _finish(message, MessageState.SENT, REPLY_SENT, sent_at=now, failure="", failure_detail="")


@transaction.atomic
def mark_retrying(message: Message, *, reason: Sentence, detail: Sentence, next_try_at: datetime) -> None:
    """Note a transient failure; the next try is planned by the caller."""
    _finish(
        message,
        MessageState.RETRYING,
        REPLY_RETRYING,
        attempts=message.attempts + 1,
        send_after=next_try_at,
        failure=kept(reason),
        failure_detail=kept(detail),
    )


@transaction.atomic
def mark_failed(message: Message, *, reason: Sentence, detail: Sentence) -> None:
    """Note that the message cannot leave; the conversation comes back to somebody's desk."""
    conversation = hold_with(message)
    values = {"attempts": message.attempts + 1, "failure": kept(reason), "failure_detail": kept(detail)}
    if _finish(message, MessageState.FAILED, REPLY_FAILED, **values) and not message.is_automatic:
        _bring_back(conversation, message)


@transaction.atomic
def mark_uncertain(message: Message, *, reason: Sentence, detail: Sentence = "") -> None:
    """Note that the message may have left or not: a person looks and decides."""
    conversation = hold_with(message)
    values = {"failure": kept(reason), "failure_detail": kept(detail)}
    if _finish(message, MessageState.UNCERTAIN, REPLY_UNCERTAIN, **values) and not message.is_automatic:
        _bring_back(conversation, message)


def requeue_stuck(message: Message) -> None:
    """Send once more what a crash interrupted; only for channels that drop a repetition (`takes_retry_key`)."""
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
        state=MessageState.QUEUED, send_after=timezone.now()
    )


def stuck_messages() -> list[Message]:
    """Messages that a crash left in SENDING."""
    claimed_before = timezone.now() - STUCK_AFTER
    rows = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=claimed_before).select_related("inbox")
    return list(rows.order_by("pk"))


def due_messages() -> list[int]:
    """Messages whose time to leave has come and that nobody has taken: the sweep behind the planned jobs."""
    waiting = Message.objects.filter(
        state__in=[MessageState.QUEUED, MessageState.RETRYING], send_after__lte=timezone.now() - timedelta(seconds=5)
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:500])


@transaction.atomic
def send_again(
    message: Message,
    *,
    user: User,
    acknowledged: frozenset[str] | None = None,
    seen_event_id: int = 0,
    override_reason: str = "",
) -> Message:
    """Send a failed or uncertain message once more, as the same mail; what is not as approved waits for that again.

    What others did since it was written is `SomethingHappened`; with `seen_event_id` of the newest and a reason it
    leaves all the same. The rules of now hold: what the check before sending finds is `LookFirst`, and a missing
    approval is waited for.
    """
    _check_right(user)
    if message.is_automatic:
        raise Invalid(_("An acknowledgement went out by itself and is not sent again. Write to the customer instead."))
    conversation = hold_with(message)
    found = Message.objects.filter(pk=message.pk, state__in=[MessageState.FAILED, MessageState.UNCERTAIN]).first()
    if found is None:
        raise NotInTrouble(_("Somebody has already decided about this mail."))
    if _happened_and_seen(found, conversation, user, seen_event_id) and not override_reason.strip():
        raise Invalid(_("Write why you send this all the same."), field="override_reason")
    check_stored(found, conversation, acknowledged)
    found.before = {**found.before, "seen_event_id": latest_event_id(conversation)}
    found.save(update_fields=["before"])
    if ask_again(found, conversation) or _asks_now(found, conversation):
        _note_trouble(conversation)
        record(
            REPLY_WRITTEN, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id,
            data={"message": message.pk},
        )  # fmt: skip
        message.refresh_from_db()
        return message
    found.state, found.send_after, found.failure, found.failure_detail = MessageState.QUEUED, timezone.now(), "", ""
    found.save(update_fields=["state", "send_after", "failure", "failure_detail"])
    _note_trouble(conversation)
    queue(message, conversation, user, override_reason=override_reason)
    message.refresh_from_db()
    return message


def _happened_and_seen(message: Message, conversation: Conversation, user: User, seen_event_id: int) -> bool:
    """Whether others did something since it was written; SomethingHappened for what its sender has not seen."""
    check_seen(seen_event_id)
    happened = disturbances_since(
        looked_until(message), conversation, reader=user, except_message=message.pk, kinds=STOPPING
    )
    if happened and happened[-1].event_id > seen_event_id:
        raise SomethingHappened(happened)
    if happened and needs_approval(user):
        raise NotAllowed(_("Edit the mail and ask for approval again, or ask a colleague to let it leave."))
    return bool(happened)


def _asks_now(message: Message, conversation: Conversation) -> bool:
    """Let it wait for an approval that rules ask for now and that it does not have."""
    if not ask_for_missing(message, conversation):
        return False
    message.failure = message.failure_detail = ""
    message.save(update_fields=["state", "send_after", "failure", "failure_detail", "before"])
    return True


@transaction.atomic
def confirm_sent(message: Message, *, user: User) -> Message:
    """Say of an uncertain message that it did arrive."""
    _check_right(user)
    conversation = hold_with(message)
    changed = Message.objects.filter(pk=message.pk, state=MessageState.UNCERTAIN).update(
        state=MessageState.SENT, sent_at=message.claimed_at, failure=""
    )
    if not changed:
        raise Invalid(_("Somebody has already decided about this mail."))
    _note_trouble(conversation)
    _tell(message, REPLY_SENT, user.actor)
    message.refresh_from_db()
    return message


def _finish(message: Message, state: str, event: str, **values: object) -> bool:
    """Move a message out of SENDING and say so; False if it was not there any more."""
    changed = Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(state=state, **values)
    if changed:
        _tell(message, event, _DELIVERY)
    return bool(changed)


def _tell(message: Message, event: str, by: Actor) -> None:
    number = Message.objects.filter(pk=message.pk).values_list("conversation_id", flat=True).get()  # it may have moved
    record(
        event,
        f"conversation:{number}",
        by=by,
        scope_id=message.inbox_id,
        data={"message": message.pk, "author": message.user_id},
    )


def _bring_back(conversation: Conversation, message: Message) -> None:
    """Whoever was to get the mail still waits: the conversation is open again, with the deadline it had."""
    if conversation.status in (Status.WAIT, Status.DONE, Status.NOREPLY):
        conversation.set_status(Status.OPEN)
    if conversation.status in OUR_TURN and conversation.due_at is None:
        message.refresh_from_db(fields=["before"])  # a way back of a merge may have set it right
        due_at = message.before.get("due_at")
        now = timezone.now()
        conversation.set_due(
            datetime.fromisoformat(due_at) if due_at else reply_due_at(conversation.inbox, now, conversation.priority)
        )
    _note_trouble(conversation)


def _note_trouble(conversation: Conversation) -> None:
    """Let lists show whether our last mail needs a person."""
    conversation.has_failed = has_failed(conversation)
    conversation.version += 1
    conversation.save(update_fields=[*STATUS_FIELDS, "has_failed"])


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
