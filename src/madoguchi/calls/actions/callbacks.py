"""折り返し: asking for one, moving it, trying, deciding. Rows are held, so that of two people the second is told."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import (
    CALLBACK_DECIDED,
    CALLBACK_MOVED,
    CALLBACK_REOPENED,
    CALLBACK_REQUESTED,
    CALLBACK_TRIED,
    FURTHEST_CALLBACK,
    MAX_NAME,
    MAX_NOTE,
    MAX_NUMBER,
    MAX_TOPIC,
    MOST_ATTEMPTS,
    MOST_OPEN,
    SLOT,
    CallbackState,
    Outcome,
    Source,
)
from madoguchi.calls.models import Call, Callback, CallbackAttempt, CallbackLink
from madoguchi.calls.slots import slot_at
from madoguchi.channels.models import Inbox
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.storable import storable
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.phones import is_phone, shown_phone
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.record import record

#: The first key of our advisory locks, so that they meet nobody else's.
_LOCK_SPACE = 0x4D43  # "MC"


class CallbackClosed(DomainError):
    """Somebody else has reached the customer, or decided about it."""

    code = "callback_closed"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has decided about this callback meanwhile. Look at how it stands now."))


class SlotTaken(Invalid):
    """The half hour a customer chose is full, or can no longer be chosen."""

    code = "slot_taken"

    def __init__(self) -> None:
        super().__init__(_("This time can no longer be chosen. Please choose another one."), field="starts_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A callback as it is asked for."""

    number: str
    starts_at: datetime
    ends_at: datetime | None = None  #: half an hour later when left out
    name: str = ""
    topic: str = ""
    owner: User | None = None
    source: str = Source.AGENT
    call: Call | None = None


@transaction.atomic
def request_callback(conversation: Conversation, wanted: Wanted, *, user: User) -> Callback:
    """Enter a callback; its owner is the one named, else the assignee, else who enters it. Records it."""
    _check_right(user)
    held = hold_surviving(conversation.pk)
    owner = wanted.owner or held.assignee or user
    _check_owner(held, owner)
    ends_at = wanted.ends_at or wanted.starts_at + SLOT
    _check_times(wanted.starts_at, ends_at)
    _check_amount(held)
    callback = _new(held, wanted, ends_at=ends_at, owner=owner, made_by=user)
    callback.call = wanted.call
    callback.save(force_insert=True)
    _tell(CALLBACK_REQUESTED, callback, user.actor, owner=owner.pk, at=callback.starts_at, people=[owner.pk])
    return callback


@transaction.atomic
def choose_callback(link: CallbackLink, wanted: Wanted) -> Callback:
    """Enter what a customer chose on their page, or move what they chose before. SlotTaken when it is full.

    The 窓口's half hours are counted one customer at a time, so that the last place goes to one of them.
    """
    held = hold_surviving(link.conversation_id)
    _lock_slots(held.inbox)
    before = Callback.objects.select_for_update().filter(link=link, state=CallbackState.OPEN).first()
    slot = slot_at(held.inbox, wanted.starts_at, timezone.now())
    is_same = before is not None and slot is not None and before.starts_at == slot.starts_at
    if slot is None or (slot.is_full and not is_same):
        raise SlotTaken
    if before is None:
        _check_amount(held)
    callback = before or _new(held, wanted, ends_at=slot.ends_at, owner=held.assignee, made_by=None)
    callback.number, callback.topic = _number(wanted), _cut(wanted.topic, MAX_TOPIC)
    callback.name = _cut(wanted.name, MAX_NAME) or callback.name
    if not is_same:
        callback.starts_at, callback.ends_at = slot.starts_at, slot.ends_at
        callback.tried_at = callback.warned_at = callback.missed_at = None
    callback.link, callback.source = link, Source.PAGE
    callback.save()
    people = [callback.owner_id] if callback.owner_id else []
    kind = CALLBACK_MOVED if before else CALLBACK_REQUESTED
    _tell(kind, callback, _customer(held), at=callback.starts_at, people=people)
    return callback


@transaction.atomic
def enter_request(conversation: Conversation, wanted: Wanted) -> Callback:
    """Enter what a customer asked for without a link, in a half hour that is free; SlotTaken otherwise. Records it."""
    held = hold_surviving(conversation.pk)
    _lock_slots(held.inbox)
    slot = slot_at(held.inbox, wanted.starts_at, timezone.now())
    if slot is None or slot.is_full:
        raise SlotTaken
    callback = _new(held, wanted, ends_at=slot.ends_at, owner=wanted.owner, made_by=None)
    callback.save(force_insert=True)
    people = [wanted.owner.pk] if wanted.owner else []
    _tell(CALLBACK_REQUESTED, callback, _customer(held), at=callback.starts_at, people=people)
    return callback


@transaction.atomic
def withdraw_callback(link: CallbackLink) -> None:
    """The customer does not want to be called any more."""
    callback = Callback.objects.select_for_update().filter(link=link, state=CallbackState.OPEN).first()
    if callback is None:
        raise CallbackClosed
    _decide(callback, CallbackState.CANCELLED, None, "")
    _tell(CALLBACK_DECIDED, callback, _customer(callback.conversation), state=callback.state)


@transaction.atomic
def move_callback(callback: Callback, *, starts_at: datetime, owner: User | None, user: User) -> Callback:
    """Give it another time or owner; then it has to be tried within the new time."""
    _check_right(user)
    held = _held(callback)
    if owner is not None:
        _check_owner(held.conversation, owner)
        held.owner = owner
    if starts_at != held.starts_at:
        length = held.ends_at - held.starts_at
        _check_times(starts_at, starts_at + length)
        held.starts_at, held.ends_at = starts_at, starts_at + length
        held.tried_at = held.warned_at = held.missed_at = None
    held.save()
    _tell(CALLBACK_MOVED, held, user.actor, at=held.starts_at, people=[held.owner_id] if held.owner_id else [])
    return held


@transaction.atomic
def note_attempt(
    callback: Callback, outcome: str, *, note: str = "", again_at: datetime | None = None, user: User
) -> Callback:
    """Note a try. Reaching them ends it; else it stays open, at another time when `again_at` is given."""
    _check_right(user)
    if outcome not in Outcome.values:
        raise Invalid(_("There is no such outcome. Choose one from the list."), field="outcome")
    held = _held(callback)
    if held.attempts.count() >= MOST_ATTEMPTS:
        raise Invalid(_("This was tried too often. Give it up, or ask in another way."))
    now = timezone.now()
    CallbackAttempt.objects.create(callback=held, user=user, outcome=outcome, note=_cut(note, MAX_NOTE), at=now)
    held.tried_at = held.tried_at or now
    if outcome == Outcome.REACHED:
        _decide(held, CallbackState.DONE, user, "")
    else:
        held.save(update_fields=["tried_at"])
    _tell(CALLBACK_TRIED, held, user.actor, outcome=outcome)
    if again_at is not None and held.is_open:
        return move_callback(held, starts_at=again_at, owner=None, user=user)
    return held


@transaction.atomic
def close_callback(callback: Callback, state: str, *, reason: str, user: User) -> Callback:
    """Give it up after attempts, or say that it is not needed any more; both with a reason."""
    _check_right(user)
    if state not in (CallbackState.GIVEN_UP, CallbackState.CANCELLED):
        raise Invalid(_("There is no such decision."), field="state")
    reason = _cut(reason, MAX_NOTE)
    if not reason:
        raise Invalid(_("Write why."), field="reason")
    held = _held(callback)
    _decide(held, CallbackState(state), user, reason)
    _tell(CALLBACK_DECIDED, held, user.actor, state=state)
    return held


@transaction.atomic
def reopen_callback(callback: Callback, *, user: User) -> Callback:
    """Take a decision back, also the attempt that said somebody was reached."""
    _check_right(user)
    held = Callback.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=callback.pk)
    if held.is_open:
        raise CallbackClosed
    if held.state == CallbackState.DONE:
        last = held.attempts.order_by("-pk").first()
        if last is not None:
            last.delete()
        held.tried_at = held.attempts.order_by("pk").values_list("at", flat=True).first()
    held.state, held.decided_at, held.decided_by, held.reason = CallbackState.OPEN, None, None, ""
    held.link = None  # the customer may have chosen again meanwhile
    held.save()
    _tell(CALLBACK_REOPENED, held, user.actor)
    return held


def hand_over_callbacks(number: int, *, before: int | None, after: int) -> int:
    """With a conversation its open callbacks go: those of the assignee before it, and those nobody owned."""
    rows = Callback.objects.within(number).filter(state=CallbackState.OPEN)
    mine = rows.filter(owner=before) if before else rows.none()
    return mine.update(owner=after) + rows.filter(owner=None).update(owner=after)


def _new(
    held: Conversation, wanted: Wanted, *, ends_at: datetime, owner: User | None, made_by: User | None
) -> Callback:
    return Callback(
        conversation=held,
        number=_number(wanted),
        name=_cut(wanted.name, MAX_NAME) or held.customer.label,
        topic=_cut(wanted.topic, MAX_TOPIC),
        starts_at=wanted.starts_at,
        ends_at=ends_at,
        owner=owner,
        source=wanted.source,
        made_by=made_by,
    )


def _held(callback: Callback) -> Callback:
    rows = Callback.objects.select_for_update(of=("self",)).select_related("conversation__customer", "owner")
    held = rows.get(pk=callback.pk)
    if not held.is_open:
        raise CallbackClosed
    return held


def _decide(held: Callback, state: CallbackState, user: User | None, reason: str) -> None:
    held.state, held.decided_at, held.decided_by, held.reason = state, timezone.now(), user, reason
    held.save(update_fields=["state", "decided_at", "decided_by", "reason", "tried_at"])


def _number(wanted: Wanted) -> str:
    if not is_phone(wanted.number.strip()):
        raise Invalid(_("Write the phone number to call back."), field="number")
    return shown_phone(wanted.number)[:MAX_NUMBER]


def _cut(text: str, most: int) -> str:
    return cut_whole(storable(" ".join(text[: most * 4].split())), most)


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _check_owner(conversation: Conversation, owner: User) -> None:
    if not may(owner, Permission.REPLY) or not who_may_see(conversation.pk, [owner]):
        raise Invalid(_("This person cannot call back: they do not see the conversation."), field="owner_id")


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    now = timezone.now()
    if ends_at <= now:
        raise Invalid(_("This time has passed already. Choose a later one."), field="starts_at")
    if starts_at > now + FURTHEST_CALLBACK:
        raise Invalid(_("This is more than a year ahead. Check the date."), field="starts_at")
    if ends_at <= starts_at:
        raise Invalid(_("The end comes before the beginning."), field="ends_at")


def _check_amount(conversation: Conversation) -> None:
    if Callback.objects.within(conversation.pk).filter(state=CallbackState.OPEN).count() >= MOST_OPEN:
        raise Invalid(_("This conversation has too many open callbacks. Decide about some of them first."))


def _lock_slots(inbox: Inbox) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, zlib.crc32(str(inbox.pk).encode()) >> 1])


def _customer(conversation: Conversation) -> Actor:
    return Actor(ActorKind.CUSTOMER, conversation.customer_id, conversation.customer.label)


def _tell(kind: str, callback: Callback, by: Actor, **data: Any) -> None:
    conversation = callback.conversation
    data = {"callback": callback.pk, **data}
    record(kind, conversation.event_subject, by=by, scope_id=conversation.inbox_id, data=data)
