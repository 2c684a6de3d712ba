"""Replies: the only way text goes to a customer. One transaction checks everything and writes everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.locks import check_lock
from madoguchi.conversations.actions.messages import fold_spans, make_preview, open_conversation, parties
from madoguchi.conversations.approval import needs_approval
from madoguchi.conversations.charsets import check_charset
from madoguchi.conversations.choices import (
    ASSIGNED,
    REPLY_CANCELLED,
    REPLY_QUEUED,
    REPLY_WRITTEN,
    MessageKind,
    MessageState,
    Status,
)
from madoguchi.conversations.disturbances import Disturbance, disturbances_since
from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.letters import Letter, check_letter
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Attachment, Conversation, Draft, DraftAttachment, Message, ReplyLock
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.subjects import numbered_subject
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.actions import identify_customer, lock_customer
from madoguchi.customers.choices import IdentityKind
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


class NotCancellable(DomainError):
    """The mail has already left, or was decided about by somebody else."""

    code = "not_cancellable"


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


@transaction.atomic
def write_reply(conversation: Conversation, letter: Letter, *, user: User, sending: Sending) -> Message:
    """Write a reply; it leaves after the undo time, or waits for approval if its author needs one.

    Locks the customer first, so that of two replies at once the second sees the first (`SomethingHappened`), and
    checks the lock (`LockedByOther`). Takes the conversation's draft and lock with it. Records `reply_written`, and
    `reply_queued` when it may leave. The same `request_key` again returns the message that is already there.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    check_letter(letter)
    lock_customer(conversation.customer_id)
    if known := _known_request(sending, user):
        return known
    conversation = Conversation.objects.select_for_update(of=("self",)).select_related("inbox").get(pk=conversation.pk)
    if conversation.status == Status.CLOSED or conversation.merged_into_id:
        raise ConversationClosed(_("This conversation is closed. Start a new mail instead."))
    check_lock(conversation, user=user)
    _check_disturbances(conversation, user, sending)
    return _write(conversation, letter, user, sending)


@transaction.atomic
def write_new_mail(inbox: Inbox, letter: Letter, *, user: User, sending: Sending) -> Message:
    """Start a conversation with a mail of ours to the first recipient; otherwise like `write_reply`."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    check_letter(letter)
    if not letter.subject.strip():
        raise Invalid(_("The subject is empty. Write what the mail is about."), field="subject")
    first = letter.to[0]
    identity = identify_customer(IdentityKind.MAIL, first.email, name=first.name)
    if known := _known_request(sending, user):
        return known
    conversation = open_conversation(inbox, identity, subject=letter.subject)
    conversation.assignee = user
    conversation.save(update_fields=["assignee"])
    return _write(conversation, letter, user, sending)


def _known_request(sending: Sending, user: User) -> Message | None:
    if not sending.request_key:
        return None
    return Message.objects.filter(request_key=_request_key(sending, user)).first()


def _request_key(sending: Sending, user: User) -> str | None:
    return f"{user.pk}:{sending.request_key}"[:64] if sending.request_key else None


def _check_disturbances(conversation: Conversation, user: User, sending: Sending) -> None:
    happened = disturbances_since(sending.seen_event_id, conversation, except_user=user)
    if happened:
        raise SomethingHappened(happened)


def _write(conversation: Conversation, letter: Letter, user: User, sending: Sending) -> Message:
    now = timezone.now()
    inbox = conversation.inbox
    check_charset(inbox, letter)
    waits = needs_approval(user)
    newest = Message.objects.filter(conversation=conversation, kind=MessageKind.INBOUND).order_by("-id").first()
    domain = inbox.address.rpartition("@")[2] or "localhost"
    message = Message.objects.create(
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
        references=_references(conversation),
        send_after=None if waits else now + timedelta(seconds=inbox.undo_seconds),
        request_key=_request_key(sending, user),
        status_before=conversation.status,
        at=now,
    )
    _enclose(message, letter)
    _settle(conversation, message, user, Status.APPROVAL if waits else sending.status_after, now)
    index_message(message, conversation)
    reason = {"override_reason": sending.override_reason[:200]} if sending.override_reason else {}
    data = {"message": message.pk, "status_after": sending.status_after, **reason}
    record(REPLY_WRITTEN, conversation.event_subject, by=user.actor, scope_id=inbox.pk, data=data)
    if not waits:
        queue(message, conversation, user)
    return message


def queue(message: Message, conversation: Conversation, user: User) -> None:
    """Say that a reply may leave; the reaction plans its delivery."""
    record(
        REPLY_QUEUED,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk},
    )


def _subject(conversation: Conversation, letter: Letter, *, is_first: bool) -> str:
    subject = " ".join(letter.subject.split()) or conversation.subject
    return (numbered_subject(subject, conversation.pk) if is_first else subject)[:1000]


def _references(conversation: Conversation) -> list[str]:
    """The last ids of the conversation, oldest first (RFC 5322 §3.6.4); 20, since relays cut long headers."""
    ids = (
        Message.objects.filter(conversation=conversation)
        .exclude(kind=MessageKind.NOTE)
        .exclude(state=MessageState.CANCELLED)
        .order_by("-id")
        .values_list("external_id", flat=True)[:20]
    )
    return [each for each in reversed(list(ids)) if "~" not in each]


def _enclose(message: Message, letter: Letter) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            blob_id=enclosure.blob_id,
            name=enclosure.name[:255],
            content_type=enclosure.content_type[:255],
            size_bytes=enclosure.size_bytes,
            position=position,
        )
        for position, enclosure in enumerate(letter.enclosures)
    )


def _settle(conversation: Conversation, message: Message, user: User, status: str, now: datetime) -> None:
    """Bring the conversation up to date after a reply, and clear the desk: draft and lock are done with."""
    conversation.set_status(status)
    conversation.last_message_at = now
    conversation.message_count += 1
    conversation.version += 1
    conversation.preview = make_preview(message.text)
    conversation.has_attachments = conversation.has_attachments or message.attachments.exists()
    fields = [*STATUS_FIELDS, "last_message_at", "message_count", "preview", "has_attachments", "assignee"]
    if conversation.assignee_id is None:
        conversation.assignee = user
        data = {"assignee": user.pk, "by_reply": True}
        record(ASSIGNED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    if conversation.first_reply_at is None and conversation.last_inbound_at is not None:
        conversation.first_reply_at = now
        fields.append("first_reply_at")
    conversation.save(update_fields=fields)
    Draft.objects.filter(user=user, conversation=conversation).exclude(kind="note").delete()
    ReplyLock.objects.filter(conversation=conversation, user=user).delete()


@transaction.atomic
def cancel_reply(message: Message, *, user: User) -> Draft:
    """Take a reply back within its undo time; what was written is a draft again. `NotCancellable` when it has left."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    taken = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED, send_after__gt=timezone.now()).update(
        state=MessageState.CANCELLED
    )
    if not taken:
        raise NotCancellable(_("The mail could not be taken back, because it has already been sent."))
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    if conversation.status != Status.CLOSED:
        conversation.set_status(message.status_before or Status.OPEN)
    conversation.version += 1
    conversation.message_count -= 1
    conversation.save(update_fields=[*STATUS_FIELDS, "message_count"])
    record(
        REPLY_CANCELLED,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk},
    )
    return restore_draft(message, user)


def restore_draft(message: Message, user: User) -> Draft:
    """Make a reply a draft of this user again, with its attachments; replaces an empty or older draft."""
    Draft.objects.filter(user=user, conversation_id=message.conversation_id, kind="reply").delete()
    draft = Draft.objects.create(
        user=user,
        conversation_id=message.conversation_id,
        kind="reply",
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        subject=message.subject,
        text=message.text,
        is_rich=bool(message.html),
    )
    DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in message.attachments.all()
    )
    return draft
