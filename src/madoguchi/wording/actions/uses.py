"""What was put into which letter, and whether it left with it: noted when put in, counted when the letter is queued.

The counting functions are reactions to events of replies; each may run twice.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.requests import stored_key
from madoguchi.events.models import Event
from madoguchi.wording.models import Template, Use

#: What was put into letters that never left is forgotten after this.
_KEPT = timedelta(days=30)
#: A shorter sentence does not show that a template is still in a letter,
_TELLING_CHARS = 6
#: nor less than this share of what it says, greetings and thanks not counted: every letter has those.
_TELLING_SHARE = 0.3
_POLITE = re.compile(
    "世話にな|ありがとうござい|お問い合わせいただ|よろしくお願い|担当の|何卒|"
    r"^(?:Dear|Thank you|Best regards|Kind regards|Hello)\b|様$|御中$"
)
_SENTENCE = re.compile(r"[^。\n]+")


@transaction.atomic
def note_use(
    template: Template, *, user: User, text: str, conversation: Conversation | None = None, request_key: str = ""
) -> Use:
    """Note that this text of a template was put into the letter of this key; forgets what never left."""
    Use.objects.filter(user=user, sent_at=None, at__lt=timezone.now() - _KEPT).delete()
    key = stored_key(user, request_key) or ""
    return Use.objects.create(template=template, user=user, conversation=conversation, request_key=key, text=text)


@transaction.atomic
def count_uses(event: Event) -> None:
    """Count the templates whose words are in the reply of this event (`reply_queued`)."""
    message = _reply_of(event)
    if message is None or message.user_id is None:
        return
    waiting = Use.objects.select_for_update().filter(user=message.user_id, sent_at=None)
    own = Q(request_key=message.request_key) if message.request_key else Q(pk=None)
    uses = list(waiting.filter(own | Q(request_key="", conversation=message.conversation_id)))
    for use in uses:
        if not _is_in(use.text, message.text):
            continue
        use.message, use.conversation_id = message, message.conversation_id
        use.sent_at, use.is_unchanged = message.at, use.text.strip() in message.text
        use.save(update_fields=["message", "conversation", "sent_at", "is_unchanged"])
    _recount({use.template_id for use in uses})


@transaction.atomic
def uncount_uses(event: Event) -> None:
    """A reply was taken back, or sent back to its author: its templates wait to be counted with the next try."""
    message = _reply_of(event)
    if message is None:
        return
    uses = Use.objects.filter(message=message)
    templates = set(uses.values_list("template", flat=True))
    uses.update(message=None, sent_at=None, is_unchanged=False, request_key="")
    _recount(templates)


def forget_texts(event: Event) -> None:
    """A reply has left for good (`reply_sent`): what had been put in need not be kept any longer."""
    Use.objects.filter(message=event.data.get("message", 0)).exclude(text="").update(text="")


def _reply_of(event: Event) -> Message | None:
    return Message.objects.filter(pk=event.data.get("message", 0), kind=MessageKind.OUTBOUND).first()


def _is_in(text: str, letter: str) -> bool:
    """A good part of what it says stands in the letter; of a short phrase all of it."""
    sentences = [each.strip() for each in _SENTENCE.findall(text)]
    telling = [each for each in sentences if len(each) >= _TELLING_CHARS]
    telling = [each for each in telling if not _POLITE.search(each)] or telling
    if not telling:
        return bool(text.strip()) and text.strip() in letter
    kept = sum(len(each) for each in telling if each in letter)
    return kept >= _TELLING_SHARE * sum(map(len, telling))


def _recount(template_ids: set[int]) -> None:
    """Set the figures of templates to what their uses say."""
    sent = Use.objects.filter(sent_at__isnull=False)
    for pk in sorted(template_ids):
        figures = sent.filter(template=pk).aggregate(amount=Count("pk"), last=Max("sent_at"))
        Template.objects.filter(pk=pk).update(used_count=figures["amount"], used_at=figures["last"])
