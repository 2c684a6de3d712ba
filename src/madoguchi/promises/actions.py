"""What changes the ledger. Every decision is a conditional update: of two people at once the second is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record
from madoguchi.promises.choices import (
    FURTHEST,
    MAX_REASON,
    MAX_WORDS,
    MOST_OPEN,
    PROMISE_CANCELLED,
    PROMISE_CHANGED,
    PROMISE_KEPT,
    PROMISE_MADE,
    PROMISE_REOPENED,
    PROMISE_SETTLED,
    PromiseState,
)
from madoguchi.promises.models import Promise


class AlreadyDecided(DomainError):
    """Somebody else, or the clock, has decided about this promise."""

    code = "already_decided"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has decided about this promise meanwhile. Look at how it stands now."))


class AlreadyKept(DomainError):
    """A sentence is entered into the ledger once."""

    code = "already_in_ledger"

    def __init__(self) -> None:
        super().__init__(_("This promise is in the ledger already."))


@dataclass(frozen=True, slots=True)
class Said:
    """A promise as a person confirms it."""

    words: str
    due_at: datetime
    owner: User | None = None
    message: Message | None = None
    place: int = 0


@transaction.atomic
def make_promise(conversation: Conversation, said: Said, *, user: User) -> Promise:
    """Enter a promise into the ledger; its owner is who enters it unless another is named. Records `promise_made`."""
    _check_right(user)
    held = hold_surviving(conversation.pk)
    owner = said.owner or user
    words = _checked_words(said.words)
    _check_due(said.due_at)
    _check_owner(held, owner)
    if said.message is not None and said.message.conversation_id not in (held.pk, conversation.pk):
        raise Invalid(_("This message belongs to another conversation."), field="message_id")
    if Promise.objects.within(held.pk).filter(state=PromiseState.OPEN).count() >= MOST_OPEN:
        raise Invalid(_("This conversation has too many open promises. Decide about some of them first."))
    promise = Promise(
        conversation=held,
        message=said.message,
        place=said.place,
        words=words,
        due_at=said.due_at,
        owner=owner,
        made_by=user,
    )
    _insert(promise)
    _tell(PROMISE_MADE, promise, user, owner=owner.pk, due_at=said.due_at)
    return promise


@transaction.atomic
def decline_offer(message: Message, *, place: int, words: str, user: User) -> None:
    """Say that a sentence is no promise, so that it is not offered again."""
    _check_right(user)
    now = timezone.now()
    declined = Promise(
        conversation_id=message.conversation_id,
        message=message,
        place=place,
        words=cut_whole(words, MAX_WORDS),
        due_at=now,
        state=PromiseState.DECLINED,
        made_by=user,
        decided_by=user,
        decided_at=now,
    )
    _insert(declined)


def _insert(promise: Promise) -> None:
    try:
        with transaction.atomic():
            promise.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyKept from error


@transaction.atomic
def change_promise(promise: Promise, *, due_at: datetime, owner: User | None, words: str, user: User) -> Promise:
    """Give an open promise another time, owner or wording."""
    _check_right(user)
    _check_due(due_at)
    if owner is not None:
        _check_owner(promise.conversation, owner)
    values = {"due_at": due_at, "owner": owner, "words": _checked_words(words), "warned_at": None}
    _change(promise, [PromiseState.OPEN], values)
    _tell(PROMISE_CHANGED, promise, user, owner=owner.pk if owner else None, due_at=due_at)
    return promise


@transaction.atomic
def keep_promise(promise: Promise, *, user: User, reason: str = "") -> Promise:
    """Say that a promise was kept. One that the clock has broken takes a reason: it was kept and nobody said so."""
    _check_right(user)
    reason = cut_whole(reason.strip(), MAX_REASON)
    states = [PromiseState.OPEN, PromiseState.BROKEN] if reason else [PromiseState.OPEN]
    if promise.state == PromiseState.BROKEN and not reason:
        raise Invalid(_("The time has passed. Write how the promise was kept all the same."), field="reason")
    _decide(promise, states, PromiseState.KEPT, user, reason)
    _tell(PROMISE_KEPT, promise, user)
    return promise


@transaction.atomic
def cancel_promise(promise: Promise, *, user: User, reason: str) -> Promise:
    """Take a promise out of the reckoning, saying why: the customer asked for something else."""
    _check_right(user)
    if not reason.strip():
        raise Invalid(_("Write why the promise is not needed any more."), field="reason")
    _decide(promise, [PromiseState.OPEN], PromiseState.CANCELLED, user, cut_whole(reason.strip(), MAX_REASON))
    _tell(PROMISE_CANCELLED, promise, user)
    return promise


@transaction.atomic
def settle_promise(promise: Promise, *, user: User) -> Promise:
    """Say that what a broken promise was about has been done since; it stays broken, and is red no longer."""
    _check_right(user)
    changed = Promise.objects.filter(pk=promise.pk, state=PromiseState.BROKEN, settled_at=None).update(
        settled_at=timezone.now(), settled_by=user
    )
    if not changed:
        raise AlreadyDecided
    promise.refresh_from_db()
    _tell(PROMISE_SETTLED, promise, user)
    return promise


@transaction.atomic
def reopen_promise(promise: Promise, *, user: User) -> Promise:
    """Undo a decision of a person while the time has not passed."""
    _check_right(user)
    if promise.due_at <= timezone.now():
        raise Invalid(_("The time of this promise has passed. Make a new one."))
    values = {"state": PromiseState.OPEN, "decided_at": None, "decided_by": None, "reason": ""}
    _change(promise, [PromiseState.KEPT, PromiseState.CANCELLED], values)
    _tell(PROMISE_REOPENED, promise, user)
    return promise


def hand_over_promises(number: int, *, before: int | None, after: int) -> int:
    """With a conversation its open promises go: those of the assignee before it, and those nobody owned."""
    rows = Promise.objects.within(number).filter(state=PromiseState.OPEN)
    mine = rows.filter(owner=before) if before else rows.none()
    return mine.update(owner=after) + rows.filter(owner=None).update(owner=after)


def _decide(promise: Promise, states: list[PromiseState], state: PromiseState, user: User, reason: str) -> None:
    values = {"state": state, "decided_at": timezone.now(), "decided_by": user, "reason": reason}
    _change(promise, states, values | {"settled_at": None, "settled_by": None})


def _change(promise: Promise, states: list[PromiseState], values: dict[str, Any]) -> None:
    if not Promise.objects.filter(pk=promise.pk, state__in=states).update(**values):
        raise AlreadyDecided
    promise.refresh_from_db()


def _check_right(user: User) -> None:
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _checked_words(words: str) -> str:
    words = cut_whole(" ".join(words.split()), MAX_WORDS)
    if not words:
        raise Invalid(_("Write what was promised."), field="words")
    return words


def _check_due(due_at: datetime) -> None:
    now = timezone.now()
    if due_at <= now:
        raise Invalid(_("This time has passed already. Choose a later one."), field="due_at")
    if due_at > now + FURTHEST:
        raise Invalid(_("This is more than two years ahead. Check the date."), field="due_at")


def _check_owner(conversation: Conversation, owner: User) -> None:
    if not may(owner, Permission.ASSIGN) or not who_may_see(conversation.pk, [owner]):
        raise Invalid(_("This person cannot be responsible for the promise."), field="owner_id")


def _tell(kind: str, promise: Promise, user: User, **data: Any) -> None:
    conversation = promise.conversation
    record(
        kind,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"promise": promise.pk, **data},
    )
