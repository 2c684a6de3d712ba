"""The state of the desk, notices, and what a search found."""

from datetime import datetime

from madoguchi.api.schemas.base import Out
from madoguchi.api.schemas.conversations import ConversationLine


class QueueOut(Out):
    """Something that waits to be worked on by the machine."""

    waiting: int
    """How many."""
    lag_seconds: float
    """How long the oldest has been waiting; 0 when none is."""


class JobsOut(Out):
    """Jobs of one queue."""

    queue: str
    """The queue's name."""
    due: int
    """Jobs whose time has come."""
    planned: int
    """Jobs for later."""
    doing: int
    """Jobs being worked on."""


class DeliveryOut(Out):
    """Mail on its way out."""

    queued: int
    """Waiting for the end of the undo time, or for a worker."""
    sending: int
    """Being handed over."""
    retrying: int
    """Failed for now and tried again."""
    failed: int
    """Not sent; a person decides."""
    uncertain: int
    """Interrupted while sending; a person decides."""


class FailingInboxOut(Out):
    """A desk that cannot be fetched or sent from."""

    id: int
    """The desk's id."""
    name: str
    """Its name."""
    since: datetime
    """Since when."""
    reason: str
    """Why."""


class CountsOut(Out):
    """Conversations the caller may see."""

    by_status: dict[str, int]
    """How many of each status; statuses without any are left out."""
    open: int
    """Still to do."""
    mine: int
    """Still to do, and the caller's."""
    unassigned: int
    """Still to do, and nobody's."""


class StatusOut(Out):
    """How the desk is doing."""

    version: str
    """The version of the program."""
    conversations: CountsOut
    """Conversations the caller may see."""
    intake: QueueOut
    """Received mail that has not been read into conversations yet."""
    quarantined: int
    """Received mail that could not be read."""
    events: QueueOut
    """Events whose reactions (notices, delivery) have still to run."""
    jobs: list[JobsOut]
    """Jobs by queue."""
    failed_jobs: int
    """Jobs that were given up."""
    delivery: DeliveryOut
    """Mail on its way out."""
    failing_inboxes: list[FailingInboxOut]
    """Desks of the caller that cannot be fetched or sent from."""
    database_bytes: int
    """The size of the database."""


class NoticeOut(Out):
    """Something the caller should know."""

    id: int
    """Its id."""
    kind: str
    """`mention`, `assigned`, `answered`, `reply_failed`, `inbox_failing`, …"""
    subject: str
    """What it is about, e.g. `conversation:123`."""
    by: str
    """Who brought it about."""
    created_at: datetime
    """When."""
    read_at: datetime | None
    """When it was read; null until then."""


class ReadOut(Out):
    """What was marked as read."""

    count: int
    """How many notices."""


class FoundPieceOut(Out):
    """A piece of a text."""

    text: str
    """The piece."""
    is_hit: bool
    """True when it is what was searched for."""


class FoundFileOut(Out):
    """A file that holds what was searched for."""

    id: int
    """The attachment's id."""
    name: list[FoundPieceOut]
    """Its name, with the hits in it."""


class FoundOut(Out):
    """One conversation that was found."""

    conversation: ConversationLine
    """The conversation."""
    message: int
    """Its best or newest message."""
    at: datetime
    """When that message came or left."""
    subject: list[FoundPieceOut]
    """The subject, with its hits."""
    snippet: list[FoundPieceOut]
    """The text around the hits; where only a file holds them, the file's."""
    file: FoundFileOut | None
    """The file in which, or in whose name, the hits are; null when the message's own words hold them."""


class SearchOut(Out):
    """What a search found."""

    items: list[FoundOut]
    """One entry a conversation."""
    next: str | None
    """Send it back as `cursor` for the page that follows; only with the order `newest`."""
    count: int
    """How many messages were found, counted to 1,000."""
    is_near: bool
    """True when nothing meets the whole query and these come close."""
    understood: list[str]
    """How the query was understood, one condition each, in the caller's language."""
    unknown: list[str]
    """Conditions with a value that there is not, such as `is:foo`; nothing meets them."""
