"""Asking others about a customer's matter: a conversation of its own, by the same doors as any other.

Its mails leave by `write_reply`, so lock, check, approval and undo hold for it as well; answers come back to it by
Message-ID and number. What follows in the conversation it belongs to is `follow_side`, a reaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.guests import Shared, make_guest_link
from madoguchi.conversations.actions.messages import new_conversation
from madoguchi.conversations.actions.repeats import says_the_same
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.asking import SIDE_ANSWERED, SIDE_ASKED
from madoguchi.conversations.choices import REPLY_CANCELLED, REPLY_WRITTEN, DraftKind, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.hidden import hidden_people
from madoguchi.conversations.holding import check_not_merged, hold, hold_surviving
from madoguchi.conversations.letters import Enclosure, Letter, check_address
from madoguchi.conversations.models import Attachment, Conversation, Draft, DraftAttachment, Message, SideRequest
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.outsiders import check_outsiders
from madoguchi.conversations.requests import known_request
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions import identify_customer
from madoguchi.customers.actions.sparing import check_not_spared
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import cut_whole
from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.models import Event
from madoguchi.events.record import record

#: A conversation that stands so is worked on while others are asked; also when its customer was to answer.
_WORKED_ON = (Status.NEW, Status.OPEN, Status.WAIT)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom."""

    to: Address
    subject: str
    text: str
    files: Sequence[Attachment] = ()
    wanted_on: date | None = None
    page: Shared | None = None  #: answered on a page of its own (ゲスト), which shows this
    ticked: frozenset[str] = frozenset()  #: the address and the files, where the role has to tick them one by one
    acknowledged: frozenset[str] | None = None  #: keys of findings its sender has seen; None is asked about nothing


@transaction.atomic
def open_side(parent: Conversation, question: Question, *, user: User) -> Conversation:
    """Begin a request; its first mail follows. It is seen wherever the parent is seen.

    Invalid for the customer themselves, for a 窓口 of our own, and for requests of requests.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    _check_subject(question)
    check_address(question.to.email)
    identity = identify_customer(IdentityKind.MAIL, question.to.email, name=question.to.name)
    check_not_spared(identity.customer_id, user)
    parent = hold([parent.pk])[0]
    check_not_merged(parent)
    if parent.status == Status.CLOSED:
        raise Invalid(_("Closed conversations cannot be changed."))
    if parent.side_of_id is not None:
        raise Invalid(_("A request has no requests of its own. Ask from the customer's conversation."))
    check_outsiders(parent, [question.to])
    side = new_conversation(parent.inbox, identity, subject=question.subject, language="", at=timezone.now())
    side.side_of, side.assignee = parent, user
    side.set_status(Status.OPEN)
    side.save(force_insert=True)
    side.also_in.set(parent.also_in.all())
    side.hidden_from.set(hidden_people(parent))
    SideRequest.objects.create(conversation=side, asked_by=user, wanted_on=question.wanted_on)
    if question.page is not None:
        make_guest_link(side, question.to, question.page, user=user)
    return side


def _check_subject(question: Question) -> None:
    if not question.subject.strip():
        raise Invalid(_("The subject is empty. Write what the mail is about."), field="subject")
    if question.wanted_on is not None and question.wanted_on < timezone.localdate():
        raise Invalid(_("The day by which you want an answer is over. Choose a later one."), field="wanted_on")


@transaction.atomic
def begin_side(parent: Conversation, question: Question, *, user: User) -> Draft:
    """Begin a request as a draft, to be finished and sent in the composer."""
    side = open_side(parent, question, user=user)
    draft = Draft.objects.create(
        user=user,
        conversation=side,
        kind=DraftKind.REPLY,
        to=[{"email": question.to.email, "name": question.to.name}],
        subject=cut_whole(question.subject, 1000),
        text=question.text,
        seen_event_id=latest_event_id(side),
    )
    DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in question.files
    )
    return draft


@transaction.atomic
def ask_aside(parent: Conversation, question: Question, *, user: User, request_key: str = "") -> Message:
    """Ask at once: the request and its first mail. The same `request_key` again is the same mail."""
    enclosures = tuple(
        Enclosure(each.blob_id, each.name, each.content_type, each.size_bytes) for each in question.files
    )
    letter = Letter(to=(question.to,), subject=question.subject, text=question.text, enclosures=enclosures)
    asked = Conversation.objects.filter(side_of=parent)
    if known := known_request(
        user, request_key, lambda kept: asked.filter(pk=kept.conversation_id).exists() and says_the_same(kept, letter)
    ):
        return known
    side = open_side(parent, question, user=user)
    sending = Sending(latest_event_id(side), request_key, acknowledged=question.acknowledged, ticked=question.ticked)
    return write_reply(side, letter, user=user, sending=sending)


def note_seen(number: int) -> None:
    """Take the answers to a request for seen."""
    SideRequest.objects.filter(pk=number).update(seen_at=timezone.now())


@transaction.atomic
def follow_side(event: Event) -> None:
    """Let a conversation follow its request: asked, it is 社内確認中, answered 対応中. A reaction.

    A machine's answer is none. What happened is said in the conversation's own history, of one event only once.
    """
    number = int(event.subject.partition(":")[2])
    parent_number = Conversation.objects.filter(pk=number).values_list("side_of", flat=True).first()
    if parent_number is None or event.data.get("auto"):
        return
    if event.kind == REPLY_WRITTEN and event.data.get("status_after") != Status.WAIT:
        return  # thanks, after which nobody is waited for
    parent = hold_surviving(parent_number)
    if event.kind == REPLY_CANCELLED:
        _take_back(parent, number)
        return
    if Event.objects.filter(subject=parent.event_subject, cause=f"event:{event.pk}").exists():
        return
    asked = event.kind == REPLY_WRITTEN
    was = parent.status
    _set_status(parent, _WORKED_ON if asked else (Status.INTERNAL,), Status.INTERNAL if asked else Status.OPEN)
    told = Conversation.objects.filter(pk=number).values_list("assignee", flat=True).first()
    data: dict[str, Any] = {"side": number, "message": event.data.get("message"), "told": told, "was": was}
    by = Actor(ActorKind(event.actor_kind), event.actor_id, event.actor_label)
    kind = SIDE_ASKED if asked else SIDE_ANSWERED
    record(kind, parent.event_subject, by=by, scope_id=parent.inbox_id, data=data, cause=event)


def _set_status(parent: Conversation, only_from: Sequence[str], status: Status) -> None:
    if parent.status not in only_from:
        return
    due_at = parent.due_at
    parent.set_status(status)
    parent.set_due(due_at)
    parent.version += 1
    parent.save(update_fields=STATUS_FIELDS)


def _take_back(parent: Conversation, number: int) -> None:
    """A request whose only mail was taken back asks nobody any more; who waited for the customer waits again."""
    waiting = Conversation.objects.filter(side_of=parent, status=Status.WAIT).exclude(pk=number)
    if not Message.objects.filter(conversation=number).public().exists() and not waiting.exists():
        asked = Event.objects.filter(subject=parent.event_subject, kind=SIDE_ASKED, data__side=number).order_by("-pk")
        was = asked.values_list("data__was", flat=True).first()
        _set_status(parent, (Status.INTERNAL,), Status.WAIT if was == Status.WAIT else Status.OPEN)
