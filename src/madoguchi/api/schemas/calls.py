"""Calls: phone memos, and who may be calling."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Moment, Out, Ref
from madoguchi.calls.choices import MAX_ANSWER, MAX_NAME, MAX_NUMBER, MAX_SUBJECT, MAX_TEXT
from madoguchi.calls.models import Call
from madoguchi.calls.queries import Caller

type DirectionText = Literal["in", "out"]
type ResultText = Literal["done", "todo", "no_answer", "wrong"]
type Answer = Annotated[str, Field(max_length=MAX_ANSWER)]


class AnswersIn(In):
    """5W1H."""

    who: Answer = ""
    """Who did it, or whom it concerns."""
    what: Answer = ""
    """What."""
    when: Answer = ""
    """When."""
    where: Answer = ""
    """Where."""
    why: Answer = ""
    """Why."""
    how: Answer = ""
    """How."""


class CallIn(In):
    """A call and the memo of it."""

    direction: DirectionText = "in"
    """`in`: they called; `out`: we did."""
    number: Annotated[str, Field(max_length=MAX_NUMBER, examples=["03-1234-5678"])] = ""
    """Theirs, in any spelling; empty when it was withheld. It gives the customer."""
    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    """As they gave it."""
    subject: Annotated[str, Field(max_length=MAX_SUBJECT)] = ""
    """What it was about, in a line."""
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    """What was said."""
    answers: AnswersIn = AnswersIn()
    """5W1H."""
    result: ResultText = "done"
    """How it ended. `done` closes what it opens, `todo` gives it a reply-by time."""
    conversation: Id | None = None
    """The conversation that the memo joins; a new one when left out."""
    inbox_id: Id | None = None
    """The desk of a new conversation."""
    customer_id: Id | None = None
    """Of a new conversation; else whose number it is, else a new customer."""
    adds_number: bool = False
    """Add the number to that customer's record."""
    started_at: Moment | None = None
    """When the talk began; with `ended_at`."""
    ended_at: Moment | None = None
    """When it ended; now when left out."""
    wrap_up_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """After-call work that followed, in seconds."""
    key: Annotated[str, Field(min_length=8, max_length=40, pattern=r"^[0-9A-Za-z]*$")]
    """A text of one's own, such as the telephone's id of the call: the same again is the same memo."""


class CallOut(Out):
    """A call with its memo."""

    id: int
    """Its id."""
    conversation: int
    """The number of the conversation in which the memo stands."""
    message: int
    """The memo, an internal note."""
    direction: DirectionText
    """`in`: they called; `out`: we did."""
    number: str
    """Theirs; empty when it was withheld."""
    name: str
    """As they gave it."""
    subject: str
    """What it was about."""
    text: str
    """What was said."""
    answers: dict[str, str]
    """5W1H, as far as it was asked."""
    script: str
    """The talk script that was followed."""
    way: list[str]
    """The choices taken in it."""
    result: Literal["done", "todo", "callback", "no_answer", "wrong"]
    """How it ended."""
    user: Ref
    """Who wrote it."""
    started_at: datetime
    """When the talk began."""
    talk_seconds: int
    """How long it was."""
    wrap_up_seconds: int
    """How long after-call work took."""


class CallerOut(Out):
    """A customer who has a phone number."""

    customer: Ref
    """Who."""
    matters: list[int]
    """The numbers of their last conversations, the newest first."""


def show_call(call: Call) -> CallOut:
    """A kept call."""
    message = call.message
    assert message is not None
    return CallOut(
        id=call.pk,
        conversation=message.conversation_id,
        message=message.pk,
        direction=call.direction,  # type: ignore[arg-type]
        number=call.number,
        name=call.name,
        subject=call.subject,
        text=call.text,
        answers=call.answers,
        script=call.script,
        way=call.way,
        result=call.result,  # type: ignore[arg-type]
        user=Ref(id=call.user.pk, name=call.user.name),
        started_at=call.started_at,
        talk_seconds=call.talk_seconds or 0,
        wrap_up_seconds=call.wrap_up_seconds or 0,
    )


def show_caller(found: Caller) -> CallerOut:
    """A customer with the numbers of their conversations."""
    customer = Ref(id=found.customer.pk, name=found.customer.label)
    return CallerOut(customer=customer, matters=[each.pk for each in found.matters])
