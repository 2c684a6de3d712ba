"""Callbacks: whom to call back, and when."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Moment, Out, Ref
from madoguchi.calls.choices import MAX_NAME, MAX_NOTE, MAX_NUMBER, MAX_SLUG, MAX_TOPIC, MIN_SLUG
from madoguchi.calls.due import CallbackFigures
from madoguchi.calls.models import Callback, CallbackPage
from madoguchi.calls.pages import address_of
from madoguchi.calls.slots import Slot
from madoguchi.flows.call_requests import MAX_ADDRESS

type OutcomeText = Literal["reached", "no_answer", "busy", "voicemail", "wrong"]


class AttemptOut(Out):
    """One try."""

    at: datetime
    """When."""
    outcome: OutcomeText
    """What it came to."""
    note: str
    """What was noted."""
    user: Ref | None
    """Who called."""


class CallbackOut(Out):
    """One callback."""

    id: int
    """Its id."""
    conversation: int
    """The number of its conversation."""
    number: str
    """The phone number to call."""
    name: str
    """Whom to ask for."""
    topic: str
    """What it is about."""
    starts_at: datetime
    """From when on."""
    ends_at: datetime
    """By when the first attempt has to be made."""
    owner: Ref | None
    """Who calls."""
    state: Literal["open", "done", "given_up", "cancelled"]
    """`done` is reached."""
    source: Literal["agent", "memo", "page", "api", "form", "chat"]
    """Who asked for it; `page`: the customer chose the time by a link, `form` and `chat`: without one."""
    tried_at: datetime | None
    """The first attempt since its time was set."""
    missed: bool
    """Its time was over before anybody tried."""
    attempts: list[AttemptOut]
    """Every try."""
    reason: str
    """Why it was given up or is not needed."""
    decided_at: datetime | None
    """When they were reached, or it was given up or cancelled."""


class CallbackIn(In):
    """A callback to enter."""

    number: Annotated[str, Field(min_length=1, max_length=MAX_NUMBER, examples=["03-1234-5678"])]
    """The phone number to call, in any spelling."""
    starts_at: Moment
    """From when on; any time, also outside of business hours."""
    ends_at: Moment | None = None
    """By when; half an hour later when left out."""
    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    """Whom to ask for; the customer's name when left out."""
    topic: Annotated[str, Field(max_length=MAX_TOPIC)] = ""
    """What it is about."""
    owner_id: Id | None = None
    """Who calls; the assignee, or else the caller of the API, when left out."""


class CallRequestIn(In):
    """A call that somebody asks for who has no conversation yet."""

    source: Literal["form", "chat", "phone", "agent"]
    """Where it was asked for; `form` and `chat` are customers themselves: only half hours that are free."""
    number: Annotated[str, Field(min_length=1, max_length=MAX_NUMBER, examples=["03-1234-5678"])]
    """The phone number to call, in any spelling."""
    starts_at: Moment
    """From when on; of `form` and `chat` the beginning of a slot."""
    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    """As they gave it."""
    topic: Annotated[str, Field(max_length=MAX_TOPIC)] = ""
    """What it is about."""
    email: Annotated[str, Field(max_length=MAX_ADDRESS)] = ""
    """As they gave it; shown in the conversation, nothing is sent there."""
    language: Literal["ja", "en"] = "ja"
    """In which they speak to us."""


class CallbackPageIn(In):
    """The public form of a desk."""

    slug: Annotated[str, Field(min_length=MIN_SLUG, max_length=MAX_SLUG, pattern=r"^[a-z0-9-]+$")]
    """The end of its address."""
    is_open: bool
    """Everybody finds it."""
    owner_id: Id | None = None
    """Who is told of each request."""


class CallbackPageOut(Out):
    """The public form of a desk."""

    url: str
    """Its address."""
    slug: str
    """The end of it."""
    is_open: bool
    """Everybody finds it."""
    owner: Ref | None
    """Who is told of each request."""


class CallbackChangesIn(In):
    """What to change of an open callback; what is left out stays."""

    starts_at: Moment | None = None
    """From when on; as long as before."""
    owner_id: Id | None = None
    """Who calls."""


class AttemptIn(In):
    """A try."""

    outcome: OutcomeText
    """What it came to; `reached` ends the callback."""
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    """What to note."""
    again_at: Moment | None = None
    """When to try again."""


class CallbackDecisionIn(In):
    """What becomes of a callback."""

    state: Literal["given_up", "cancelled", "open"]
    """`open` takes a decision back."""
    reason: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    """Why; needed but for `open`."""


class SlotOut(Out):
    """A half hour in which customers can be called."""

    starts_at: datetime
    """Its beginning."""
    ends_at: datetime
    """Its end."""
    taken: int
    """How many callbacks it has."""
    is_full: bool
    """Customers cannot choose it any more."""


class CallbackLinkOut(Out):
    """The page on which a customer chooses."""

    url: str
    """Its address: whoever has it can choose."""
    expires_at: datetime
    """Until when it is open."""


class CallbackFiguresOut(Out):
    """What became of the callbacks of some time."""

    in_time: int
    """Tried before their time was over."""
    late: int
    """Tried later, or not at all."""
    reached: int
    """Customers reached."""
    given_up: int
    """Given up."""
    cancelled: int
    """Not needed any more; they count on neither side."""
    kept_percent: float | None
    """in_time ÷ (in_time + late) × 100; null when there was none."""


def show_callback(callback: Callback) -> CallbackOut:
    """A row with its attempts."""
    attempts = [
        AttemptOut(
            at=each.at,
            outcome=each.outcome,  # type: ignore[arg-type]
            note=each.note,
            user=Ref(id=each.user.pk, name=each.user.name) if each.user else None,
        )
        for each in callback.attempts.all()
    ]
    return CallbackOut(
        id=callback.pk,
        conversation=callback.conversation_id,
        number=callback.number,
        name=callback.name,
        topic=callback.topic,
        starts_at=callback.starts_at,
        ends_at=callback.ends_at,
        owner=Ref(id=callback.owner.pk, name=callback.owner.name) if callback.owner else None,
        state=callback.state,  # type: ignore[arg-type]
        source=callback.source,  # type: ignore[arg-type]
        tried_at=callback.tried_at,
        missed=callback.missed_at is not None or callback.is_red,
        attempts=attempts,
        reason=callback.reason,
        decided_at=callback.decided_at,
    )


def show_callback_page(page: CallbackPage) -> CallbackPageOut:
    """A form, also one that was never opened."""
    owner = Ref(id=page.owner.pk, name=page.owner.name) if page.owner else None
    return CallbackPageOut(url=address_of(page), slug=page.slug, is_open=page.is_open, owner=owner)


def show_slot(slot: Slot) -> SlotOut:
    """One half hour."""
    return SlotOut(starts_at=slot.starts_at, ends_at=slot.ends_at, taken=slot.taken, is_full=slot.is_full)


def show_callback_figures(figures: CallbackFigures) -> CallbackFiguresOut:
    """Figures with their percentage, to one decimal."""
    percent = None if figures.kept_percent is None else round(figures.kept_percent, 1)
    return CallbackFiguresOut(
        in_time=figures.in_time,
        late=figures.late,
        reached=figures.reached,
        given_up=figures.given_up,
        cancelled=figures.cancelled,
        kept_percent=percent,
    )
