"""The list 送信予約 put into words, and what may be done with a mail that waits for its time."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.desk.planning import notes_about
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class PlannedDeeds:
    """What this person may do with a planned mail."""

    can_move: bool
    can_go: bool
    can_release: bool


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One mail that waits for its time."""

    pk: int
    number: int
    at: str
    when: str
    notes: str
    subject: str
    to: str
    author: str
    state: str
    icon: str
    tone: str
    deeds: PlannedDeeds


def planned_deeds(user: User, message: Message) -> PlannedDeeds | None:
    """What may be done; None for what is not planned, has left, or is not this person's to decide about."""
    waits = message.state in (MessageState.QUEUED, MessageState.AWAITING_APPROVAL, MessageState.STOPPED)
    if message.planned_at is None or message.claimed_at or not waits or not may(user, Permission.REPLY):
        return None
    is_queued, is_stopped = message.state == MessageState.QUEUED, message.state == MessageState.STOPPED
    if message.state == MessageState.AWAITING_APPROVAL and message.user_id != user.pk:
        return None
    return PlannedDeeds(not is_stopped, is_queued, is_stopped and may(user, Permission.SEND_UNCHECKED))


def planned_lines(user: User, messages: Iterable[Message], words: Words) -> list[PlannedLine]:
    """The list in words."""
    return [_line(user, each, words) for each in messages]


def _line(user: User, message: Message, words: Words) -> PlannedLine:
    state, icon, tone = {
        MessageState.STOPPED: (_("Held back"), "stop", "late"),
        MessageState.AWAITING_APPROVAL: (_("Awaiting approval"), "s-approval", "approval"),
    }.get(MessageState(message.state), (_("Planned"), "clock", "wait"))
    at = message.planned_at or words.now
    notes = notes_about(at, message.conversation.inbox, message.conversation.customer.time_zone, words)
    return PlannedLine(
        pk=message.pk,
        number=message.conversation_id,
        at=iso(at),
        when=words.due(at),
        notes=_(", ").join(notes),
        subject=message.subject or _("(No subject)"),
        to=_(", ").join(party["name"] or party["email"] for party in [*message.to, *message.cc, *message.bcc]),
        author=message.user.name if message.user else message.sender_name,
        state=state,
        icon=icon,
        tone=tone,
        deeds=planned_deeds(user, message) or PlannedDeeds(can_move=False, can_go=False, can_release=False),
    )
