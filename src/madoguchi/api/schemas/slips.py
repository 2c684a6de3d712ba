"""Messages to colleagues, and what a telephone system tells of calls."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.calls.choices import MAX_CALL_ID, MAX_EXTENSION, MAX_NUMBER, MAX_SLIP, MAX_SLIP_ANSWER
from madoguchi.calls.models import Ring, Slip

type WishText = Literal["call", "again", "mail", "know"]
type RingStateText = Literal["ringing", "answered", "ended"]


class SlipIn(In):
    """A message to leave."""

    recipient_id: Id
    """Who is told; they must see the conversation."""
    text: Annotated[str, Field(max_length=MAX_SLIP)] = ""
    """What to tell; needed for `know`."""
    wish: WishText = "call"
    """`call`: call them; `again`: they will call again; `mail`: write to them; `know`: nothing but to know it."""
    by_mail: bool = False
    """Send it by mail too."""


class SlipAnswerIn(In):
    """What became of it."""

    answer: Annotated[str, Field(max_length=MAX_SLIP_ANSWER)] = ""
    """What was done; may be empty."""


class SlipOut(Out):
    """One message."""

    id: int
    """Its id."""
    conversation: int
    """The number of its conversation."""
    sender: Ref
    """Who left it."""
    recipient: Ref
    """Who is told."""
    wish: WishText
    """What is to be done."""
    text: str
    """What was told."""
    by_mail: bool
    """It left by mail too."""
    made_at: datetime
    """When it was left."""
    answered_at: datetime | None
    """When it was answered."""
    answer: str
    """What was done."""


class RingIn(In):
    """What a telephone system tells of a call."""

    to: Annotated[str, Field(min_length=1, max_length=254, examples=["21"])]
    """At whose telephone: their extension, or the mail address of their account."""
    call_id: Annotated[str, Field(min_length=1, max_length=MAX_CALL_ID)]
    """The telephone system's id of the call: the same for all it tells of this call."""
    number: Annotated[str, Field(max_length=MAX_NUMBER)] = ""
    """Of the other side, in any spelling; empty or words when it was withheld."""
    direction: Literal["in", "out"] = "in"
    """`in`: they called; `out`: we do."""
    state: RingStateText = "ringing"
    """`ringing` and `answered` show a card, `ended` takes it away."""


class RingOut(Out):
    """A call at somebody's telephone."""

    user: Ref
    """Whose telephone."""
    number: str
    """Of the other side, as it is read in Japan."""
    state: RingStateText
    """What was told last; one that has ended does not ring again."""


class ExtensionOut(Out):
    """The caller's extension."""

    number: str
    """Empty when there is none."""


class ExtensionIn(In):
    """An extension."""

    number: Annotated[str, Field(max_length=MAX_EXTENSION)]
    """Empty removes it."""


def show_slip(slip: Slip) -> SlipOut:
    """A row with its people."""
    return SlipOut(
        id=slip.pk,
        conversation=slip.conversation_id,
        sender=Ref(id=slip.sender.pk, name=slip.sender.name),
        recipient=Ref(id=slip.recipient.pk, name=slip.recipient.name),
        wish=slip.wish,  # type: ignore[arg-type]
        text=slip.text,
        by_mail=slip.by_mail,
        made_at=slip.made_at,
        answered_at=slip.answered_at,
        answer=slip.answer,
    )


def show_ring(ring: Ring) -> RingOut:
    """A call as it stands."""
    user = Ref(id=ring.user.pk, name=ring.user.name)
    return RingOut(user=user, number=ring.number, state=ring.state)  # type: ignore[arg-type]
