"""電話メモ: a call becomes a note of a conversation, or begins one."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.messages import make_preview, opened_event
from madoguchi.conversations.actions.notes import mentioned_users
from madoguchi.conversations.choices import NOTE_ADDED, MessageKind, MessageState, Status
from madoguchi.conversations.hidden import hidden_people
from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.phone_memos import PREFIX
from madoguchi.conversations.subjects import base_subject
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer
from madoguchi.events.record import record, record_all


@transaction.atomic
def open_by_phone(inbox: Inbox, customer: Customer, *, subject: str, user: User) -> Conversation:
    """Begin a conversation with a call; its memo follows in the same transaction.

    Whoever answered it has it; whoever is spared this customer leaves it to the others.
    """
    now = timezone.now()
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=customer,
        subject=cut_whole(subject, 1000),
        base_subject=base_subject(subject),
        status=Status.OPEN,
        created_at=now,
        last_message_at=now,
    )
    if user.pk in hidden_people(conversation):
        conversation.set_status(Status.NEW)
    else:
        conversation.assignee = user
    conversation.save(update_fields=["assignee", *STATUS_FIELDS])
    record_all([opened_event(conversation)])
    return conversation


@transaction.atomic
def add_phone_memo(conversation: Conversation, text: str, *, summary: str, user: User) -> Message:
    """Add the memo of a call to a held conversation. Records `note_added`; `summary` is what lists show of it."""
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to write notes. Ask an administrator."))
    message = Message.objects.create(
        conversation=conversation,
        inbox_id=conversation.inbox_id,
        kind=MessageKind.NOTE,
        state=MessageState.NOTED,
        user=user,
        sender_name=user.name,
        text=cut_whole(text, 50_000),
        external_id=f"{PREFIX}{secrets.token_hex(16)}",
    )
    mentioned = mentioned_users(text)
    message.mentions.set(mentioned)
    index_message(message, conversation)
    conversation.last_message_at = max(conversation.last_message_at, message.at)
    conversation.preview = make_preview(summary)
    conversation.version += 1
    conversation.save(update_fields=["last_message_at", "preview", "version"])
    data = {"message": message.pk, "mentions": [person.pk for person in mentioned]}
    record(NOTE_ADDED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    return message


def wait_for_us(conversation: Conversation, since: datetime) -> None:
    """After a call somebody has something to do: a held conversation without a 返信期限 gets one."""
    if conversation.due_at is None:
        conversation.set_due(reply_due_at(conversation.inbox, since, conversation.priority))
        conversation.version += 1
        conversation.save(update_fields=["due_at", "queue_at", "version"])
