"""The form in which a bulk reply is written, looked at and tried again: read, not yet trusted."""

import hashlib
from dataclasses import dataclass

from django.http import QueryDict

from madoguchi.conversations.choices import Status
from madoguchi.desk.written import own_after
from madoguchi.outreach.actions import BulkRetry, BulkSending
from madoguchi.outreach.choices import MAX_CONVERSATIONS

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
    acknowledged: frozenset[str] = frozenset()
    reason: str = ""
    seen_event_id: int = 0
    looked: str = ""  #: the digest of the words that were looked at

    @classmethod
    def read(cls, values: QueryDict, *, text: str, subject: str = "") -> "BulkForm":
        """As it was posted; `text` and `subject` are what stands there before anybody has written."""
        return cls(
            numbers=_numbers(values.getlist("conversation")),
            text=values.get("text", text).replace("\r\n", "\n"),
            subject=values.get("subject", subject)[:1000],
            status=values.get("status_after", Status.WAIT.value),
            included=frozenset(_numbers(values.getlist("include"))) if "with_choice" in values else None,
            acknowledged=frozenset(" ".join(values.getlist("acknowledge")).split()[:_MOST_KEYS]),
            reason=values.get("reason", "").strip()[:200],
            seen_event_id=_whole(values.get("seen_event_id", "")),
            looked=values.get("looked", ""),
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


def _numbers(values: list[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(filter(None, map(_whole, values[: MAX_CONVERSATIONS + 1]))))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
