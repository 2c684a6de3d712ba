"""Whom a machine must not write to: an ordered tuple of questions about the mail that has come in.

Sources: RFC 3834 §2 (automatic answers), RFC 2076 (Precedence), RFC 2919 (lists), RFC 8601 (forged senders). What a
machine, a list or a bounce wrote was recognised when it came in (`connectors/mail/screening.py`): its `auto_kind`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from madoguchi.acknowledgements.choices import FRESH_FOR
from madoguchi.channels.answering import may_auto_answer
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.addresses import fold_address
from madoguchi.preflight.checks.recipients import FREE_MAIL

_DMARC_FAILED: Final = re.compile(r"\bdmarc\s?=\s?fail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that has come in, where it stands, and who we are."""

    message: Message
    conversation: Conversation
    ours: frozenset[str]  #: folded addresses of all 窓口 and of the staff
    domains: frozenset[str]  #: those of all 窓口
    now: datetime

    @property
    def addresses(self) -> list[str]:
        """Who wrote it, and who is to be answered."""
        return [self.message.sender_address, *(party["email"] for party in self.message.reply_to)]


def reason_for_silence(arrived: Arrived) -> str:
    """Why this mail is not acknowledged, as a stable key; empty when it may be."""
    return next((why for why, is_so in GUARDS if is_so(arrived)), "")


def _is_of_ours(arrived: Arrived) -> bool:
    domains = {fold_address(each).rpartition("@")[2] for each in arrived.addresses}
    return bool(domains & (arrived.domains - FREE_MAIL))


def _is_not_for_people(arrived: Arrived) -> bool:
    return not may_auto_answer(arrived.addresses, own_addresses=arrived.ours)


def _is_forged(arrived: Arrived) -> bool:
    """Our own mail server says so in the first such field; who writes one oneself only gains silence."""
    return bool(_DMARC_FAILED.search(arrived.message.headers.get("authentication-results", "")))


def _is_old(arrived: Arrived) -> bool:
    written = arrived.message.sent_at or arrived.message.at
    return min(written, arrived.message.at) < arrived.now - FRESH_FOR


def _is_not_new(arrived: Arrived) -> bool:
    """True when it begins nothing, or somebody was quicker."""
    others = arrived.conversation.messages.exclude(pk=arrived.message.pk).exclude(kind=MessageKind.NOTE)
    return (
        arrived.message.kind != MessageKind.INBOUND
        or others.filter(pk__lt=arrived.message.pk).exists()
        or (others.filter(kind=MessageKind.OUTBOUND).exists())
    )


#: In this order: what a machine wrote, whom nobody reads, what is no matter of ours to begin.
GUARDS: Final[tuple[tuple[str, Callable[[Arrived], bool]], ...]] = (
    ("machine", lambda arrived: bool(arrived.message.auto_kind)),
    ("nobody_reads", _is_not_for_people),
    ("forged", _is_forged),
    ("own_domain", _is_of_ours),
    ("old", _is_old),
    ("side", lambda arrived: arrived.conversation.side_of_id is not None),
    ("merged", lambda arrived: arrived.conversation.merged_into_id is not None),
    ("taken_on", lambda arrived: arrived.conversation.status != Status.NEW),
    ("desk_off", lambda arrived: not arrived.conversation.inbox.is_active),
    ("not_new", _is_not_new),
)
