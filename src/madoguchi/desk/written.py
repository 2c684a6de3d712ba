"""What the form of the composer sends: read, not yet trusted, and on its way into a draft or a letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.channels.hours import zone_of
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.replies import Sending
from madoguchi.conversations.choices import Status
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import OwnStatus
from madoguchi.conversations.own import find_status
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.markup import render_markup
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.letters import Party, read_addresses
from madoguchi.desk.planning import planned_time
from madoguchi.wording.actions.macros import MAX_ALONG, along_of


@dataclass(frozen=True, slots=True)
class Written:
    """What the form sent."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    text: str
    is_rich: bool
    seen_event_id: int
    request_key: str
    reason: str
    status_after: str
    shown_event_id: int = 0
    is_override: bool = False
    file_ids: frozenset[int] = frozenset()
    removed_ids: frozenset[int] = frozenset()
    forwarded_ids: frozenset[int] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    along: frozenset[int] = frozenset()  #: templates whose actions are ticked to be done with it
    is_private: bool = False  #: the draft is kept from colleagues
    resends: int = 0
    planning: QueryDict = field(default_factory=QueryDict)  #: the fields of 送信予約

    @classmethod
    def read(cls, values: QueryDict) -> "Written":
        """Read the composer's form; nothing in it is trusted, and nothing is refused yet."""
        return cls(
            to=read_addresses(values.getlist("to")),
            cc=read_addresses(values.getlist("cc")),
            bcc=read_addresses(values.getlist("bcc")),
            subject=cut_whole(values.get("subject", ""), 1000),
            text=values.get("text", "").replace("\r\n", "\n"),
            is_rich=values.get("is_rich") == "1",
            seen_event_id=_whole(values.get("seen_event_id", "")),
            request_key=values.get("request_key", "")[:40],
            reason=values.get("reason", "").strip(),
            status_after=values.get("status_after", Status.WAIT.value),
            shown_event_id=_whole(values.get("shown_event_id", "")),
            is_override=bool(values.get("override")),
            file_ids=_numbers(values, "file"),
            removed_ids=_numbers(values, "removed"),
            forwarded_ids=_numbers(values, "forwarded"),
            acknowledged=frozenset(" ".join(values.getlist("acknowledge")).split()[:500]),
            ticked=frozenset(values.getlist("ticked")[:200]),
            along=_numbers(values, "along"),
            is_private=bool(values.get("is_private")),
            resends=_whole(values.get("resends", "")),
            planning=values,
        )

    @property
    def known_event_id(self) -> int:
        """What the writer knows of: a refusal's list counts only for who then says why it goes all the same."""
        return max(self.seen_event_id, self.shown_event_id) if self.is_override and self.reason else self.seen_event_id

    def draft_values(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "to": as_parties(self.to),
            "cc": as_parties(self.cc),
            "bcc": as_parties(self.bcc),
            "subject": self.subject,
            "text": self.text,
            "is_rich": self.is_rich,
            "seen_event_id": self.seen_event_id,
            "request_key": self.request_key,
            "is_private": self.is_private,
            "along": sorted(self.along)[:MAX_ALONG],
        }

    def letter(self, enclosures: Sequence[Enclosure]) -> Letter:
        """As it is sent."""
        return Letter(
            to=self.to,
            cc=self.cc,
            bcc=self.bcc,
            subject=self.subject,
            text=self.text,
            html=render_markup(self.text) if self.is_rich else "",
            enclosures=tuple(enclosures),
        )


def sending_of(written: Written, inbox: Inbox, user: User) -> Sending:
    """How the composer sends: it has shown what the check before sending found, or shows it now.

    `Invalid` for a time that is none.
    """
    own = own_after(written.status_after)
    return Sending(
        written.known_event_id,
        written.request_key,
        written.reason,
        own.state if own else written.status_after,
        planned_time(written.planning, zone_of(inbox).key),
        resends=written.resends or None,
        acknowledged=written.acknowledged,
        ticked=written.ticked,
        own_after=own,
        along=along_of(written.along, user=user),
    )


def own_after(key: str) -> OwnStatus | None:
    """The own status that a form chose for after sending; `Invalid` for one that has gone."""
    try:
        return find_status(key)
    except NotFound as error:
        raise Invalid(error.user_message, field="status_after") from error


def as_parties(addresses: Sequence[Address]) -> list[Party]:
    """Addresses as drafts and messages keep them."""
    return [{"email": address.email, "name": address.name} for address in addresses]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _numbers(values: QueryDict, name: str) -> frozenset[int]:
    return frozenset(number for number in map(_whole, values.getlist(name)) if number)
