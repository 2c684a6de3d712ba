"""Which promises a conversation's texts make that nobody has decided about: offered on screens and by the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.calendars.written.found import Reference
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import NEVER_LEFT, MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.promises.models import Promise
from madoguchi.promises.recognising import find_promises

#: How long a text's promises are offered while nobody decides about them, unless their time passes before.
_OFFERED_FOR = timedelta(days=90)
#: So many of them are read at most; nobody writes more than one a day in one matter.
_MOST_TEXTS = 100
#: As much of each text.
_MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise found in a text of ours."""

    message_id: int | None  #: None while it is being written
    place: int
    words: str
    due_at: datetime
    owner: User | None


def reference_of(inbox: Inbox, moment: datetime) -> Reference:
    """In whose days a text of a 窓口 speaks: its calendar's, or the workspace's."""
    if inbox.calendar is not None:
        return Reference(moment, inbox.calendar.plan)
    return Reference.without_calendar(moment, timezone.get_default_timezone_name())


def offers_in(conversation: Conversation) -> list[Offer]:
    """The promises in our texts of a conversation that are ahead and neither kept in the ledger nor declined.

    What an earlier text says in the same words for the same time is one promise: a mail sent once more makes no second.
    """
    now = timezone.now()
    ours = Message.objects.filter(
        conversation=conversation, kind__in=[MessageKind.OUTBOUND, MessageKind.NOTE], is_automatic=False
    )
    texts = list(
        ours.filter(at__gt=now - _OFFERED_FOR)
        .exclude(state__in=NEVER_LEFT)
        .select_related("user")
        .order_by("-at", "-pk")[:_MOST_TEXTS]
    )
    decided = set(Promise.objects.filter(message__in=[each.pk for each in texts]).values_list("message_id", "place"))
    found: dict[tuple[str, datetime], Offer] = {}
    for message in reversed(texts):
        for offer in offers_of(message, conversation.inbox):
            found.setdefault((offer.words, offer.due_at), offer)
    return [each for each in found.values() if (each.message_id, each.place) not in decided and each.due_at > now]


def offers_of(message: Message, inbox: Inbox) -> list[Offer]:
    """The promises that one text of ours makes, whatever became of them."""
    found = find_promises(
        message.text[:_MOST_TEXT], reference_of(inbox, message.at), is_note=message.kind == MessageKind.NOTE
    )
    return [Offer(message.pk, each.place, each.words, each.due_at, message.user) for each in found]


def offers_while_writing(text: str, inbox: Inbox, *, is_note: bool, user: User) -> list[Offer]:
    """The promises in what somebody is typing."""
    found = find_promises(text[:_MOST_TEXT], reference_of(inbox, timezone.now()), is_note=is_note)
    return [Offer(None, each.place, each.words, each.due_at, user) for each in found]
