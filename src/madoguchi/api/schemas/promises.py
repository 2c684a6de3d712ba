"""Promises: what we told customers we would do by when."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Moment, Out, Ref
from madoguchi.promises.choices import MAX_REASON, MAX_WORDS
from madoguchi.promises.models import Promise
from madoguchi.promises.offering import Offer
from madoguchi.promises.queries import Figures

type Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS, examples=["25日(水)17時までにご連絡いたします"])]


class PromiseOut(Out):
    """One promise of the ledger."""

    id: int
    """Its id."""
    conversation: int
    """The number of its conversation."""
    message: int | None
    """The mail or note that says it; null when it was entered by hand."""
    words: str
    """What was promised."""
    due_at: datetime
    """By when."""
    owner: Ref | None
    """Who sees to it."""
    state: Literal["open", "kept", "broken", "cancelled"]
    """What has become of it; `broken` is set by the clock."""
    made_at: datetime
    """When it was entered."""
    decided_at: datetime | None
    """When it was kept, broken or cancelled."""
    reason: str
    """Why it was cancelled, or how it was kept."""
    settled_at: datetime | None
    """When what a broken promise was about was done after all."""


class OfferOut(Out):
    """A promise found in a text, not in the ledger yet."""

    message: int
    """The mail or note that says it."""
    place: int
    """Where in its text the date begins; send it back to keep or decline the offer."""
    words: str
    """The sentence."""
    due_at: datetime
    """By when, in the hours of the desk."""
    owner: Ref | None
    """Who wrote it."""


class PromiseIn(In):
    """A promise to enter."""

    words: Words
    """What was promised."""
    due_at: Moment
    """By when; in the future, at most two years ahead."""
    owner_id: Id | None = None
    """Who sees to it; the caller when left out."""
    message_id: Id | None = None
    """The mail or note that says it, of this conversation."""
    place: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """`place` of the offer."""


class PromiseChangesIn(In):
    """What to change of an open promise; what is left out stays."""

    words: Words | None = None
    """What was promised."""
    due_at: Moment | None = None
    """By when."""
    owner_id: Id | None = None
    """Who sees to it."""


class PromiseDecisionIn(In):
    """What becomes of a promise."""

    state: Literal["kept", "cancelled", "open", "settled"]
    """`kept`; `cancelled` with a reason; `open` undoes both before its time; `settled`: a broken one, done later."""
    reason: Annotated[str, Field(max_length=MAX_REASON)] = ""
    """Needed to cancel, and to keep one that the clock has broken."""


class DeclineIn(In):
    """A sentence that is no promise."""

    message_id: Id
    """The mail or note."""
    place: Annotated[int, Field(ge=0, le=1_000_000)]
    """`place` of the offer."""


class PromiseFiguresOut(Out):
    """What became of the promises due in some time."""

    kept: int
    """How many were kept."""
    broken: int
    """How many were not."""
    cancelled: int
    """How many were not needed any more; they count on neither side."""
    open: int
    """How many are still open."""
    kept_percent: float | None
    """Kept ÷ (kept + broken) × 100; null when none was decided."""


def show_promise(promise: Promise) -> PromiseOut:
    """A row with its owner."""
    return PromiseOut(
        id=promise.pk,
        conversation=promise.conversation_id,
        message=promise.message_id,
        words=promise.words,
        due_at=promise.due_at,
        owner=Ref(id=promise.owner.pk, name=promise.owner.name) if promise.owner else None,
        state=promise.state,  # type: ignore[arg-type]
        made_at=promise.made_at,
        decided_at=promise.decided_at,
        reason=promise.reason,
        settled_at=promise.settled_at,
    )


def show_offer(offer: Offer) -> OfferOut:
    """An offer of a text that is stored."""
    return OfferOut(
        message=offer.message_id or 0,
        place=offer.place,
        words=offer.words,
        due_at=offer.due_at,
        owner=Ref(id=offer.owner.pk, name=offer.owner.name) if offer.owner else None,
    )


def show_figures(figures: Figures) -> PromiseFiguresOut:
    """Figures with their percentage, to one decimal."""
    percent = None if figures.kept_percent is None else round(figures.kept_percent, 1)
    return PromiseFiguresOut(
        kept=figures.kept,
        broken=figures.broken,
        cancelled=figures.cancelled,
        open=figures.open,
        kept_percent=percent,
    )
