"""The quarantine put into words."""

from collections.abc import Sized
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.channels.models import RawMessage
from madoguchi.channels.queries import MOST_COUNTED
from madoguchi.core.telling import told
from madoguchi.ui.dates import Words, iso


def quarantine_word(quarantined: Sized) -> str:
    """How many wait in quarantine, or nothing."""
    amount = len(quarantined)
    return f"{amount}+" if amount >= MOST_COUNTED else str(amount or "")


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """One mail that could not be read."""

    pk: int
    sender: str
    recipients: str
    inbox: str
    size: str
    when: str
    at: str
    reason: str
    detail: str
    attempts: int


def quarantine_line(raw: RawMessage, words: Words) -> QuarantineLine:
    """Who wrote to whom, and why it could not be read."""
    return QuarantineLine(
        pk=raw.pk,
        sender=raw.envelope_from or _("(unknown sender)"),
        recipients=", ".join(raw.envelope_to),
        inbox=raw.inbox.name if raw.inbox else "",
        size=words.size(raw.blob.size_bytes),
        when=words.due(raw.received_at),
        at=iso(raw.received_at),
        reason=_reason(raw.reason),
        detail=told(raw.detail),
        attempts=raw.attempts,
    )


def _reason(key: str) -> str:
    known = {
        "too_large": _("Larger than the limit"),
        "decoded_too_large": _("Unpacks to more than the limit"),
        "too_many_headers": _("Too many header lines"),
        "headers_too_large": _("Header lines too long"),
        "too_deep": _("Nested too deeply"),
        "too_many_parts": _("Too many parts"),
        "gave_up": _("Reading it ended in the middle, several times"),
        "defect": _("Reading it failed"),
        "unknown_inbox": _("No desk has this address"),
    }
    return known.get(key) or (_("Goes in a circle") if "loop" in key or "hops" in key else _("Could not be read"))
