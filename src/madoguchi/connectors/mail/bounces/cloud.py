"""Amazon SES notifications: delivery reports as JSON, mailed by Amazon SNS."""

import json
from typing import Final

from madoguchi.channels.contract import DeliveryReport
from madoguchi.connectors.mail.bounces.reasons import HARD, code_in, reason_of
from madoguchi.connectors.mail.bounces.words import Stage

_MAX_JSON: Final = 200_000
_MAX_RECIPIENTS: Final = 200

type Json = dict[str, object]


def read_notification(text: str) -> tuple[str, tuple[DeliveryReport, ...], str] | None:
    """Return the notification type in lower case, its reports and the id of the message, or None when it is none.

    The id is the Message-ID the sender set when SES passes it on, else SES's own.
    """
    outer = _json_at_start(text)
    inner = outer.get("Message") if outer else None
    body = _json_at_start(inner) if isinstance(inner, str) else outer
    kind = body.get("notificationType", body.get("eventType")) if body else None
    if body is None or not isinstance(kind, str) or not isinstance(body.get("mail"), dict):
        return None
    readers = {"Bounce": _bounced, "Complaint": _complained, "Delivery": _delivered}
    if kind not in readers:
        return None
    return kind.lower(), readers[kind](_dict(body, kind.lower()))[:_MAX_RECIPIENTS], _message_id(_dict(body, "mail"))


def _json_at_start(text: str) -> Json | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip()[:_MAX_JSON])
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _bounced(event: Json) -> tuple[DeliveryReport, ...]:
    return tuple(_bounce(entry) for entry in _dicts(event, "bouncedRecipients"))


def _bounce(entry: Json) -> DeliveryReport:
    diagnostic = _text(entry, "diagnosticCode")
    status = code_in(diagnostic, last=True) or code_in(_text(entry, "status"))
    reason = reason_of((diagnostic,), status=status, stage=Stage.UNKNOWN)
    return DeliveryReport(
        recipient=_text(entry, "emailAddress"),
        status=status,
        reason=reason,
        is_hard=reason in HARD and not status.startswith("4"),
        diagnostic=diagnostic[:1_000],
    )


def _complained(event: Json) -> tuple[DeliveryReport, ...]:
    kind = _text(event, "complaintFeedbackType")
    return tuple(
        DeliveryReport(recipient=_text(entry, "emailAddress"), reason="feedback", diagnostic=kind)
        for entry in _dicts(event, "complainedRecipients")
    )


def _delivered(event: Json) -> tuple[DeliveryReport, ...]:
    recipients = event.get("recipients")
    said = _text(event, "smtpResponse")
    return tuple(
        DeliveryReport(recipient=str(recipient), status=code_in(said), reason="delivered", diagnostic=said[:1_000])
        for recipient in (recipients if isinstance(recipients, list) else [])
    )


def _message_id(mail: Json) -> str:
    set_by_sender = _text(_dict(mail, "commonHeaders"), "messageId") or _text(mail, "messageId")
    return set_by_sender.strip("<> ")[:900]


def _dict(value: Json, key: str) -> Json:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _dicts(value: Json, key: str) -> list[Json]:
    found = value.get(key)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _text(value: Json, key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
