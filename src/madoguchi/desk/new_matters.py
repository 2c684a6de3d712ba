"""Messages that seem to begin another matter, so that splitting is offered at them."""

from collections.abc import Iterable
from datetime import datetime

from madoguchi.conversations.choices import MERGED, SPLIT, UNDONE, MessageKind, MessageState
from madoguchi.conversations.linking import MOVED
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import base_subject
from madoguchi.events.models import Event

#: What people have joined or taken apart themselves needs no advice about it.
_DECISIONS = (MERGED, SPLIT, MOVED)
_UNDONE_DECISIONS = ("merge", "split", "move")


def decided_at(events: Iterable[Event]) -> datetime | None:
    """When somebody last said what belongs together here, if anybody did."""
    said = [event.at for event in events if event.kind in _DECISIONS or _is_taken_back(event)]
    return max(said, default=None)


def _is_taken_back(event: Event) -> bool:
    return event.kind == UNDONE and event.data.get("kind") in _UNDONE_DECISIONS


def new_matters_in(messages: Iterable[Message], conversation: Conversation, decided: datetime | None) -> set[int]:
    """The messages of a customer that begin another matter under a subject of their own, in the order of time.

    Not the first one shown, not what a machine wrote, nothing that we have answered here (then the matter is one), and
    nothing that was here when somebody `decided` what belongs together.
    """
    known = {conversation.base_subject} - {""}
    found: set[int] = set()
    for number, message in enumerate(messages):
        if message.is_automatic:
            known.add(base_subject(message.subject))  # who answers it has begun nothing
            continue
        if message.kind == MessageKind.OUTBOUND and message.state not in (
            MessageState.CANCELLED,
            MessageState.SENT_BACK,
        ):
            found.clear()
        subject = base_subject(message.subject)
        if message.kind == MessageKind.NOTE or not subject:
            continue
        is_told = any(subject in each or each in subject for each in known)
        is_asked = message.kind == MessageKind.INBOUND and not message.auto_kind
        if number and known and not is_told and is_asked and (decided is None or message.at > decided):
            found.add(message.pk)
        known.add(subject)
    return found
