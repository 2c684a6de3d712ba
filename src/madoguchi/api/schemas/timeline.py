"""The one timeline of a customer or a company, as the API tells it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.flows.timeline.entry import MAX_SEARCH, Chosen, Entry, Kind, Way


class TimelineChoice(In):
    """What narrows a timeline."""

    kind: Annotated[list[Kind], Field(max_length=20)] = []
    """Only entries of these kinds; may be given several times."""
    way: Way | None = None
    """`in`: the customer turned to us; `out`: we turned to them."""
    channel: Annotated[str, Field(max_length=20, examples=["mail"])] = ""
    """Only messages by this kind of channel; `phone` is phone memos."""
    inbox_id: Id | None = None
    """Only what came by or belongs to this desk."""
    since: date | None = None
    """The first day, in the workspace's time zone."""
    until: date | None = None
    """The last day."""
    q: Annotated[str, Field(max_length=MAX_SEARCH, examples=["土鍋"])] = ""
    """Words that an entry says, in whatever spelling."""

    @property
    def chosen(self) -> Chosen:
        """The same for the flow."""
        return Chosen(
            kinds=frozenset(self.kind), way=self.way or "", channel=self.channel, inbox=self.inbox_id,
            since=self.since, until=self.until, text=" ".join(self.q.split()),
        )  # fmt: skip


class TimelineEntry(Out):
    """One thing that happened with a customer."""

    at: datetime
    """When."""
    kind: Kind
    """What it is."""
    id: int
    """Of what it tells: a message for `received`, `sent`, `note` and `call`, a conversation for `request`, …"""
    customer_id: int
    """Whose it is: of a merged record, the one it was."""
    title: str
    """Subject, number, or what was promised."""
    summary: str
    """The beginning of its words."""
    who: str
    """Who wrote or did it."""
    way: str
    """`in`, `out`, or empty for what is no contact."""
    channel: str
    """The kind of channel of a message; `phone` for a phone memo."""
    inbox: str
    """The name of the desk."""
    conversation: int | None
    """The number of the conversation it belongs to."""
    state: str
    """How it stands, in a word of the caller's language."""
    is_late: bool
    """It waits for somebody, and is late or failed."""


def show_entry(entry: Entry) -> TimelineEntry:
    """One entry."""
    return TimelineEntry(
        at=entry.at, kind=entry.kind, id=entry.id, customer_id=entry.customer, title=entry.title,
        summary=entry.summary, who=entry.who, way=str(entry.way), channel=entry.channel, inbox=entry.inbox,
        conversation=entry.conversation, state=entry.state, is_late=entry.is_red,
    )  # fmt: skip
