"""Delivery reports: bounces, feedback loops and automatic replies, read from a mail (RFC 3464, 5965, 3834 and older).

`read_report` is the only entrance. The rules were drawn from the standards and from real reports; words are matched,
never the names of files or hosts, so a server nobody has seen yet is read too. Pure: no database, no network.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from madoguchi.channels.contract import AutoKind, DeliveryReport
from madoguchi.connectors.mail.bounces.autoreply import is_autoreply
from madoguchi.connectors.mail.bounces.cloud import read_notification
from madoguchi.connectors.mail.bounces.fields import (
    FEEDBACK_TYPES,
    STATUS_TYPES,
    Fields,
    blocks,
    blocks_in_text,
    header,
    id_in_text,
    message_ids,
    own_text,
    parts,
    returned,
    returned_id,
)
from madoguchi.connectors.mail.bounces.kinds import is_bounce, is_feedback, is_read_receipt, types_of
from madoguchi.connectors.mail.bounces.notice import MAX_RECIPIENTS, Notice, addresses_in, read_notice
from madoguchi.connectors.mail.bounces.reasons import HARD, code_in, reason_of, stage_of

if TYPE_CHECKING:
    from email.message import Message

_SENT: Final = frozenset({"delivered", "relayed", "expanded"})
_MAX_DIAGNOSTIC: Final = 1_000
_MAX_SAID: Final = 3_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a machine reported about a message of ours."""

    auto_kind: AutoKind  #: BOUNCE, FEEDBACK or AUTOREPLY
    reports: tuple[DeliveryReport, ...] = ()  #: one for each recipient; empty for AUTOREPLY
    reported_id: str = ""  #: the Message-ID, without < >, of the message it is about; empty when it is not named


def read_report(message: "Message[str, str]", text: str) -> Report | None:
    """Return what a delivery report says, or None for a message that is none.

    `text` is the decoded plain text of the message; empty, it is taken from the parts. Never raises on any input,
    and looks at a bounded number of parts and characters only.
    """
    text = text if text.strip() else own_text(message)
    if notification := read_notification(text):
        kind, reports, reported_id = notification
        return Report(AutoKind.FEEDBACK if kind == "complaint" else AutoKind.BOUNCE, reports, reported_id)
    types = types_of(message)
    if is_feedback(message, types):
        return _feedback(message)
    pasted = [group for group in blocks_in_text(text) if _is_recipient(group)]
    if is_bounce(message, text, types, pasted):
        return _bounce(message, text, pasted)
    if is_read_receipt(types) or is_autoreply(message, text):
        return Report(AutoKind.AUTOREPLY, reported_id=_answered_id(message))
    return None


def _is_recipient(fields: Fields) -> bool:
    """True for the fields of one recipient (RFC 3464 section 2.3); some servers give the original address only."""
    named = fields.keys() & {"final-recipient", "original-recipient"}
    return bool(named and fields.keys() & {"action", "status", "diagnostic-code"})


def _bounce(message: "Message[str, str]", text: str, pasted: list[Fields]) -> Report:
    own = frozenset(addresses_in(f"{header(message, 'To')} {header(message, 'From')}"))
    notice = read_notice(text, own=own)
    told = [group for part in parts(message) if part.get_content_type() in STATUS_TYPES for group in blocks(part)]
    recipients = ([group for group in told if _is_recipient(group)] or pasted)[:MAX_RECIPIENTS]
    failed = [group for group in recipients if _action(group) not in _SENT] or recipients
    original = returned(message)
    if failed:
        reports = tuple(_from_fields(group, notice, subject=header(message, "Subject")) for group in failed)
    else:
        reports = _from_notice(message, notice, original)
    return Report(AutoKind.BOUNCE, reports, _reported_id(message, original, notice))


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name)
    return values[0] if values else ""


def _action(fields: Fields) -> str:
    return _first(fields, "action").partition(" ")[0].strip(" ;").lower()


def _address(value: str) -> str:
    """Return the address of a typed field, `rfc822; a@b.example`, without type and brackets."""
    _, typed, rest = value.partition(";")
    return (rest if typed else value).strip(" <>\"'")[:320]


def _from_fields(fields: Fields, notice: Notice, *, subject: str) -> DeliveryReport:
    recipient = _address(_first(fields, "final-recipient") or _first(fields, "original-recipient"))
    said = _first(fields, "diagnostic-code")[:_MAX_SAID]
    kind, typed, words = said.partition(";")
    is_smtp = bool(said) and kind.strip().lower() != "x-unix"
    spoken = notice.about(recipient)
    diagnostic = (words if typed and " " not in kind.strip() else said).strip()
    given = _first(fields, "status")
    status = code_in(diagnostic, last=True)
    if not status or status.endswith(".0.0"):
        status = _better(code_in(given) or status, "" if is_smtp and diagnostic else code_in(spoken))
    if _action(fields) in _SENT:
        return DeliveryReport(recipient, status, "delivered", diagnostic=diagnostic[:_MAX_DIAGNOSTIC])
    category = _first(fields, "x-powermta-bouncecategory")
    stage = stage_of(f"{category} {given}", diagnostic, spoken)
    texts = (_worded(diagnostic, said, category), given, spoken, subject)
    reason = reason_of(texts, status=status, stage=stage)
    if _action(fields) in {"delayed", "expired"} and reason in HARD | {"undefined"}:
        reason = "expired"
    return DeliveryReport(
        recipient=recipient,
        status=status,
        reason=reason,
        is_hard=reason in HARD and not status.startswith("4"),
        diagnostic=(diagnostic or spoken)[:_MAX_DIAGNOSTIC],
    )


def _better(given: str, spoken: str) -> str:
    """Return the more telling of two codes; one that only says "failed" (x.0.0) yields."""
    if not given:
        return spoken
    return spoken if given.endswith(".0.0") and spoken[:1] == given[:1] else given


def _worded(diagnostic: str, said: str, category: str) -> str:
    """Return a diagnostic as searched for reasons; a local delivery program's exit code is named as such."""
    kind = "x-unix " if said.lower().startswith("x-unix") else ""
    return f"{diagnostic} {kind}{category}".strip()


def _from_notice(
    message: "Message[str, str]", notice: Notice, original: "Message[str, str] | None"
) -> tuple[DeliveryReport, ...]:
    """Read a report without fields: the recipients from a header, the text, or the returned message's To."""
    named = addresses_in(header(message, "X-Failed-Recipients")) or tuple(part.recipient for part in notice.sections)
    if not named:
        lost = header(original, "To") if original is not None else ""
        named = addresses_in(lost or _to_line(notice.rest) or notice.text)[:1] or ("",)
    subject = header(message, "Subject")
    return tuple(
        _spoken(recipient, notice.about(recipient) if len(named) > 1 else notice.text, subject) for recipient in named
    )


def _to_line(text: str) -> str:
    for group in blocks_in_text(text)[:2]:
        if "to" in group:
            return group["to"][0]
    return ""


def _spoken(recipient: str, words: str, subject: str) -> DeliveryReport:
    status = code_in(words)
    reason = reason_of((words, subject), status=status, stage=stage_of(words))
    return DeliveryReport(
        recipient=recipient,
        status=status,
        reason=reason,
        is_hard=reason in HARD and not status.startswith("4"),
        diagnostic=" ".join(words.split())[:_MAX_DIAGNOSTIC],
    )


def _reported_id(message: "Message[str, str]", original: "Message[str, str] | None", notice: Notice) -> str:
    """Return the returned message's id: from its headers, its text, the notice, or the thread the report names."""
    return returned_id(message, original) or id_in_text(notice.rest) or id_in_text(notice.text) or _answered_id(message)


def _answered_id(message: "Message[str, str]") -> str:
    ids = message_ids(header(message, "In-Reply-To")) or message_ids(header(message, "References"))[-1:]
    return ids[0] if ids else ""


def _feedback(message: "Message[str, str]") -> Report:
    told = [group for part in parts(message) if part.get_content_type() in FEEDBACK_TYPES for group in blocks(part)]
    original = returned(message)
    kind = next((group["feedback-type"][0] for group in told if "feedback-type" in group), "")
    named = [value for group in told for value in group.get("original-rcpt-to", [])[:MAX_RECIPIENTS]]
    if not named and original is not None:
        named = [header(original, "X-HmXmrOriginalRecipient") or header(original, "To")]
    recipients = [address for value in named for address in addresses_in(value)[:1]] or [_sender(message)]
    return Report(
        AutoKind.FEEDBACK,
        tuple(DeliveryReport(recipient, reason="feedback", diagnostic=kind) for recipient in recipients),
        returned_id(message, original) or _answered_id(message),
    )


def _sender(message: "Message[str, str]") -> str:
    return next(iter(addresses_in(header(message, "From"))), "")
