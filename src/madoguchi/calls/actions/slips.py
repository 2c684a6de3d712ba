"""伝言メモ: telling a colleague, answering, taking back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import MAX_SLIP, MAX_SLIP_ANSWER, SLIP_ANSWERED, SLIP_SENT, SLIP_WITHDRAWN, Wish
from madoguchi.calls.models import Call, Slip
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.storable import storable
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record


class SlipAnswered(DomainError):
    """The message was answered or taken back already."""

    code = "slip_answered"

    def __init__(self) -> None:
        super().__init__(_("This message has been answered or taken back meanwhile."))


@dataclass(frozen=True, slots=True)
class Told:
    """A message to a colleague."""

    recipient: User
    text: str = ""
    wish: str = Wish.CALL
    by_mail: bool = False
    call: Call | None = None


@transaction.atomic
def send_slip(conversation: Conversation, told: Told, *, user: User) -> Slip:
    """Tell a colleague who sees the conversation; a mail follows as a reaction when it is wanted."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    held = hold_surviving(conversation.pk)
    if not may(told.recipient, Permission.WRITE_NOTE) or not who_may_see(held.pk, [told.recipient]):
        raise Invalid(_("This person does not see the conversation. Choose somebody else."), field="recipient")
    if told.wish not in Wish.values:
        raise Invalid(_("Choose what is to be done."), field="wish")
    text = cut_whole(storable(told.text.strip()), MAX_SLIP)
    if not text and told.wish == Wish.KNOW:
        raise Invalid(_("Write what they should know."), field="text")
    slip = Slip.objects.create(
        conversation=held,
        call=told.call,
        sender=user,
        recipient=told.recipient,
        wish=told.wish,
        text=text,
        by_mail=told.by_mail,
    )
    data = {"slip": slip.pk, "people": [told.recipient.pk]}
    record(SLIP_SENT, held.event_subject, by=user.actor, scope_id=held.inbox_id, data=data)
    return slip


@transaction.atomic
def answer_slip(slip: Slip, answer: str, *, user: User) -> Slip:
    """Say that it is done, or what became of it; the sender is told. Of two people the second gets SlipAnswered."""
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    values = {
        "answered_at": timezone.now(),
        "answered_by": user,
        "answer": cut_whole(storable(" ".join(answer.split())), MAX_SLIP_ANSWER),
    }
    if not Slip.objects.filter(pk=slip.pk, answered_at=None, withdrawn_at=None).update(**values):
        raise SlipAnswered
    _tell(SLIP_ANSWERED, slip, user, people=[slip.sender_id])
    slip.refresh_from_db()
    return slip


@transaction.atomic
def withdraw_slip(slip: Slip, *, user: User) -> None:
    """Take a message back that nobody has answered; only whoever sent it may."""
    if slip.sender_id != user.pk:
        raise NotAllowed(_("Only whoever wrote the message can take it back."))
    now = timezone.now()
    if not Slip.objects.filter(pk=slip.pk, answered_at=None, withdrawn_at=None).update(withdrawn_at=now):
        raise SlipAnswered
    _tell(SLIP_WITHDRAWN, slip, user)


def _tell(kind: str, slip: Slip, user: User, **data: object) -> None:
    conversation = slip.conversation
    data = {"slip": slip.pk, **data}
    record(kind, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
