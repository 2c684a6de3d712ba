"""What is written: replies, new mail, notes, drafts."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from madoguchi.api.schemas.base import MAX_ID, Id, In, PartyIn
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.letters import MAX_RECIPIENTS, MAX_TEXT_CHARS
from madoguchi.wording.actions.macros import MAX_ALONG

type Parties = Annotated[list[PartyIn], Field(max_length=MAX_RECIPIENTS)]
type FileIds = Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=50)]
type Text = Annotated[str, Field(max_length=MAX_TEXT_CHARS, examples=["髙橋 由美子 様\n\n本日発送いたします。"])]
type Ticked = Annotated[list[Annotated[str, Field(max_length=600)]], Field(max_length=200)]
type EventId = Annotated[int, Field(ge=0, le=MAX_ID)]
type Acknowledged = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=300)] | None


class SeenIn(In):
    """What was seen of a letter before it leaves later or once more."""

    acknowledged: Acknowledged = None
    """Keys of the findings that were seen; then anything else that asks is 409 `preflight`. Left out, only what blocks
    is refused."""


class AgainIn(SeenIn):
    """What was seen of a mail, and of what happened since it was written, before it is sent once more."""

    seen_event_id: EventId = 0
    """`latest_event_id` of what was shown by 409 `something_happened`; empty when nothing was shown."""
    override_reason: Annotated[str, Field(max_length=200)] = ""
    """Why it leaves although something happened; kept with the event."""


def seen_keys(acknowledged: list[str] | None) -> frozenset[str] | None:
    """As the actions want them."""
    return None if acknowledged is None else frozenset(acknowledged)


class LetterIn(In):
    """What is sent to whom."""

    to: Annotated[list[PartyIn], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    """To; 50 recipients at most, Cc and Bcc included."""
    cc: Parties = []
    """Cc."""
    bcc: Parties = []
    """Bcc."""
    subject: Annotated[str, Field(max_length=1000)] = ""
    """The subject. Empty in a reply: `Re: `, that of the customer's last mail, and the number of the conversation."""
    text: Text
    """The text; sent as it is, nothing is added."""
    html: Annotated[str, Field(max_length=1_000_000)] = ""
    """The same words as HTML. What may hide words is taken out: sheets, classes, `display`, sizes, light colours.
    422 where it says others than `text`, and for pictures within it (`data:`). With an empty text, the text is made of
    it; empty itself, plain text is sent alone."""
    attachments: FileIds = []
    """Ids of uploaded files (POST /files)."""
    forwarded_attachments: Annotated[list[Id], Field(max_length=50)] = []
    """Ids of attachments of other messages that go with it."""
    status_after: Literal["wait", "open", "internal", "done"] = "wait"
    """Where the conversation stands afterwards."""
    own_status_after: Id | None = None
    """A status of the workspace's own, instead of `status_after`; see GET /statuses."""
    templates: Annotated[list[Id], Field(max_length=MAX_ALONG)] = []
    """Ids of templates whose actions are done with the letter, and taken back with it (GET /templates). Their status
    counts unless the request names one itself."""
    send_at: Annotated[AwareDatetime, Field(examples=["2026-11-24T10:00:00+09:00"])] | None = None
    """送信予約: when it leaves, with its time zone; empty is now. It is held back if something happens before."""
    acknowledged: Acknowledged = None
    """Keys of findings of the check before sending that the writer has seen. null is not asked: only what blocks
    refuses the letter."""
    ticked: Ticked = []
    """Addresses and files that were ticked one by one, where the role has to: `words` of the findings `ticks`."""

    @property
    def names_status(self) -> bool:
        """The request itself says where the conversation stands afterwards."""
        return bool({"status_after", "own_status_after"} & self.model_fields_set)

    @property
    def seen_findings(self) -> frozenset[str] | None:
        """As sending wants them."""
        return seen_keys(self.acknowledged)


class ReplyIn(LetterIn):
    """A reply to a customer."""

    seen_event_id: EventId
    """`seen_event_id` of the conversation as the writer has read it. Anything newer refuses the reply with 409."""
    override_reason: Annotated[str, Field(max_length=200)] = ""
    """Why it goes although something happened; kept with the event. Send it with the newest `seen_event_id`."""
    resends: Id | None = None
    """The mail of this conversation that failed and is sent again, to another address."""


class NewMailIn(LetterIn):
    """A mail that answers nothing; it opens a conversation with its first recipient."""

    inbox: Id
    """The desk it leaves from."""


class NoteIn(In):
    """An internal note, which customers never see."""

    text: Annotated[str, Field(max_length=50_000, examples=["@中村 在庫を確認してください。"])]
    """The note; people named by @ are told."""
    attachments: FileIds = []
    """Ids of uploaded files (POST /files)."""


type ReasonCodes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=30)]
type Seen = Annotated[str, Field(max_length=20, pattern=r"^([0-9]+\.[0-9]+)?$", examples=["1.0"])]
type Comment = Annotated[str, Field(max_length=1000)]


class ApprovalIn(In):
    """What an approver decides with, and has seen of what happened since the reply was written."""

    seen: Seen = ""
    """`seen` of the request for approval: what the approver has read."""
    comment: Comment = ""
    """Something for the author."""
    reasons: ReasonCodes = []
    """Reason codes."""
    seen_event_id: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """The newest event they looked at; empty when nothing was shown to them."""
    override_reason: Annotated[str, Field(max_length=200)] = ""
    """Why it leaves all the same; needed with `seen_event_id`."""
    acknowledged: Acknowledged = None
    """Keys of the findings that were seen; then anything else that asks is 409 `preflight`. Left out, only what blocks
    is refused."""


class SendBackIn(In):
    """Why a reply may not leave as it is."""

    reason: Annotated[str, Field(max_length=1000, examples=["敬称を確認してください。"])] = ""
    """What the author should change; may be empty when there are reason codes."""
    reasons: ReasonCodes = []
    """Reason codes."""
    seen: Seen = ""
    """`seen` of the request for approval: what the approver has read."""


class CorrectionIn(In):
    """One address put right."""

    old: Annotated[str, Field(max_length=320)]
    """The address the mail did not reach."""
    new: Annotated[str, Field(max_length=254)]
    """The right one."""


class ReaddressIn(In):
    """Which addresses were wrong."""

    corrections: Annotated[list[CorrectionIn], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    """Each wrong address with the right one."""
    is_customers: bool = True
    """True to write to the customer at it from now on; the old one stays, marked as bounced."""


class DraftIn(In):
    """What is being written; what is left out stays."""

    is_private: bool | None = None
    """True keeps it from colleagues, who else may read a reply's draft and take it over."""
    to: Parties | None = None
    """To."""
    cc: Parties | None = None
    """Cc."""
    bcc: Parties | None = None
    """Bcc."""
    subject: Annotated[str, Field(max_length=1000)] | None = None
    """The subject."""
    text: Text | None = None
    """The text."""
    is_rich: bool | None = None
    """True when the text is also sent as HTML."""
    seen_event_id: EventId | None = None
    """The last event the writer has seen."""

    def values(self) -> dict[str, Any]:
        """What was said, as a draft keeps it."""
        return self.model_dump(exclude_none=True, exclude={"kind", "conversation", "inbox"})


class NewDraftIn(DraftIn):
    """A draft to begin; a conversation has one of each kind, which is changed if it is there."""

    kind: DraftKind = DraftKind.REPLY
    """What it will become; `new` needs no conversation."""
    conversation: Id | None = None
    """The number of the conversation it belongs to."""
    inbox: Id | None = None
    """The desk a new mail will leave from."""
