"""Requests to others about a customer's matter (依頼): what they are called, and what is read of them.

A request is a conversation of its own whose customer is whoever is asked. It never stands in the lists, counts and
histories of customers' conversations; whoever sees the conversation it belongs to sees it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.contract import AutoKind
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.folding import SpanKind
from madoguchi.conversations.models import Attachment, Conversation, Draft, GuestLink, Message
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Shaped, Slot

SIDE_ASKED = "side_asked"
SIDE_ANSWERED = "side_answered"

#: So many requests of one conversation are shown.
MAX_SIDES = 50
#: So many messages can be chosen from when something is asked.
MAX_OFFERED = 30


@dataclass(frozen=True, slots=True)
class Side:
    """One request as it stands."""

    conversation: Conversation
    answer: Message | None  #: the newest
    is_draft: bool  #: nothing was sent yet
    is_unread: bool  #: an answer came that nobody has looked at
    page: GuestLink | None = None  #: the guest's page, while it lives

    @property
    def is_answered(self) -> bool:
        """True while the answer waits for us."""
        return self.answer is not None and self.conversation.status in (Status.NEW, Status.OPEN)


def state_of_request(row: Conversation) -> str:
    """Where a request stands, in a word."""
    if not row.is_open:
        return _("Finished")
    if row.status == Status.APPROVAL:
        return _("Awaiting approval")
    return (
        _("Answered") if row.last_inbound_at and row.status in (Status.NEW, Status.OPEN) else _("Waiting for an answer")
    )


def sides_of(user: User, number: int) -> list[Side]:
    """The requests of a conversation, the newest first, as far as the person sees them; a fixed number of queries."""
    begun = Draft.objects.filter(conversation=OuterRef("pk"), user=user)
    rows = Conversation.objects.visible_to(user).unmerged().filter(side_of=number).distinct()
    rows = rows.filter(Q(message_count__gt=0) | Exists(begun)).select_related("customer", "assignee", "side__asked_by")
    found = list(rows.order_by("-last_message_at", "-pk")[:MAX_SIDES])
    answers = _newest_answers(row.pk for row in found)
    pages = _living_pages(row.pk for row in found)
    return [_side(row, answers.get(row.pk), pages.get(row.pk)) for row in found]


def unread_beside(user: User, number: int) -> QuerySet[Conversation, int]:
    """A request of a conversation whose answer nobody has looked at, if there is one, to be fetched with others."""
    return _UNREAD(sight_of(user))(**eyes_of(user), number=number)


def _unread_of(sight: Sight) -> QuerySet[Conversation, int]:
    answers = Message.objects.filter(conversation=OuterRef("pk"), kind=MessageKind.INBOUND, auto_kind=AutoKind.NONE)
    fresh = answers.filter(Q(at__gt=OuterRef("side__seen_at")) | Q(conversation__side__seen_at=None))
    rows = Conversation.objects.visible_in(sight).unmerged().filter(Exists(fresh), side_of=Slot("number"))
    return rows.order_by().values_list("pk", flat=True)[:1]


_UNREAD: Shaped[QuerySet[Conversation, int]] = Shaped(_unread_of)


def _living_pages(numbers: Iterable[int]) -> dict[int, GuestLink]:
    rows = GuestLink.objects.filter(side__in=list(numbers)).select_related("side").order_by("pk")
    return {row.side_id: row for row in rows if row.is_alive}


def _newest_answers(numbers: Iterable[int]) -> dict[int, Message]:
    rows = Message.objects.filter(conversation__in=list(numbers), kind=MessageKind.INBOUND, auto_kind=AutoKind.NONE)
    newest = rows.order_by("conversation", "-at", "-pk").distinct("conversation").defer("html", "headers", "references")
    return {row.conversation_id: row for row in newest}


def _side(row: Conversation, answer: Message | None, page: GuestLink | None) -> Side:
    seen_at = row.side.seen_at if hasattr(row, "side") else None
    is_unread = answer is not None and (seen_at is None or answer.at > seen_at)
    return Side(row, answer, is_draft=row.message_count == 0, is_unread=is_unread, page=page)


def get_side(user: User, number: int) -> tuple[Conversation, Conversation]:
    """A request a person may see, and the conversation it belongs to; NotFound otherwise."""
    rows = Conversation.objects.visible_to(user).select_related("inbox", "customer")
    side = rows.filter(pk=number, side_of__isnull=False).first()
    parent = rows.filter(sides=side).first() if side is not None else None
    if side is None or parent is None:
        raise NotFound(_("There is no request with this number, or you may not see it."))
    return side, parent


def words_of(message: Message) -> str:
    """What somebody wrote themselves, without quotes and signature."""
    if not message.spans:
        return message.text.strip()
    pieces = (message.text[start:end] for kind, start, end, *_rest in message.spans if kind == SpanKind.WRITTEN)
    return "\n".join(piece.strip("\n") for piece in pieces).strip() or message.text.strip()


def offered_messages(conversation: Conversation) -> list[Message]:
    """What went between the customer and us, the newest first: what can be quoted to others. Notes cannot."""
    rows = Message.objects.filter(conversation=conversation).public().prefetch_related("attachments")
    return list(rows.defer("html", "headers", "references").order_by("-at", "-pk")[:MAX_OFFERED])


def chosen_messages(conversation: Conversation, ids: Sequence[int]) -> list[Message]:
    """Those of these messages that can be quoted, in the order of time."""
    rows = Message.objects.filter(conversation=conversation, pk__in=list(ids)[:MAX_OFFERED]).public()
    return list(rows.order_by("at", "pk"))


def chosen_files(conversation: Conversation, ids: Sequence[int]) -> list[Attachment]:
    """Those of these files that belong to messages which can be quoted."""
    public = Message.objects.filter(conversation=conversation).public()
    rows = Attachment.objects.filter(pk__in=list(ids)[:100], message__in=public)
    return list(rows.select_related("blob").order_by("pk"))


def asked_before(user: User) -> QuerySet[Conversation, tuple[str, str]]:
    """Who was asked lately, to be offered again: address and name."""
    rows = Conversation.objects.visible_to(user).filter(side_of__isnull=False, customer__identities__kind="mail")
    names = rows.order_by("-pk").values_list("customer__identities__shown", "customer__display_name")
    return names[:40]
