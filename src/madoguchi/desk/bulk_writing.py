"""The form in which a bulk reply is written, looked at and tried again: read, not yet trusted."""

import hashlib
import secrets
from dataclasses import dataclass, replace

from django.http import QueryDict

from madoguchi.conversations.choices import Status
from madoguchi.conversations.letters import Enclosure
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.written import own_after
from madoguchi.outreach.actions import BulkRetry, BulkSending
from madoguchi.outreach.choices import MAX_CONVERSATIONS
from madoguchi.outreach.drafts import Begun, Page
from madoguchi.outreach.models import BulkDraft

#: What may follow a bulk reply, besides statuses of our own.
STATUSES = (Status.WAIT.value, Status.OPEN.value, Status.INTERNAL.value, Status.DONE.value)
#: Of 200 letters with some findings each.
_MOST_KEYS = 2_000


@dataclass(frozen=True, slots=True)
class BulkForm:
    """What stands in the form."""

    numbers: tuple[int, ...] = ()  #: the conversations it was begun with
    text: str = ""
    subject: str = ""
    status: str = Status.WAIT.value
    included: frozenset[int] | None = None  #: those ticked in the preview; None before there was one
    shown: frozenset[int] = frozenset()  #: those that stood there to be ticked
    left_out: frozenset[int] = frozenset()  #: those that somebody has unticked, in this preview or before
    acknowledged: frozenset[str] = frozenset()
    reason: str = ""
    seen_event_id: int = 0
    looked: str = ""  #: the digest of the words that were looked at
    writer: str = ""  #: the page that writes,
    opened_with: int = 0  #: and the version of the draft it was opened with

    @classmethod
    def read(cls, values: QueryDict, *, text: str, subject: str = "") -> "BulkForm":
        """As it was posted; `text` and `subject` are what stands there before anybody has written."""
        included = frozenset(_numbers(values.getlist("include")))
        shown = frozenset(_numbers(" ".join(values.getlist("shown")).split()))
        unticked = frozenset(_numbers(values.get("left_out", "").split())) | shown
        return cls(
            numbers=_numbers(values.getlist("conversation")),
            text=values.get("text", text).replace("\r\n", "\n"),
            subject=cut_whole(values.get("subject", subject), 1000),
            status=values.get("status_after", Status.WAIT.value),
            included=included if "with_choice" in values else None,
            shown=shown,
            left_out=unticked - included,
            acknowledged=frozenset(" ".join(values.getlist("acknowledge")).split()[:_MOST_KEYS]),
            reason=cut_whole(values.get("reason", "").strip(), 200),
            seen_event_id=_whole(values.get("seen_event_id", "")),
            looked=values.get("looked", ""),
            writer=values.get("writer", "")[:32] or secrets.token_hex(8),
            opened_with=_whole(values.get("opened_with", "")),
        )

    def is_ticked(self, number: int, *, unless: bool = False) -> bool:
        """Whether a letter is to leave: as somebody decided, else always `unless` there is a reason not to."""
        if self.included is not None and number in self.shown:
            return number in self.included
        return not unless and number not in self.left_out

    def begun(self, files: tuple[Enclosure, ...] | None) -> Begun:
        """What is kept while it is written."""
        return Begun(self.numbers, self.subject, self.text, self.status, files)

    @property
    def page(self) -> Page:
        """The page that writes."""
        return Page(self.writer, self.opened_with)

    def taken_up(self, draft: BulkDraft) -> "BulkForm":
        """The form with what was begun before."""
        return replace(
            self,
            subject=draft.subject,
            text=draft.text,
            status=draft.status_after or self.status,
            opened_with=draft.version,
        )

    @property
    def digest(self) -> str:
        """Of the words as they are now: what was looked at is what is sent."""
        return hashlib.sha256(f"{self.subject}\x1f{self.text}".encode()).hexdigest()[:16]

    @property
    def is_looked_at(self) -> bool:
        """Whether the letters were looked at with exactly these words."""
        return self.looked == self.digest

    def sending(self) -> BulkSending:
        """How the letters are sent, without their files."""
        return BulkSending(
            seen_event_id=self.seen_event_id,
            status_after=self.status if self.status in STATUSES else Status.WAIT,
            own_after=own_after(self.status),
            acknowledged=self.acknowledged,
            subject=self.subject,
        )

    def retry(self) -> BulkRetry:
        """What is tried again, and what was decided about it."""
        return BulkRetry(
            conversations=self.included or frozenset(),
            acknowledged=self.acknowledged,
            seen_event_id=self.seen_event_id,
            override_reason=self.reason,
            text=self.text,
            subject=self.subject,
        )


def retried(values: QueryDict) -> int:
    """The bulk reply whose rest is tried again by this form; 0 for a new one."""
    return _whole(values.get("retry", ""))


def _numbers(values: list[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(filter(None, map(_whole, values[: MAX_CONVERSATIONS + 1]))))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
