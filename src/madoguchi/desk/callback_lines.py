"""Callbacks put into words: the panel of a conversation, the due list, the slots to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.calls.due import CallbackFigures
from madoguchi.calls.models import Callback
from madoguchi.calls.slots import Slot, next_slots
from madoguchi.channels.models import Inbox
from madoguchi.conversations.audience import who_may_see
from madoguchi.ui.dates import Words, iso

type Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """One callback."""

    pk: int
    number: int
    when: str
    ends_at: str
    left: str
    customer: int
    phone: str
    name: str
    topic: str
    owner: str
    state_word: str
    source: str
    attempts: Sequence[str]
    remark: str
    is_open: bool
    is_red: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class CallbackPanel:
    """What of callbacks stands at a conversation."""

    number: int
    subject: str
    lines: Sequence[CallbackLine]
    can_change: bool


def callback_line(callback: Callback, words: Words) -> CallbackLine:
    """One callback in words; its attempts are read already."""
    now = timezone.now()
    return CallbackLine(
        pk=callback.pk,
        number=callback.conversation_id,
        when=slot_word(callback.starts_at, callback.ends_at, words),
        ends_at=iso(callback.ends_at),
        left=words.remaining(callback.ends_at) if callback.is_red else "",
        customer=callback.conversation.customer_id,
        phone=callback.number,
        name=callback.name,
        topic=callback.topic,
        owner=callback.owner.name if callback.owner else _("Nobody"),
        state_word=_state_word(callback),
        source=str(callback.get_source_display()),
        attempts=[
            " ".join(filter(None, (words.short(each.at), str(each.get_outcome_display()), each.note)))
            for each in callback.attempts.all()
        ],
        remark=callback.reason,
        is_open=callback.is_open,
        is_red=callback.is_red,
        is_now=callback.is_open and callback.starts_at <= now,
    )


def _state_word(callback: Callback) -> str:
    if callback.is_red:
        return _("Time has passed")
    if callback.is_open and callback.tried_at:
        return _("Tried, not reached")
    late = callback.missed_at is not None and not callback.is_open
    word = str(callback.get_state_display())
    return _("%(state)s (too late)") % {"state": word} if late else word


def slot_word(starts_at: datetime, ends_at: datetime, words: Words) -> str:
    """11月24日(火) 10:00–10:30."""
    return f"{words.due(starts_at)}–{words.time(ends_at)}"


def callback_panel(user: User, number: int, callbacks: Iterable[Callback], words: Words) -> CallbackPanel:
    """The panel beside a conversation."""
    lines = [callback_line(each, words) for each in callbacks]
    return CallbackPanel(number, f"conversation:{number}", lines, may(user, Permission.REPLY))


def slot_groups(inbox: Inbox, words: Words) -> list[Group]:
    """The next slots by day, for a field of choices; how many each has already is told."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for slot in next_slots(inbox, timezone.now()):
        groups.setdefault(words.date(slot.starts_at), []).append((iso(slot.starts_at), _slot_choice(slot, words)))
    return list(groups.items())


def _slot_choice(slot: Slot, words: Words) -> str:
    times = f"{words.time(slot.starts_at)}–{words.time(slot.ends_at)}"
    if not slot.taken:
        return times
    amount = ngettext("%(n)d callback", "%(n)d callbacks", slot.taken) % {"n": slot.taken}
    return f"{times} ({amount})"


def callers_for(number: int) -> list[User]:
    """Who may see to a callback of a conversation."""
    return who_may_see(number, people_who_call())


def people_who_call() -> list[User]:
    """Everybody who may write to customers."""
    return [person for person in active_users() if may(person, Permission.REPLY)]


def kept_word(figures: CallbackFigures) -> str:
    """守った割合: 92.3 %, or a dash where nothing was due."""
    return "–" if figures.kept_percent is None else f"{figures.kept_percent:.1f}%"
