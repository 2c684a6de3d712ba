"""Links between conversations, and moving between them."""

from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.api.schemas.conversations import LeftOut, StatusText
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.links import Linked


class LinkOut(Out):
    """One conversation that is linked with the one of the address."""

    id: int
    """The id of the link: DELETE /conversations/{number}/links/{id} removes it."""
    relation: Annotated[str, Field(json_schema_extra={"enum": list(Relation.values)})]
    """What the other conversation is to this one; `original` means that this one is a duplicate of it."""
    number: int
    """The number of the other conversation."""
    subject: str
    """What it is called."""
    status: StatusText
    """Where it stands."""


class LinkIn(In):
    """What to link with the conversation of the address."""

    other: Id
    """The number of the other conversation."""
    relation: Relation = Relation.RELATED
    """What the other conversation is to this one."""


class ThingDoneOut(Out):
    """What was done, and the way back."""

    undo_id: int
    """Takes it back: POST /undo/{undo_id}."""


class ChildrenDoneOut(ThingDoneOut):
    """Which children could not be done yet."""

    left: list[LeftOut] = []
    """Those in which something must be filled in first."""


class LinksOut(ThingDoneOut):
    """What a conversation is linked with after a change."""

    links: list[LinkOut]
    """All that the caller may see."""


class MoveIn(In):
    """Where a message goes."""

    to: Id | Literal["new"]
    """The number of another conversation, or `new` for one of its own."""
    different_customers: bool = False
    """True where it is meant that the message goes to another customer's conversation."""


class MovedOut(ThingDoneOut):
    """Where a message went."""

    number: int
    """The number of the conversation in which it stands now."""


class ReopenIn(In):
    """Why a conversation is opened again."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]
    """It stands in the history."""


def show_link(linked: Linked) -> LinkOut:
    """A link as one end sees it."""
    row = linked.conversation
    return LinkOut(
        id=linked.link_id, relation=linked.relation.value, number=row.pk, subject=row.subject, status=row.status
    )
