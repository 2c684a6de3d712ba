"""Writing a phone memo: saved at every pause, kept once, thrown away and brought back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import (
    AFTER,
    CALL_KEPT,
    LONGEST_CALL,
    LONGEST_WRAP_UP,
    MAX_ANSWER,
    MAX_KEY,
    MAX_NAME,
    MAX_NUMBER,
    MAX_SUBJECT,
    MAX_TEXT,
    MAX_WAY,
    QUESTIONS,
    SETTLED,
    CallState,
    Direction,
    Result,
)
from madoguchi.calls.models import Call
from madoguchi.calls.wordings import memo_text
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.phone_memos import add_phone_memo, open_by_phone, wait_for_us
from madoguchi.conversations.actions.triage import FieldsMissing, change_status
from madoguchi.conversations.choices import OUR_TURN, Status
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.storable import storable
from madoguchi.customers.actions import add_identity, create_customer, identify_customer
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import cut_whole, first_words
from madoguchi.customers.models import Customer
from madoguchi.customers.phones import is_phone, shown_phone
from madoguchi.events.record import record


class AlreadyKept(DomainError):
    """The memo stands in its conversation already; `facts["conversation"]` is its number."""

    code = "already_kept"


@dataclass(frozen=True, slots=True)
class Measured:
    """When a call began and ended, and how many seconds of after-call work followed, as another system says."""

    started_at: datetime
    ended_at: datetime
    wrap_up_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What the window of a memo holds; whatever is too long is cut, for one does not stop a caller."""

    direction: str = Direction.IN
    number: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    script: str = ""
    way: tuple[str, ...] = ()
    result: str = Result.DONE
    started_at: datetime | None = None
    customer: Customer | None = None
    joins: Conversation | None = None
    inbox: Inbox | None = None
    adds_number: bool = False  #: to the chosen customer, who is not known by it yet
    after: dict[str, str] = field(default_factory=dict)  #: what is to follow, as the window holds it
    told: Measured | None = None  #: by a machine that measured the call; else our own clock counts


@transaction.atomic
def save_memo(key: str, said: Said, *, user: User) -> Call:
    """Save what has been written so far; the first time makes the memo. AlreadyKept once it stands somewhere."""
    call = _held(key, user)
    if call.state == CallState.KEPT:
        assert call.message is not None
        text = _("This phone memo has been kept already, in #%(number)d.") % {"number": call.message.conversation_id}
        raise AlreadyKept(text, conversation=call.message.conversation_id)
    _take(call, said)
    call.state = CallState.WRITING
    call.save()
    return call


@transaction.atomic
def end_talk(key: str, said: Said, *, user: User) -> Call:
    """The receiver is down: after-call work begins. A second time changes nothing."""
    call = save_memo(key, said, user=user)
    if call.ended_at is None:
        call.ended_at = timezone.now()
        call.save(update_fields=["ended_at"])
    return call


@transaction.atomic
def resume_talk(key: str, said: Said, *, user: User) -> Call:
    """The talk goes on after all: one pressed too early."""
    call = save_memo(key, said, user=user)
    call.ended_at = None
    call.save(update_fields=["ended_at"])
    return call


@transaction.atomic
def keep_memo(key: str, said: Said, *, user: User) -> Call:
    """Put the memo into the conversation it joins, or begin one; records `note_added` and `call_kept`.

    Kept twice, from two windows or by a doubled click, it is kept once: the second gets the same call. What begins a
    conversation needs a 窓口; the customer is the chosen one, else whose number it is, else a new one.
    """
    _check_right(user)
    call = _held(key, user)
    if call.state == CallState.KEPT:
        return call
    _check(said)
    _take(call, said)
    _measure(call, said.told)
    conversation = _place(call, said, user)
    summary = call.subject or call.text
    call.message = add_phone_memo(conversation, memo_text(call), summary=summary, user=user)
    call.state, call.customer, call.joins = CallState.KEPT, conversation.customer, conversation
    call.save()
    _follow(call, conversation, user, is_new=said.joins is None)
    data = {"call": call.pk, "direction": call.direction, "result": call.result}
    record(CALL_KEPT, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    return call


@transaction.atomic
def discard_memo(key: str, *, user: User) -> Call | None:
    """Throw an unfinished memo away; `bring_back` takes it up again. None when nothing had been written."""
    rows = Call.objects.filter(user=user, key=key, state=CallState.WRITING)
    if not rows.update(state=CallState.DISCARDED):
        return None
    return Call.objects.get(user=user, key=key)


@transaction.atomic
def bring_back(key: str, *, user: User) -> Call:
    """Take up a memo again that was thrown away."""
    Call.objects.filter(user=user, key=key, state=CallState.DISCARDED).update(state=CallState.WRITING)
    return _held(key, user)


def _held(key: str, user: User) -> Call:
    """The memo of this key, made when there is none, and held until the transaction ends."""
    _check_right(user)
    if not 8 <= len(key) <= MAX_KEY or not key.isascii() or not key.isalnum():
        raise Invalid(_("The key of a memo has 8 to 40 letters and digits."), field="key")
    Call.objects.get_or_create(user=user, key=key)
    rows = Call.objects.select_for_update(of=("self",), no_key=True).select_related("message", "inbox")
    return rows.get(user=user, key=key)


def _take(call: Call, said: Said) -> None:
    """Put what was said into the row; what does not fit is cut."""
    now = timezone.now()
    call.direction = said.direction if said.direction in Direction.values else Direction.IN
    call.result = said.result if said.result in Result.values else Result.DONE
    call.number = _clean(_shown(said.number), MAX_NUMBER)
    call.name = _clean(said.name, MAX_NAME)
    call.subject = _clean(said.subject, MAX_SUBJECT)
    call.text = cut_whole(storable(said.text), MAX_TEXT)
    call.answers = {key: _clean(said.answers[key], MAX_ANSWER) for key in QUESTIONS if said.answers.get(key)}
    call.after = {key: _clean(said.after[key], MAX_ANSWER) for key in AFTER if said.after.get(key)}
    call.script = _clean(said.script, 100)
    call.way = [_clean(each, 300) for each in said.way[:MAX_WAY] if each.strip()]
    call.customer, call.joins, call.inbox = said.customer, said.joins, said.inbox
    if said.started_at is not None:
        call.started_at = min(max(said.started_at, now - LONGEST_CALL), now)
    if call.ended_at is not None and call.ended_at < call.started_at:
        call.ended_at = call.started_at
    call.updated_at = now


def _measure(call: Call, told: Measured | None) -> None:
    """The end of the talk and of the after-call work."""
    now = timezone.now()
    if told is None:
        call.ended_at = min(max(call.ended_at or now, now - LONGEST_WRAP_UP), now)
        call.kept_at = now
        return
    if not told.started_at <= told.ended_at <= now or told.ended_at - told.started_at > LONGEST_CALL:
        raise Invalid(_("The call must end after it began, within 12 hours, and not in the future."), field="ended_at")
    call.started_at, call.ended_at = told.started_at, told.ended_at
    call.kept_at = told.ended_at + min(timedelta(seconds=told.wrap_up_seconds), LONGEST_WRAP_UP)


def _clean(text: str, most: int) -> str:
    return cut_whole(storable(" ".join(text[: most * 4].split())), most)


def _shown(number: str) -> str:
    return shown_phone(number) if is_phone(number) else number


def _check(said: Said) -> None:
    number = said.number.strip()
    if number and not is_phone(number):
        raise Invalid(
            _("This is no phone number. Write its digits, or leave the field empty when it was withheld."),
            field="number",
        )
    if not said.text.strip() and not said.subject.strip() and said.result not in (Result.NO_ANSWER, Result.WRONG):
        raise Invalid(_("Nothing has been written yet. Write what it was about."), field="text")


def _place(call: Call, said: Said, user: User) -> Conversation:
    """The conversation a memo goes into, held: the chosen one, or a new one of whoever called."""
    if said.joins is not None:
        held = hold_surviving(said.joins.pk)
        if said.adds_number and call.number:
            add_identity(held.customer, IdentityKind.PHONE, call.number, by=user.actor)
        return held
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    if said.inbox is None:
        raise Invalid(_("Choose a desk for the new conversation."), field="inbox")
    customer = _caller(call, said, user)
    subject = call.subject or first_words(call.text, 60) or str(_("Phone call"))
    return hold_surviving(open_by_phone(said.inbox, customer, subject=subject, user=user).pk)


def _caller(call: Call, said: Said, user: User) -> Customer:
    if said.customer is not None:
        if said.adds_number and call.number:
            add_identity(said.customer, IdentityKind.PHONE, call.number, by=user.actor)
        return said.customer
    if call.number:
        return identify_customer(IdentityKind.PHONE, call.number, name=call.name).customer
    name = call.name or _("Caller without a number")
    return create_customer(by=user.actor, emails=[], display_name=name, is_open_to_all=False)


def _follow(call: Call, conversation: Conversation, user: User, *, is_new: bool) -> None:
    """What the result says of the conversation: a new one that is settled is done; what is to be done is our turn."""
    if call.result in SETTLED:
        if is_new:
            _finish(conversation, user)
        return
    if conversation.status not in OUR_TURN:
        change_status([conversation], Status.OPEN, user=user)
    if call.result == Result.TODO:
        wait_for_us(hold_surviving(conversation.pk), call.started_at)


def _finish(conversation: Conversation, user: User) -> None:
    """対応完了, unless fields have to be filled in first: then it stays open, and the desk asks for them there."""
    try:
        change_status([conversation], Status.DONE, user=user)
    except FieldsMissing:
        return


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
