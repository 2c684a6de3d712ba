"""What kind of mail this is, and whether it may pass: machines, lists, loops, and our own mail come back.

An ordered tuple of checks looks at the parsed message and at its header fields; the first that knows the kind says it.
Nothing is ever dropped: at worst a mail waits in quarantine, where people see it. Pure: no database.
Sources: RFC 3834 (automatic answers), RFC 5321 §4.5.5 and §6.3 (empty sender, loops), RFC 2919 and 2369 (lists).
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.conf import settings

from madoguchi.channels.contract import AutoKind, InboundMessage
from madoguchi.connectors.mail.bounces import Report, read_report
from madoguchi.connectors.mail.bounces.fields import header
from madoguchi.core.addresses import fold_address

if TYPE_CHECKING:
    from email.message import Message

#: Set on every mail that leaves, with a value only this installation knows; seen again, the mail went in a circle.
LOOP_HEADER: Final = "X-Madoguchi-Loop"
#: RFC 5321 asks servers to allow 100 hops; a mail that reaches a desk has seldom more than fifteen.
MAX_HOPS: Final = 50
#: A forwarder that delivers to itself writes the same address again and again.
_MAX_SAME_DELIVERY: Final = 3

_LIST_FIELDS: Final = (
    "List-Id",
    "List-Post",
    "List-Unsubscribe",
    "List-Help",
    "Mailing-List",
    "X-Mailing-List",
    "X-ML-Name",
    "X-MLServer",
)
_BULK: Final = frozenset({"bulk", "list", "junk"})
_SUPPRESSED: Final = frozenset({"all", "oof", "autoreply"})


class Verdict(StrEnum):
    """What becomes of a mail."""

    ACCEPT = "accept"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Ours:
    """What tells our own mail from others'."""

    addresses: frozenset[str] = frozenset()  #: of all inboxes, folded by `core.addresses.fold_address`
    marker: str = ""  #: the value of our LOOP_HEADER; empty when none is set
    is_our_id: Callable[[str], bool] = lambda _id: False  #: True for a Message-ID made here


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome: whether the mail passes, its kind, and why in a short English key."""

    verdict: Verdict
    auto_kind: AutoKind
    why: str = ""
    report: Report | None = None

    def apply(self, inbound: InboundMessage) -> InboundMessage:
        """Return the message with its kind and, of a report, what it says."""
        if self.report is None:
            return replace(inbound, auto_kind=self.auto_kind)
        return replace(
            inbound,
            auto_kind=self.auto_kind,
            reports=self.report.reports,
            reported_id=self.report.reported_id or inbound.in_reply_to,
        )


@dataclass(frozen=True, slots=True)
class _Mail:
    inbound: InboundMessage
    message: "Message[str, str]"
    ours: Ours
    envelope_sender: str | None


def screen(
    inbound: InboundMessage, message: "Message[str, str]", *, ours: Ours, envelope_sender: str | None = None
) -> Screening:
    """Judge one mail by `CHECKS`, in their order.

    `message` is the same mail with its raw header fields; `envelope_sender` is what the SMTP dialogue said, empty for
    <>, None when the mail came by another way (then Return-Path is read).
    """
    mail = _Mail(inbound, message, ours, envelope_sender)
    return next((outcome for check in CHECKS if (outcome := check(mail))), Screening(Verdict.ACCEPT, AutoKind.NONE))


def loop_marker() -> str:
    """What our LOOP_HEADER says: the same on all mail of this installation, and on nobody else's."""
    return hmac.new(settings.SECRET_KEY.encode(), b"mail-loop", hashlib.sha256).hexdigest()[:24]


def _came_back(mail: _Mail) -> Screening | None:
    """Our own mail: a copy of it (the intake knows it by its id), or one that somebody sent round.

    Somebody else's words under an id of ours are theirs: redirectors and "send again" keep ids.
    """
    is_from_us = fold_address(mail.inbound.sender.email) in mail.ours.addresses
    if is_from_us and mail.ours.is_our_id(mail.inbound.external_id):
        return Screening(Verdict.ACCEPT, AutoKind.LOOP, "own_message_id")
    marks = mail.message.get_all(LOOP_HEADER, [])
    if mail.ours.marker and any(str(mark).strip() == mail.ours.marker for mark in marks):
        return Screening(Verdict.QUARANTINE, AutoKind.LOOP, "own_marker")
    return None


def _goes_in_circles(mail: _Mail) -> Screening | None:
    if len(mail.message.get_all("Received", [])) > MAX_HOPS:
        return Screening(Verdict.QUARANTINE, AutoKind.LOOP, "too_many_hops")
    looped = {fold_address(str(value)) for value in mail.message.get_all("X-Loop", [])}
    if looped & mail.ours.addresses:
        return Screening(Verdict.QUARANTINE, AutoKind.LOOP, "own_x_loop")
    delivered = [fold_address(str(value)) for value in mail.message.get_all("Delivered-To", [])]
    if any(delivered.count(address) > _MAX_SAME_DELIVERY for address in set(delivered)):
        return Screening(Verdict.QUARANTINE, AutoKind.LOOP, "delivered_again")
    return None


def _reports(mail: _Mail) -> Screening | None:
    """Bounces, feedback and automatic answers; a list's own machine-made mail is left to the next check."""
    report = read_report(mail.message, mail.inbound.text)
    if report is None:
        return None
    if report.auto_kind is AutoKind.AUTOREPLY and _is_list(mail) and not mail.inbound.in_reply_to:
        return None
    return Screening(Verdict.ACCEPT, report.auto_kind, "report", report)


def _is_list(mail: _Mail) -> bool:
    return any(mail.message.get(name) is not None for name in _LIST_FIELDS)


def _bulk(mail: _Mail) -> Screening | None:
    if _is_list(mail):
        return Screening(Verdict.ACCEPT, AutoKind.BULK, "list_header")
    if header(mail.message, "Precedence").lower() in _BULK:
        return Screening(Verdict.ACCEPT, AutoKind.BULK, "precedence")
    return None


def _asks_for_silence(mail: _Mail) -> Screening | None:
    """X-Auto-Response-Suppress (MS-OXCMAIL): whoever sets it on a mail does not want a machine's answer."""
    asked = {word.strip() for word in header(mail.message, "X-Auto-Response-Suppress").lower().split(",")}
    if asked & _SUPPRESSED:
        return Screening(Verdict.ACCEPT, AutoKind.AUTOREPLY, "auto_response_suppress")
    return None


def _has_no_sender(mail: _Mail) -> Screening | None:
    """An empty envelope sender is only used by machines (RFC 5321 §4.5.5)."""
    sender = mail.envelope_sender
    if sender is None and (path := mail.message.get("Return-Path")) is not None:
        sender = str(path)
    if sender is not None and sender.strip() in {"", "<>"}:
        return Screening(Verdict.ACCEPT, AutoKind.AUTOREPLY, "empty_sender")
    return None


#: In this order: what must not come in again, what is a report, what went to many, what a machine sent.
CHECKS: Final[tuple[Callable[[_Mail], Screening | None], ...]] = (
    _came_back,
    _goes_in_circles,
    _reports,
    _bulk,
    _asks_for_silence,
    _has_no_sender,
)
