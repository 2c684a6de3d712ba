"""Replies: the only way text goes to a customer. One transaction checks everything and writes everything."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import REPORTS
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.along import Along, do_along, keep_along
from madoguchi.conversations.actions.approval_requests import ask
from madoguchi.conversations.actions.guests import give_page
from madoguchi.conversations.actions.locks import check_lock
from madoguchi.conversations.actions.messages import (
    attachments_of,
    fold_spans,
    make_preview,
    open_conversation,
    parties,
)
from madoguchi.conversations.actions.own_after import check_after, put_after
from madoguchi.conversations.actions.repeats import known_mail, known_reply
from madoguchi.conversations.actions.summary import next_plan
from madoguchi.conversations.actions.triage import check_complete
from madoguchi.conversations.answered import subject_to_answer
from madoguchi.conversations.approval_again import asking_for, sent_back_before
from madoguchi.conversations.begun import finish_begun
from madoguchi.conversations.charsets import check_charset
from madoguchi.conversations.choices import (
    ASSIGNED,
    REPLY_QUEUED,
    REPLY_WRITTEN,
    DraftKind,
    MessageKind,
    MessageState,
    Status,
)
from madoguchi.conversations.disturbances import Disturbance, check_seen, disturbances_since, latest_event_id
from madoguchi.conversations.fields import missing_fields
from madoguchi.conversations.holding import check_not_merged, hold
from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.letters import Letter, check_letter
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import (
    Attachment,
    Conversation,
    Message,
    OwnStatus,
    ReplyLock,
    UndoStep,
)
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.outsiders import check_goes_outside
from madoguchi.conversations.plans import check_plan, leaving_at, status_until_then
from madoguchi.conversations.preflighting import check_findings, look_at_new_mail, look_at_reply
from madoguchi.conversations.queries import newest_inbound
from madoguchi.conversations.requests import stored_key
from madoguchi.conversations.subjects import numbered_subject, reply_subject
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.actions import identify_customer
from madoguchi.customers.actions.sparing import check_not_spared
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record


class SomethingHappened(DomainError):
    """Since the writer last looked, something happened on this or another open conversation of the customer.

    `disturbances` says what; sending again with `seen_event_id` of the newest one and a reason goes through.
    """

    code = "something_happened"

    def __init__(self, disturbances: list[Disturbance]) -> None:
        """Keep what happened, oldest first."""
        super().__init__(
            _("Something has happened in the meantime. Look at it before you send."),
            latest_event_id=disturbances[-1].event_id,
            disturbances=[disturbance.as_facts() for disturbance in disturbances],
        )
        self.disturbances = disturbances


class ConversationClosed(DomainError):
    """終了: read only."""

    code = "closed"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter is to be sent."""

    seen_event_id: int  #: the last event the writer had before their eyes
    request_key: str = ""  #: the same key twice is one mail
    override_reason: str = ""  #: why it goes although something happened
    status_after: str = Status.WAIT
    send_at: datetime | None = None  #: 送信予約: not before this time
    not_before: datetime | None = None  #: of several that can be taken back together: the end of that time
    resends: int | None = None  #: the mail of this conversation that failed and is sent again, to another address
    acknowledged: frozenset[str] | None = None  #: keys of findings the sender has seen; None is asked about nothing
    ticked: frozenset[str] = frozenset()  #: addresses and files, where the role has to tick them one by one
    own_after: OwnStatus | None = None  #: one of our own that stands for `status_after`
    along: Along | None = None  #: done before the letter is looked at, so that rules about 分類 know of it
    batch: str = ""  #: of several letters with the same words: they say nothing of each other


def check_not_closed(conversation: Conversation) -> None:
    """Raise ConversationClosed: nothing leaves any more from one that is 終了."""
    if conversation.status == Status.CLOSED:
        raise ConversationClosed(_("This conversation is closed. Start a new mail instead."))


@transaction.atomic
def write_reply(conversation: Conversation, letter: Letter, *, user: User, sending: Sending) -> Message:
    """Write a reply; it leaves after the undo time, or waits for approval if its author needs one.

    Locks the customer first, so that of two replies at once the second sees the first (`SomethingHappened`), and
    checks the lock (`LockedByOther`) and the letter (`LookFirst`). Takes the conversation's draft and lock with it.
    Records `reply_written`, and `reply_queued` when it may leave. The same letter under the same `request_key` again
    returns the message that is already there; another one is `KeyUsed`.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    check_letter(letter)
    if known := known_reply(user, sending.request_key, letter, conversation):
        return known
    check_plan(sending.send_at)
    conversation = hold([conversation.pk])[0]
    check_not_merged(conversation)
    check_not_closed(conversation)
    check_lock(conversation, user=user)
    check_goes_outside(conversation, letter)
    _check_disturbances(conversation, user, sending)
    step = do_along(sending.along, conversation)
    sending = _completing(conversation, sending)
    found = look_at_reply(
        conversation, letter, user=user, ticked=sending.ticked, leaves_at=sending.send_at, batch=sending.batch
    ).found
    check_findings(found, sending.acknowledged)
    give_page(conversation, letter, user=user)
    return _write(conversation, letter, user, sending, step)


@transaction.atomic
def write_new_mail(inbox: Inbox, letter: Letter, *, user: User, sending: Sending) -> Message:
    """Start a conversation with a mail of ours to the first recipient; otherwise like `write_reply`."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    check_letter(letter)
    if not letter.subject.strip():
        raise Invalid(_("The subject is empty. Write what the mail is about."), field="subject")
    if known := known_mail(user, sending.request_key, letter):
        return known
    check_plan(sending.send_at)
    found = look_at_new_mail(inbox, letter, user=user, ticked=sending.ticked, leaves_at=sending.send_at).found
    check_findings(found, sending.acknowledged)
    first = letter.to[0]
    identity = identify_customer(IdentityKind.MAIL, first.email, name=first.name)
    check_not_spared(identity.customer_id, user)
    conversation = open_conversation(inbox, identity, subject=letter.subject)
    conversation.assignee = user
    conversation.save(update_fields=["assignee"])
    step = do_along(sending.along, conversation)
    return _write(conversation, letter, user, _completing(conversation, sending, is_new=True), step)


def _completing(conversation: Conversation, sending: Sending, *, is_new: bool = False) -> Sending:
    """FieldsMissing for 対応完了 with a required field empty.

    It alone is left out where a template brought it, and of a new mail, whose fields nobody could fill in before.
    """
    if sending.status_after != Status.DONE:
        return sending
    if not is_new and (sending.along is None or not sending.along.names_done):
        check_complete([conversation])
    elif missing_fields([conversation]):
        return replace(sending, status_after=Status.WAIT, own_after=None)
    return sending


def _check_disturbances(conversation: Conversation, user: User, sending: Sending) -> None:
    check_seen(sending.seen_event_id)
    happened = disturbances_since(sending.seen_event_id, conversation, reader=user)
    if happened:
        raise SomethingHappened(happened)


def _write(
    conversation: Conversation, letter: Letter, user: User, sending: Sending, step: UndoStep | None = None
) -> Message:
    now = timezone.now()
    inbox = conversation.inbox
    check_charset(inbox, letter)
    check_after(sending.status_after, sending.own_after, conversation)
    former = sent_back_before(user, conversation)
    waits = asking_for(user, inbox, letter, conversation, former)
    message = _outbound(conversation, letter, user, sending, now, waits=bool(waits))
    Attachment.objects.bulk_create(attachments_of(message, letter.enclosures))
    status = status_until_then(conversation) if sending.send_at else sending.status_after
    _settle(
        conversation, message, user, Status.APPROVAL if waits or _another_waits(conversation) else status, sending, now
    )
    keep_along(sending.along, step, message, conversation)
    finish_begun(user, conversation, (DraftKind.REPLY, DraftKind.FORWARD), request_key=sending.request_key)
    index_message(message, conversation)
    if waits:
        ask(message, conversation, waits, former)
    reason = {"override_reason": cut_whole(sending.override_reason, 200)} if sending.override_reason else {}
    data = {"message": message.pk, "status_after": sending.status_after, **reason}
    event = record(REPLY_WRITTEN, conversation.event_subject, by=user.actor, scope_id=inbox.pk, data=data)
    if sending.send_at:  # all before this is seen: the customer is locked, and nothing stood in the way
        message.before["seen_event_id"] = event.pk
        message.save(update_fields=["before"])
    if not waits:
        queue(message, conversation, user)
    return message


def _outbound(
    conversation: Conversation, letter: Letter, user: User, sending: Sending, now: datetime, *, waits: bool
) -> Message:
    """The letter as a message: to leave, or to wait for approval."""
    inbox = conversation.inbox
    newest = newest_inbound(conversation)
    domain = inbox.address.rpartition("@")[2] or "localhost"
    return Message.objects.create(
        conversation=conversation,
        inbox=inbox,
        kind=MessageKind.OUTBOUND,
        state=MessageState.AWAITING_APPROVAL if waits else MessageState.QUEUED,
        user=user,
        sender_name=user.public_name or inbox.from_name or inbox.name,
        sender_address=inbox.address,
        to=parties(letter.to),
        cc=parties(letter.cc),
        bcc=parties(letter.bcc),
        subject=_subject(conversation, letter, is_first=newest is None),
        text=letter.text,
        html=letter.html,
        spans=fold_spans(letter.text),
        external_id=new_message_id(conversation.pk, domain),
        in_reply_to=newest.external_id if newest else "",
        references=references_of(conversation),
        send_after=None if waits else leaving_at(sending.send_at, inbox, now, sending.not_before),
        planned_at=sending.send_at,
        about=_resent(conversation, sending.resends),
        request_key=stored_key(user, sending.request_key),
        before=_before(conversation, sending),
        at=now,
    )


def _another_waits(conversation: Conversation) -> bool:
    """承認待ち stays 承認待ち, with its 返信期限: somebody still decides about what was written before."""
    is_asked = conversation.status == Status.APPROVAL
    return is_asked and conversation.messages.filter(state=MessageState.AWAITING_APPROVAL).exists()


def _resent(conversation: Conversation, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    return conversation.messages.filter(pk=message_id, kind=MessageKind.OUTBOUND).first()


def _before(conversation: Conversation, sending: Sending) -> dict[str, Any]:
    """What taking back needs: how the conversation was, what the reply makes of it, what its author had seen."""
    return {
        "status": conversation.status,
        "own_status": conversation.own_status_id,
        "due_at": conversation.due_at.isoformat() if conversation.due_at else None,
        "status_after": sending.status_after,
        "own_after": sending.own_after.pk if sending.own_after else None,
        "seen_event_id": min(sending.seen_event_id, latest_event_id(conversation)),  # nobody has seen the future
        "acknowledged": sorted(sending.acknowledged or ()),
        "batch": sending.batch,
    }


def queue(message: Message, conversation: Conversation, user: User, *, override_reason: str = "") -> None:
    """Say that a reply may leave; the reaction plans its delivery."""
    reason = {"override_reason": cut_whole(override_reason, 200)} if override_reason else {}
    record(
        REPLY_QUEUED,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk, **reason},
    )


def _subject(conversation: Conversation, letter: Letter, *, is_first: bool) -> str:
    """As written; without a subject what the composer would have put there."""
    subject = " ".join(letter.subject.split())
    if is_first:
        language = conversation.letter_language
        subject = numbered_subject(subject or conversation.subject, conversation.pk, language=language)
    return cut_whole(subject or _default_subject(conversation), 1000)


def _default_subject(conversation: Conversation) -> str:
    """The subject of an answer to the customer's last mail, with our number in it."""
    newest = newest_inbound(conversation)
    subject = subject_to_answer(conversation, newest.subject if newest else "")
    return reply_subject(subject, conversation.pk, language=conversation.letter_language)


def references_of(conversation: Conversation) -> list[str]:
    """The last ids of the conversation, oldest first (RFC 5322 §3.6.4); 20, since relays cut long headers.

    Not those of what came back to us: the customer never had it.
    """
    ids = (
        Message.objects.filter(conversation=conversation)
        .exclude(kind=MessageKind.NOTE)
        .exclude(state=MessageState.CANCELLED)
        .exclude(auto_kind__in=REPORTS)
        .order_by("-id")
        .values_list("external_id", flat=True)[:20]
    )
    return [each for each in reversed(list(ids)) if "~" not in each]


def _settle(
    conversation: Conversation, message: Message, user: User, status: str, sending: Sending, now: datetime
) -> None:
    """Bring the conversation up to date after a reply, and give the lock back."""
    conversation.set_status(status)
    if message.state == MessageState.QUEUED and message.planned_at is None:
        put_after(conversation, message.before)
    conversation.last_message_at = now
    conversation.message_count += 1
    conversation.version += 1
    conversation.preview = make_preview(message.text)
    conversation.has_attachments = conversation.has_attachments or message.attachments.exists()
    # Whoever writes again has seen what failed; a planned mail that was held back still waits for a decision.
    conversation.has_failed = conversation.messages.filter(state=MessageState.STOPPED).exists()
    conversation.planned_at = next_plan(conversation)
    fields = [
        *STATUS_FIELDS,
        "last_message_at",
        "message_count",
        "preview",
        "has_attachments",
        "assignee",
        "has_failed",
        "planned_at",
    ]
    if conversation.assignee_id is None and not (sending.along and sending.along.names_assignee):
        conversation.assignee = user
        data = {"assignee": user.pk, "by_reply": True}
        record(ASSIGNED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    if message.state == MessageState.QUEUED and message.planned_at is None:
        fields += note_first_reply(conversation, now)
    conversation.save(update_fields=fields)
    ReplyLock.objects.filter(conversation=conversation, user=user).delete()


def note_first_reply(conversation: Conversation, at: datetime) -> list[str]:
    """Set the time of the first answer to this one's, if it is the first; the columns to save."""
    if conversation.first_reply_at is not None or conversation.last_inbound_at is None:
        return []
    conversation.first_reply_at = at
    return ["first_reply_at"]
