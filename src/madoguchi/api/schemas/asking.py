"""Requests to others about a customer's matter."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, PartyIn
from madoguchi.api.schemas.conversations import StatusText
from madoguchi.api.schemas.writing import Acknowledged, Ticked
from madoguchi.conversations.asking import Side, words_of


class SideOut(Out):
    """A request to others, which is a conversation of its own."""

    number: int
    """Its number; read and answer it like any conversation."""
    subject: str
    """What it is called."""
    asked: str
    """Who was asked, by name or address."""
    status: StatusText
    """`wait` while nobody has answered, `open` or `new` after that, `done` when finished."""
    wanted_on: date | None
    """By when an answer is wanted."""
    asked_at: datetime
    """When it was begun."""
    answer: str | None
    """The newest answer without quotes and signature; null while there is none."""
    answer_message: int | None
    """The id of the message with that answer."""
    page_until: datetime | None
    """Until when a guest can answer on a page of their own; null when there is no open page."""
    is_unread: bool
    """True while nobody has looked at the answer."""


class AskIn(In):
    """What to ask of whom."""

    to: PartyIn
    """Who is asked: neither the customer nor a desk of ours."""
    subject: Annotated[str, Field(min_length=1, max_length=900)]
    """The subject of the mail; its own number is added."""
    text: Annotated[str, Field(min_length=1, max_length=200_000)]
    """The mail."""
    attachments: Annotated[list[Id], Field(max_length=100)] = []
    """Files of this conversation's messages that go along."""
    wanted_on: date | None = None
    """By when an answer is wanted."""
    on_page: bool = False
    """True to let them answer on a page without an account; its link is put into the mail as it leaves, in place of
    `…/ask/…` if that stands in the text. `attachments` and `shared_messages` are then shown there, and only there."""
    shared_messages: Annotated[list[Id], Field(max_length=30)] = []
    """Messages of this conversation that the page shows."""
    request_key: Annotated[str, Field(max_length=50)] = ""
    """The same key twice is one request."""
    acknowledged: Acknowledged = None
    """Keys of the findings that were seen; then anything else that asks is 409 `preflight`. Left out, only what blocks
    is refused."""
    ticked: Ticked = []
    """Address and files that were ticked one by one, where the role has to: `words` of the findings `ticks`."""


class AskedOut(Out):
    """What was asked."""

    number: int
    """The number of the request."""
    message: int
    """The id of its mail."""


def show_side(side: Side) -> SideOut:
    """A request as it stands."""
    row = side.conversation
    return SideOut(
        number=row.pk,
        subject=row.subject,
        asked=row.customer.label,
        status=row.status,
        wanted_on=row.side.wanted_on if hasattr(row, "side") else None,
        asked_at=row.created_at,
        answer=words_of(side.answer) if side.answer else None,
        answer_message=side.answer.pk if side.answer else None,
        page_until=side.page.expires_at if side.page else None,
        is_unread=side.is_unread,
    )
