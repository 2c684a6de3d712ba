"""Internal notes (社内メモ): what customers never see, with @mentions."""

import re
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.messages import attachments_of
from madoguchi.conversations.actions.repeats import known_note
from madoguchi.conversations.begun import finish_begun
from madoguchi.conversations.choices import NOTE_ADDED, DraftKind, MessageKind, MessageState
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.requests import stored_key
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record

_MENTION = re.compile(r"[@＠]([^\s@＠、。,.:;!?()（）「」]{1,60})")


@transaction.atomic
def add_note(
    conversation: Conversation, text: str, *, user: User, enclosures: Iterable[Enclosure] = (), request_key: str = ""
) -> Message:
    """Add an internal note; people named by @ are told. The same again under one `request_key` is the same note."""
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to write notes. Ask an administrator."))
    if not text.strip():
        raise Invalid(_("The note is empty. Write something first."), field="text")
    enclosures = list(enclosures)
    if known := known_note(user, request_key, text, enclosures, conversation):
        return known
    conversation = hold_surviving(conversation.pk)
    message = Message.objects.create(
        conversation=conversation,
        inbox_id=conversation.inbox_id,
        kind=MessageKind.NOTE,
        state=MessageState.NOTED,
        user=user,
        sender_name=user.name,
        text=cut_whole(text.strip(), 50_000),
        external_id=f"note-{secrets.token_hex(16)}",
        request_key=stored_key(user, request_key),
    )
    mentioned = mentioned_users(text)
    message.mentions.set(mentioned)
    Attachment.objects.bulk_create(attachments_of(message, enclosures))
    finish_begun(user, conversation, (DraftKind.NOTE,), request_key=request_key)
    index_message(message, conversation)
    record(
        NOTE_ADDED,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk, "mentions": [person.pk for person in mentioned]},
    )
    return message


def mentioned_users(text: str) -> list[User]:
    """Active people whose name, with or without its space, or family name follows an @."""
    words = set(_MENTION.findall(text))
    if not words:
        return []
    everybody = User.objects.filter(is_active=True)
    return [person for person in everybody if words & _names(person)]


def _names(person: User) -> set[str]:
    whole = person.name.replace("\u3000", " ")
    family = whole.split(" ")[0]
    honorific = {f"{family}さん"}
    return {whole.replace(" ", ""), family, person.email.partition("@")[0]} | honorific
