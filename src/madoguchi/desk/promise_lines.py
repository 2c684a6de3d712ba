"""Promises put into words: the panel of a conversation, the offers, the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.conversations.audience import who_may_see
from madoguchi.desk.rows import end_of_today
from madoguchi.promises.choices import PromiseState
from madoguchi.promises.models import Promise
from madoguchi.promises.offering import Offer
from madoguchi.promises.queries import Figures, promises_in, replied_at, with_open_promises
from madoguchi.ui.dates import Words, iso

#: So many conversations are named in a hint.
_NAMED = 10
#: So many offers stand below the timeline; more are folded away.
_MOST_OPEN = 2
#: What a datetime-local field holds.
FIELD = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise of the ledger."""

    pk: int
    number: int
    words: str
    due: str
    due_at: str
    left: str
    owner: str
    state: str
    state_word: str
    about: str
    remark: str
    is_open: bool
    is_red: bool
    is_soon: bool
    may_settle: bool
    is_asked: bool = False  #: a reply was written since: did it keep the promise?


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One promise found in a text, to be kept in one click."""

    message_id: int | None
    place: int
    words: str
    due: str
    due_field: str
    owner_id: int | None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PromisePanel:
    """What of promises stands at a conversation."""

    number: int
    subject: str
    lines: Sequence[PromiseLine]
    offers: Sequence[OfferLine]
    owners: Sequence[User]
    can_change: bool
    red: int

    @property
    def urgent(self) -> list[PromiseLine]:
        """What stands below the timeline too: what is red or due today, and what the last reply may have kept."""
        return [line for line in self.lines if line.is_red or line.is_soon or line.is_asked]

    @property
    def is_long(self) -> bool:
        """So many sentences are offered that they are summed up in one line."""
        return len(self.offers) > _MOST_OPEN

    @property
    def asked(self) -> bool:
        """True when there is a promise that the last reply may have kept."""
        return self.can_change and any(line.is_asked for line in self.lines)


def promise_panel(
    user: User, number: int, promises: Sequence[Promise], offers: Iterable[Offer], words: Words
) -> PromisePanel:
    """The panel beside a conversation; what costs a read is asked only where something is offered or open."""
    replied = replied_at(number) if any(each.state == PromiseState.OPEN for each in promises) else None
    lines = [replace(promise_line(each, words), is_asked=_is_asked(each, replied)) for each in promises]
    can_change = may(user, Permission.ASSIGN)
    offered = [_offer_line(each, words) for each in offers] if can_change else []
    return PromisePanel(
        number=number,
        subject=f"conversation:{number}",
        lines=lines,
        offers=offered,
        owners=owners_for(number) if offered else (),
        can_change=can_change,
        red=sum(line.is_red for line in lines),
    )


def _is_asked(promise: Promise, replied: datetime | None) -> bool:
    """A letter that was written after the promise was made; the one that makes it came before."""
    return promise.state == PromiseState.OPEN and replied is not None and replied > promise.made_at


def owners_for(number: int) -> list[User]:
    """Who may be responsible for a promise of a conversation."""
    people = [person for person in active_users() if may(person, Permission.ASSIGN)]
    return who_may_see(number, people)


def promise_line(promise: Promise, words: Words, *, about: str = "") -> PromiseLine:
    """One promise in words; `about` names its conversation in lists."""
    is_open = promise.state == PromiseState.OPEN
    return PromiseLine(
        pk=promise.pk,
        number=promise.conversation_id,
        words=promise.words,
        due=words.due(promise.due_at),
        due_at=iso(promise.due_at),
        left=words.remaining(promise.due_at) if promise.is_red or is_open else "",
        owner=promise.owner.name if promise.owner else _("Nobody"),
        state=promise.state,
        state_word=_state_word(promise),
        about=about,
        remark=promise.reason,
        is_open=is_open,
        is_red=promise.is_red,
        is_soon=is_open and promise.due_at < end_of_today(),
        may_settle=promise.state == PromiseState.BROKEN and promise.settled_at is None,
    )


def _state_word(promise: Promise) -> str:
    if promise.is_red:
        return _("Time has passed")
    if promise.state == PromiseState.BROKEN:
        return _("Broken, done later")
    return str(promise.get_state_display())


def _offer_line(offer: Offer, words: Words) -> OfferLine:
    local = timezone.localtime(offer.due_at)
    return OfferLine(
        message_id=offer.message_id,
        place=offer.place,
        words=offer.words,
        due=words.due(offer.due_at),
        due_field=local.strftime(FIELD),
        owner_id=offer.owner.pk if offer.owner else None,
        owner=offer.owner.name if offer.owner else "",
    )


def hint_lines(offers: Iterable[Offer], words: Words) -> list[OfferLine]:
    """What a text that is being written promises."""
    return [_offer_line(each, words) for each in offers]


def figures_word(figures: Figures) -> str:
    """守った割合 of some days: 92.3 %, or a dash where nothing was decided."""
    return "–" if figures.kept_percent is None else f"{figures.kept_percent:.1f}%"


def with_promises(text: str, number: int) -> str:
    """What was done, with a hint at promises that are still open in this conversation."""
    left = sum(each.state == PromiseState.OPEN for each in promises_in(number))
    if not left:
        return text
    hint = ngettext("%(n)d promise is still open here.", "%(n)d promises are still open here.", left) % {"n": left}
    return _("%(text)s. %(hint)s") % {"text": text, "hint": hint}


def with_promises_among(text: str, numbers: Sequence[int]) -> tuple[str, int]:
    """What was done with several, with a hint at those with open promises; and the number to open, if it is one."""
    left = with_open_promises(numbers)
    if not left:
        return text, 0
    told = [f"#{number}" for number in left[:_NAMED]] + ["…"] * (len(left) > _NAMED)
    hint = ngettext(
        "%(n)d of them still has an open promise: %(numbers)s.",
        "%(n)d of them still have open promises: %(numbers)s.",
        len(left),
    ) % {"n": len(left), "numbers": " ".join(told)}
    return _("%(text)s. %(hint)s") % {"text": text, "hint": hint}, left[0] if len(left) == 1 else 0
