"""A message that looked garbled, read again in the encoding a person chose; its bytes stay as they came."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import InboundMessage
from madoguchi.channels.models import RawMessage
from madoguchi.conversations.actions.messages import fold_spans, make_preview
from madoguchi.conversations.choices import REINTERPRETED
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.indexing import files_text, index_message
from madoguchi.conversations.models import Message
from madoguchi.conversations.subjects import base_subject
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record

_FIELDS = ["subject", "text", "html", "charset", "sender_name", "language", "spans"]


@transaction.atomic
def reinterpret_message(message: Message, inbound: InboundMessage, *, charset: str, user: User) -> Message:
    """Replace the words of a received message by another reading of the same bytes, and find them by search.

    The conversation's subject and preview follow where they came from this message.
    """
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    conversation = hold_with(message)
    was_first = conversation.subject == cut_whole(message.subject, 1000)
    was_last = conversation.preview == make_preview(message.text, message.spans)
    message.subject, message.text, message.html = cut_whole(inbound.subject, 1000), inbound.text, inbound.html
    message.charset, message.language = charset[:40], inbound.language[:10]
    message.sender_name = cut_whole(inbound.sender.name, 300)
    message.spans = fold_spans(inbound.text, is_forward=inbound.is_forward)
    message.save(update_fields=_FIELDS)
    if was_first:
        conversation.subject, conversation.base_subject = message.subject, base_subject(message.subject)
    if was_last:
        conversation.preview = make_preview(message.text, message.spans)
    conversation.version += 1
    conversation.save(update_fields=["subject", "base_subject", "preview", "version"])
    if message.raw_id is not None:
        RawMessage.objects.filter(pk=message.raw_id).update(charset_override=charset[:40])
    index_message(message, conversation, attachment_text=files_text(message))
    record(
        REINTERPRETED,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk},
    )
    return message


def renew_html(message: Message, html: str) -> bool:
    """Put the same mail as the sanitiser cleans it now; False when that is what it was, or it changed meanwhile.

    Nothing is recorded: no word is another.
    """
    return Message.objects.filter(pk=message.pk, html=message.html).exclude(html=html).update(html=html) > 0
