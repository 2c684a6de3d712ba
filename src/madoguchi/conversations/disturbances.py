"""What happened while somebody was writing: the second stage of the double-reply guard (idea I1)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import DISTURBING, REPLY_WRITTEN
from madoguchi.conversations.models import Conversation, ConversationQuerySet, Message
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import ActorKind
from madoguchi.events.models import Event

#: The kind of what happened in a 窓口 that the reader does not see.
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One thing the writer has not seen."""

    event_id: int
    kind: str
    conversation_id: int | None  #: None for what the reader may not see
    message_id: int | None
    actor: str  #: who did it; empty for what the reader may not see
    at: datetime
    is_here: bool  #: on the conversation being answered, not on another of the same customer

    def as_facts(self) -> dict[str, object]:
        """Plain values for the API."""
        return {
            "event_id": self.event_id,
            "kind": self.kind,
            "conversation": self.conversation_id,
            "message": self.message_id,
            "actor": self.actor,
            "at": self.at.isoformat(),
        }


def disturbances_since(
    event_id: int,
    conversation: Conversation,
    *,
    reader: User,
    except_users: Collection[int] = (),
    except_message: int | None = None,
    kinds: Collection[str] = DISTURBING,
) -> list[Disturbance]:
    """What others than the reader did on this conversation, or any open one of its customer, since; oldest first.

    Of 窓口 that the reader does not see it says only that something happened, and when last.
    With the customer locked the answer is final: messages in and replies out queue behind that lock.
    """
    others = _others(conversation).filter(is_open=True)
    ids = {conversation.pk, *others.exclude(pk=conversation.pk).order_by("-id").values_list("pk", flat=True)[:100]}
    own = Q(actor_kind=ActorKind.USER, actor_id__in={reader.pk, *except_users})
    happened = Event.objects.filter(
        ~own | Q(kind=REPLY_WRITTEN),  # one's own reply from a second window disturbs like anybody's
        subject__in=[f"conversation:{pk}" for pk in ids],
        id__gt=event_id,
        kind__in=kinds,
    )
    if except_message is not None:
        happened = happened.exclude(kind=REPLY_WRITTEN, data__message=except_message)
    found = [_disturbance(event, conversation) for event in happened.order_by("id")[:50]]
    return _as_seen(found, reader)


def _others(conversation: Conversation) -> ConversationQuerySet:
    """The customer's own conversations; a request to others (依頼) has none beside it."""
    rows: ConversationQuerySet = Conversation.objects.all()
    if conversation.side_of_id is not None:
        return rows.none()
    return rows.filter(customer_id=conversation.customer_id, side_of=None)


def _as_seen(found: list[Disturbance], reader: User) -> list[Disturbance]:
    """The same without a word about conversations the reader may not see: the last of these stands for them all."""
    elsewhere = {each.conversation_id for each in found if each.conversation_id and not each.is_here}
    hidden = elsewhere.difference(
        Conversation.objects.visible_to(reader).filter(pk__in=elsewhere).values_list("pk", flat=True)
    )
    shown = [each for each in found if each.conversation_id not in hidden]
    unseen = [each for each in found if each.conversation_id in hidden]
    shown += [replace(each, kind=UNSEEN, conversation_id=None, message_id=None, actor="") for each in unseen[-1:]]
    return sorted(shown, key=lambda each: each.event_id)


def _disturbance(event: Event, conversation: Conversation) -> Disturbance:
    number = int(event.subject.partition(":")[2])
    return Disturbance(
        event_id=event.pk,
        kind=event.kind,
        conversation_id=number,
        message_id=event.data.get("message"),
        actor=event.actor_label,
        at=event.at,
        is_here=number == conversation.pk,
    )


def looked_until(message: Message) -> int:
    """The newest event that was seen, or stood in nobody's way, when this mail was written or let go last."""
    written = Event.objects.filter(
        kind=REPLY_WRITTEN, subject=f"conversation:{message.conversation_id}", data__message=message.pk
    )
    first = written.order_by("id").values_list("id", flat=True).first() or 0
    seen: int = message.before.get("seen_event_id", 0)
    return max(seen, first)


def check_seen(event_id: int) -> None:
    """`Invalid` for the number of an event that has not happened yet: nobody has seen it."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if event_id > newest:
        raise Invalid(
            _("There is no such event yet. Give the seen_event_id of the conversation as you read it."),
            field="seen_event_id",
        )


def latest_event_id(conversation: Conversation) -> int:
    """The newest event a writer who opens the composer now has before their eyes."""
    others = _others(conversation).values_list("pk", flat=True)[:200]
    subjects = {conversation.event_subject, *(f"conversation:{pk}" for pk in others)}
    return Event.objects.filter(subject__in=subjects).order_by("-id").values_list("id", flat=True).first() or 0
