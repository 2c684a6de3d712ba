"""What the API takes and says of 一括返信."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.api.schemas.preflight import FindingOut
from madoguchi.api.schemas.writing import EventId, FileIds, Text
from madoguchi.outreach.choices import MAX_CONVERSATIONS, BulkState, ItemState
from madoguchi.preflight.choices import Check, Level


class BulkPreviewIn(In):
    """One text, and to whom."""

    conversations: Annotated[list[Id], Field(min_length=1, max_length=MAX_CONVERSATIONS)]
    """Numbers of the conversations, all of which the caller sees."""
    text: Text
    """The text; fields such as {{customer.name}} are filled in for each."""
    subject: Annotated[str, Field(max_length=1000)] = ""
    """The subject, with fields as in the text; without one each answer keeps the subject of its conversation."""
    attachments: FileIds = []
    """Ids of uploaded files (POST /files); each customer gets all of them."""


class BulkLookIn(BulkPreviewIn):
    """A bulk reply to look at."""

    skip: Annotated[int, Field(ge=0, le=MAX_CONVERSATIONS)] = 0
    """`next` of the answer before: where to go on."""


class Onward(In):
    """Where to go on."""

    skip: Annotated[int, Field(ge=0, le=MAX_CONVERSATIONS)] = 0
    """`next` of the answer before."""


class TallyOut(Out):
    """In how many letters something was found."""

    check: Check
    """Which check found it."""
    level: Level
    """`block` never leaves, `warn` has to be acknowledged."""
    letters: int
    """In how many."""


class BulkReplyIn(BulkPreviewIn):
    """A bulk reply to begin."""

    seen_event_id: EventId = 0
    """`seen_event_id` of its preview; a conversation in which something happened since is set aside."""
    status_after: Literal["wait", "open", "internal", "done"] = "wait"
    """Where the conversations stand afterwards."""
    own_status_after: Id | None = None
    """A status of the workspace's own, instead of `status_after`; see GET /statuses."""
    acknowledged: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=2_000)] = []
    """Keys of findings that were seen in the preview; letters with others that ask are set aside."""


class BulkRetryIn(In):
    """What is tried again, and what was looked at before."""

    conversations: Annotated[list[Id], Field(max_length=MAX_CONVERSATIONS)] | None = None
    """Numbers of those that are tried again; without it all that may be. The others stay set aside."""
    acknowledged: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=2_000)] = []
    """Keys of findings that were seen (GET …/rest); letters with others that ask are set aside again."""
    seen_event_id: EventId = 0
    """`seen_event_id` of GET …/rest: what `happened` until then was looked at; 0 leaves it in the way."""
    reason: Annotated[str, Field(max_length=200)] = ""
    """Why those go in which something happened; required where there are any."""
    text: Text | None = None
    """The corrected text, for all that have not been written."""
    subject: Annotated[str, Field(max_length=1000)] | None = None
    """The corrected subject."""


class HappenedOut(Out):
    """Something that happened meanwhile."""

    event_id: int
    """The event."""
    kind: str
    """Its kind; `unseen` in a desk that the caller does not see."""
    conversation: int | None
    """The conversation it happened in."""
    message: int | None
    """The message it is about."""
    actor: str
    """Who did it."""
    at: datetime
    """When."""


class PersonalOut(Out):
    """One letter before it is written."""

    conversation: int
    """The number of the conversation."""
    to: str
    """The address it would go to."""
    text: str
    """The text with its fields filled in."""
    code: str
    """Why it would be set aside, as a stable key; empty when it would not."""
    reason: str
    """The same in words."""
    findings: list[FindingOut]
    """What the check before sending found in it: what blocks or asks."""
    happened: list[HappenedOut]
    """What happened in the conversation, or to its customer, since its writer looked last."""
    is_checked: bool
    """False for one that would be set aside anyway."""


class BulkPreviewOut(Out):
    """The letters as they would be written."""

    seen_event_id: int
    """Send it with the bulk reply."""
    letters: list[PersonalOut]
    """One for each conversation."""
    findings: list[TallyOut]
    """How many of these letters have which findings."""
    next: int | None
    """Send it as `skip` for the letters that follow, where there was no time for all; null at the end."""


class BulkReplyOut(Out):
    """A bulk reply and how far it is."""

    id: int
    """Its id."""
    subject: str
    """The subject; empty where each answer keeps the subject of its conversation."""
    text: str
    """The text, its fields unfilled, as it stands now."""
    version: int
    """How often subject and text were written: 1, and one more for each correction."""
    state: BulkState
    """`running`, `stopped` or `done`."""
    created_at: datetime
    """When it was begun."""
    finished_at: datetime | None
    """When it was over or stopped."""
    leaves_at: datetime
    """No letter of it leaves before."""
    total: int
    """How many letters it has."""
    waiting: int
    """How many are not written yet."""
    written: int
    """How many were written."""
    set_aside: int
    """How many were set aside."""
    own_status_after: int | None
    """The own status that was chosen for afterwards."""
    attachments: list[str]
    """Names of the files that go with each letter."""
    taken_back: int
    """How many were taken back."""


class BulkItemOut(Out):
    """What became of one letter."""

    conversation: int
    """The number of the conversation."""
    state: ItemState
    """`waiting`, `written`, `set_aside` or `taken_back`."""
    message: int | None
    """The reply, once it is written."""
    version: int
    """The version of the text it was written with; 0 before."""
    code: str
    """Why it was set aside: a stable key."""
    reason: str
    """The same in words."""
