"""The timeline of a conversation: its newest messages with their files, and what happened meanwhile."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from madoguchi.conversations.choices import (
    MESSAGE_RECEIVED,
    NEVER_LEFT,
    NOTE_ADDED,
    REPLY_QUEUED,
    REPLY_WRITTEN,
    MessageKind,
    MessageState,
)
from madoguchi.conversations.models import ApprovalRequest, Attachment, Conversation, Message
from madoguchi.core.prepared import Prepared, Slot
from madoguchi.core.together import fetch_together
from madoguchi.events.models import Event

#: Events of the timeline that are shown; the rest is audit.
HIDDEN_EVENTS = (MESSAGE_RECEIVED, REPLY_WRITTEN, REPLY_QUEUED, NOTE_ADDED)
#: A conversation of thousands of messages shows its newest ones first and the rest on demand.
TIMELINE_MESSAGES = 60
MAX_TIMELINE = 500

#: What the timeline shows of a message and the rows beside it; the wide columns of people and 窓口 stay where they are.
_COLUMNS = (
    *(field.name for field in Message._meta.concrete_fields if field.name not in ("headers", "references")),  # noqa: SLF001 - Django's own name
    "user__name",
    "approved_by__name",
    "inbox__name",
    "inbox__kind",
    "inbox__address",
    "inbox__aliases",
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a conversation's middle pane shows, oldest first."""

    messages: list[Message]
    files: Mapping[int, Sequence[Attachment]]  #: by message
    events: list[Event]
    earlier: int  #: how many older messages are not in here
    waiting: Mapping[int, str]  #: of messages that wait for approval, what an approver sees of the request

    @property
    def resent(self) -> dict[int, int]:
        """The mails that failed and were sent again, each with the mail that did it."""
        ours = [each for each in self.messages if each.kind == MessageKind.OUTBOUND and each.state not in NEVER_LEFT]
        return {each.about_id: each.pk for each in ours if each.about_id is not None}


class TimelineReads:
    """The reads a timeline is made of; `asked` may go together with others."""

    def __init__(self, number: int, *, since_id: int | None = None) -> None:
        self.limit = _limit(number, since_id)
        messages, files = _newest(self.limit)
        self._messages, self._files = messages(number=number), files(number=number)
        self._subject = f"conversation:{number}"
        self._events = _EVENTS(subject=self._subject)

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return self._messages, self._files, self._events

    def timeline(self, conversation: Conversation) -> Timeline:
        """What was read; where older messages are left out, so are the events before them."""
        messages, events = list(self._messages), list(self._events)
        more = len(messages) > self.limit
        messages = sorted(messages[: self.limit], key=lambda message: (message.at, message.pk))
        if more:
            events = list(_events(self._subject).filter(at__gte=messages[0].at)[:MAX_TIMELINE])
        files: dict[int, list[Attachment]] = defaultdict(list)
        for each in self._files:
            files[each.message_id].append(each)
        earlier = conversation.message_count - len(messages) if more else 0
        return Timeline(messages, files, events, earlier, _waiting(messages))


def _waiting(messages: Iterable[Message]) -> dict[int, str]:
    """Asked for only where something waits, which is seldom."""
    ids = [each.pk for each in messages if each.state == MessageState.AWAITING_APPROVAL]
    return {each.message_id: each.seen for each in ApprovalRequest.objects.filter(message__in=ids)} if ids else {}


@lru_cache(maxsize=8)
def _newest(limit: int) -> tuple[Prepared[QuerySet[Message]], Prepared[QuerySet[Attachment]]]:
    """The newest messages, one more than the limit where there are more, and the files of those within it."""

    def newest() -> QuerySet[Message]:
        return Message.objects.filter(conversation=Slot("number")).order_by("-at", "-pk")

    joined = ("user", "approved_by", "inbox")
    messages = Prepared(lambda: newest().select_related(*joined).only(*_COLUMNS)[: limit + 1])
    return messages, Prepared(lambda: Attachment.objects.filter(message__in=newest().values("pk")[:limit]))


def _events(subject: str | Slot) -> QuerySet[Event]:
    return Event.objects.filter(subject=subject).order_by("id").exclude(kind__in=HIDDEN_EVENTS)


_EVENTS = Prepared(lambda: _events(Slot("subject"))[:MAX_TIMELINE])


def _limit(number: int, since_id: int | None) -> int:
    if since_id is None:
        return TIMELINE_MESSAGES
    shown = Message.objects.filter(conversation=number, pk__gte=since_id).count()
    return min(MAX_TIMELINE, max(TIMELINE_MESSAGES, shown))


def timeline_of(conversation: Conversation, *, since_id: int | None = None) -> Timeline:
    """The newest messages, at least back to `since_id` (500 at most), with the events of their time."""
    reads = TimelineReads(conversation.pk, since_id=since_id)
    fetch_together(*reads.asked)
    return reads.timeline(conversation)
