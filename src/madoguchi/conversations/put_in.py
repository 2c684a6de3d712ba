"""What was put into which letter, and whether it left with it: noted when put in, counted when the letter is queued.

For every table of such uses (`PutIn`). The counting functions serve reactions to events of replies; each may run twice.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.put_in import PutIn
from madoguchi.conversations.requests import stored_key
from madoguchi.events.models import Event

#: What was put into letters that never left is forgotten after this.
_KEPT = timedelta(days=30)
#: A shorter sentence does not show that a text is still in a letter,
_TELLING_CHARS = 6
#: nor less than this share of what it says, greetings and thanks not counted: every letter has those.
_TELLING_SHARE = 0.3
_POLITE = re.compile(
    "世話にな|ありがとうござい|お問い合わせいただ|よろしくお願い|担当の|何卒|"
    r"^(?:Dear|Thank you|Best regards|Kind regards|Hello)\b|様$|御中$"
)
_SENTENCE = re.compile(r"[^。\n]+")


@transaction.atomic
def note_put_in[P: PutIn](
    use: P, *, user: User, text: str, conversation: Conversation | None = None, request_key: str = ""
) -> P:
    """Note that this text was put into the letter of this key; forgets what never left."""
    rows = type(use).objects
    rows.filter(user=user, sent_at=None, at__lt=timezone.now() - _KEPT).delete()
    use.user, use.conversation, use.text = user, conversation, text
    use.request_key = stored_key(user, request_key) or ""
    use.save(force_insert=True)
    return use


@transaction.atomic
def count_put_in[P: PutIn](kind: type[P], event: Event) -> list[P]:
    """Count what stands in the reply of this event (`reply_queued`); all that was noted for its letter."""
    message = _reply_of(event)
    if message is None or message.user_id is None:
        return []
    waiting = kind.objects.select_for_update().filter(user=message.user_id, sent_at=None)
    own = Q(request_key=message.request_key) if message.request_key else Q(pk=None)
    uses: list[P] = list(waiting.filter(own | Q(request_key="", conversation=message.conversation_id)))
    for use in uses:
        if not still_says(message.text, use.text):
            continue
        use.message, use.conversation_id = message, message.conversation_id
        use.sent_at, use.is_unchanged = message.at, use.text.strip() in message.text
        use.save(update_fields=["message", "conversation", "sent_at", "is_unchanged"])
    return uses


@transaction.atomic
def uncount_put_in[P: PutIn](kind: type[P], event: Event) -> list[P]:
    """A reply was taken back, or sent back to its author: what it counted waits for the next try."""
    message = _reply_of(event)
    if message is None:
        return []
    uses: list[P] = list(kind.objects.filter(message=message))
    taken_back = kind.objects.filter(pk__in=[each.pk for each in uses])
    taken_back.update(message=None, sent_at=None, is_unchanged=False, request_key="")
    return uses


def forget_put_in(kind: type[PutIn], event: Event) -> None:
    """A reply has left for good (`reply_sent`): what had been put in need not be kept any longer."""
    kind.objects.filter(message=event.data.get("message", 0)).exclude(text="").update(text="")


def _reply_of(event: Event) -> Message | None:
    return Message.objects.filter(pk=event.data.get("message", 0), kind=MessageKind.OUTBOUND).first()


def still_says(letter: str, text: str) -> bool:
    """A good part of what it says stands in the letter; of a short phrase all of it."""
    sentences = [each.strip() for each in _SENTENCE.findall(text)]
    telling = [each for each in sentences if len(each) >= _TELLING_CHARS]
    telling = [each for each in telling if not _POLITE.search(each)] or telling
    if not telling:
        return bool(text.strip()) and _stands(text.strip(), letter)
    kept = sum(len(each) for each in telling if _stands(each, letter))
    return kept >= _TELLING_SHARE * sum(map(len, telling))


def _stands(words: str, letter: str) -> bool:
    """Whether they stand there and do not go on: /help/1 is not said by /help/12."""
    return words in letter and re.search(rf"{re.escape(words)}(?!\d)", letter) is not None
