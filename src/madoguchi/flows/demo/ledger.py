"""Writing planned conversations in bulk: customers, conversations, messages, events and search entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.messages import make_preview
from madoguchi.conversations.actions.triage import get_or_make_tag
from madoguchi.conversations.choices import (
    ASSIGNED,
    CONVERSATION_OPENED,
    MESSAGE_RECEIVED,
    OUR_TURN,
    REPLY_QUEUED,
    REPLY_SENT,
    REPLY_WRITTEN,
    STATUS_CHANGED,
    MessageKind,
    MessageState,
    Status,
)
from madoguchi.conversations.indexing import message_entry
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Category, Conversation, Message
from madoguchi.conversations.subjects import base_subject, reply_subject
from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.customers.naming import index_customers
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.models import Event
from madoguchi.search.actions import index_many

_BATCH = 1000


@dataclass(slots=True)
class PlannedMessage:
    """One message of the story."""

    at: datetime
    is_ours: bool
    text: str


@dataclass(slots=True)
class PlannedConversation:
    """One conversation of the story."""

    at: datetime
    family: str
    given: str
    family_kana: str
    given_kana: str
    address: str
    inbox: Inbox
    category: Category | None
    subject: str
    tags: tuple[str, ...]
    assignee: User | None
    status: str = Status.NEW
    messages: list[PlannedMessage] = field(default_factory=list)

    def add(self, message: PlannedMessage) -> None:
        """Append a message."""
        self.messages.append(message)

    @property
    def writer(self) -> User:
        """Who answers."""
        assert self.assignee is not None
        return self.assignee


class Ledger:
    """Collects planned conversations, then writes them all."""

    def __init__(self) -> None:
        """Begin empty."""
        self._planned: list[PlannedConversation] = []

    def enter(self, planned: PlannedConversation) -> None:
        """Take one conversation; nothing is written yet."""
        self._planned.append(planned)

    def write(self) -> None:
        """Write everything in a few statements a table."""
        customers = self._write_customers()
        conversations = Conversation.objects.bulk_create(
            [_conversation(each, customers[fold_address(each.address)]) for each in self._planned], _BATCH
        )
        pairs = list(zip(self._planned, conversations, strict=True))
        messages = [message for planned, row in pairs for message in _messages(planned, row)]
        Message.objects.bulk_create(messages, _BATCH)
        rows = {row.pk: row for row in conversations}
        index_many(message_entry(message, rows[message.conversation_id]) for message in messages)
        _write_tags(pairs)
        _write_events(pairs, messages)

    def _write_customers(self) -> dict[str, int]:
        known = dict(Identity.objects.filter(kind=IdentityKind.MAIL).values_list("key", "customer_id"))
        wanted = {fold_address(each.address): each for each in self._planned}
        new = {key: each for key, each in wanted.items() if key not in known}
        rows = Customer.objects.bulk_create(
            [
                Customer(
                    family_name=each.family,
                    given_name=each.given,
                    family_kana=each.family_kana,
                    given_kana=each.given_kana,
                    display_name=f"{each.family} {each.given}",
                    language="ja",
                    created_at=each.at,
                )
                for each in new.values()
            ],
            _BATCH,
        )
        identities = Identity.objects.bulk_create(
            [
                Identity(
                    customer=row, kind=IdentityKind.MAIL, key=key, shown=key, name=row.display_name, is_primary=True
                )
                for key, row in zip(new, rows, strict=True)
            ],
            _BATCH,
        )
        index_customers(rows, {each.customer_id: [each] for each in identities})
        return known | {key: row.pk for key, row in zip(new, rows, strict=True)}


def _conversation(planned: PlannedConversation, customer_id: int) -> Conversation:
    last = planned.messages[-1]
    replies = [message.at for message in planned.messages if message.is_ours]
    row = Conversation(
        inbox=planned.inbox,
        customer_id=customer_id,
        subject=planned.subject,
        base_subject=base_subject(planned.subject),
        category=planned.category,
        assignee=planned.assignee,
        preview=make_preview(last.text),
        language="ja",
        message_count=len(planned.messages),
        created_at=planned.at,
        last_message_at=last.at,
        last_inbound_at=max(message.at for message in planned.messages if not message.is_ours),
        first_reply_at=replies[0] if replies else None,
    )
    row.set_status(planned.status)
    if not row.is_open:
        row.done_at = last.at
    if planned.status in OUR_TURN:
        row.set_due(_due(last.at, planned))
    return row


def _due(at: datetime, planned: PlannedConversation) -> datetime:
    """As the 窓口 says; what would be late already is due on the next working day, at an hour of its own."""
    due = reply_due_at(planned.inbox, at)
    soon = timezone.localtime() + timedelta(hours=1)
    if due > soon:
        return due
    day = soon + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=10 + at.minute % 7, minute=at.second // 15 * 15, second=0, microsecond=0)


def _messages(planned: PlannedConversation, row: Conversation) -> list[Message]:
    made: list[Message] = []
    domain = planned.inbox.address.rpartition("@")[2]
    name = f"{planned.family} {planned.given}"
    for number, message in enumerate(planned.messages):
        common = {
            "conversation": row,
            "inbox": planned.inbox,
            "text": message.text,
            "at": message.at,
            "sent_at": message.at,
            "language": "ja",
            "in_reply_to": made[-1].external_id if made else "",
            "references": [each.external_id for each in made],
        }
        if message.is_ours:
            made.append(
                Message(
                    **common,
                    kind=MessageKind.OUTBOUND,
                    state=MessageState.SENT,
                    user=planned.assignee,
                    sender_name=planned.inbox.from_name,
                    sender_address=planned.inbox.address,
                    to=[{"email": planned.address, "name": name}],
                    subject=reply_subject(planned.subject, row.pk, language="ja"),
                    external_id=new_message_id(row.pk, domain),
                )
            )
        else:
            made.append(
                Message(
                    **common,
                    kind=MessageKind.INBOUND,
                    state=MessageState.RECEIVED,
                    customer_id=row.customer_id,
                    sender_name=name,
                    sender_address=planned.address,
                    to=[{"email": planned.inbox.address, "name": ""}],
                    subject=planned.subject if number == 0 else f"Re: {planned.subject}",
                    external_id=f"history.{row.pk}.{number}@mail.example",
                    fingerprint=f"history-{row.pk}-{number}",
                )
            )
    return made


def _write_tags(pairs: Sequence[tuple[PlannedConversation, Conversation]]) -> None:
    names = {name for planned, _row in pairs for name in planned.tags}
    tags = {name: get_or_make_tag(name) for name in sorted(names)}
    through = Conversation.tags.through
    through.objects.bulk_create(
        [through(conversation_id=row.pk, tag_id=tags[name].pk) for planned, row in pairs for name in planned.tags],
        _BATCH,
    )


def _write_events(pairs: Sequence[tuple[PlannedConversation, Conversation]], messages: Sequence[Message]) -> None:
    events: list[Event] = []
    planned_of = {row.pk: planned for planned, row in pairs}
    seen: set[int] = set()
    for message in messages:
        planned = planned_of[message.conversation_id]
        customer = Actor(ActorKind.CUSTOMER, message.customer_id, message.sender_name)
        if message.conversation_id not in seen:
            seen.add(message.conversation_id)
            events.append(_event(CONVERSATION_OPENED, message, Actor.system("intake"), customer=message.customer_id))
        if message.kind == MessageKind.INBOUND:
            events.append(_event(MESSAGE_RECEIVED, message, customer, message=message.pk, auto=""))
            continue
        writer = planned.writer.actor
        if message.in_reply_to.endswith(".0@mail.example"):
            events.append(_event(ASSIGNED, message, writer, assignee=planned.writer.pk, by_reply=True))
        sending = (REPLY_WRITTEN, REPLY_QUEUED, REPLY_SENT)
        events += [_event(kind, message, writer, message=message.pk) for kind in sending]
    for planned, row in pairs:
        if not row.is_open and planned.assignee:
            events.append(_closing(planned, row))
    Event.objects.bulk_create(sorted(events, key=lambda event: event.at), _BATCH)


def _event(kind: str, about: Message, by: Actor, **data: object) -> Event:
    return Event(
        kind=kind,
        subject=f"conversation:{about.conversation_id}",
        scope_id=about.inbox_id,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_label=by.label,
        data=data,
        at=about.at,
        is_pending=False,
    )


def _closing(planned: PlannedConversation, row: Conversation) -> Event:
    by = planned.writer.actor
    return Event(
        kind=STATUS_CHANGED,
        subject=row.event_subject,
        scope_id=row.inbox_id,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_label=by.label,
        data={"before": Status.OPEN, "after": row.status},
        at=row.done_at or row.last_message_at,
        is_pending=False,
    )
