"""Reads of the bulk replies: everybody sees their own."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import Disturbance, disturbances_since
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound
from madoguchi.outreach.choices import SAME_CUSTOMER, BulkState, ItemState
from madoguchi.outreach.models import BulkReply, BulkReplyItem


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk reply is."""

    total: int
    waiting: int
    written: int
    set_aside: int
    taken_back: int
    can_take_back: bool

    @property
    def looked_at(self) -> int:
        """Those that do not wait any more."""
        return self.total - self.waiting


def bulk_replies_of(user: User) -> QuerySet[BulkReply]:
    """One's own bulk replies."""
    return BulkReply.objects.filter(user=user)


def get_bulk_reply(user: User, pk: int) -> BulkReply:
    """One's own bulk reply; NotFound otherwise."""
    bulk = BulkReply.objects.select_related("user").filter(user=user, pk=pk).first()
    if bulk is None:
        raise NotFound(_("There is no such bulk reply."))
    return bulk


def items_of(bulk: BulkReply) -> QuerySet[BulkReplyItem]:
    """Its letters with what a list shows of them."""
    return bulk.items.select_related("conversation__customer", "conversation__inbox", "message").defer("message__html")


def seen_of(bulk: BulkReply) -> set[int]:
    """Those of its conversations that its author may still see."""
    chosen = bulk.items.values("conversation")
    return set(Conversation.objects.visible_to(bulk.user).filter(pk__in=chosen).values_list("pk", flat=True))


def batch_of(bulk: BulkReply) -> str:
    """What its letters have in common: they say nothing of each other (`Sending.batch`)."""
    return f"bulk-{bulk.pk}"


def visible_to_author(bulk: BulkReply, item: BulkReplyItem) -> Conversation | None:
    """The conversation of one letter as its author may see it now; None where access was taken away meanwhile."""
    rows = Conversation.objects.visible_to(bulk.user).select_related("inbox", "customer")
    return rows.filter(pk=item.conversation_id).first()


def rest_of(bulk: BulkReply) -> QuerySet[BulkReplyItem]:
    """What can be tried again: all that was not written, but second letters to the same customer."""
    open_ones = bulk.items.filter(state__in=[ItemState.SET_ASIDE, ItemState.WAITING]).exclude(code=SAME_CUSTOMER)
    visible = Conversation.objects.visible_to(bulk.user).values("pk")
    return open_ones.filter(conversation__in=visible).select_related("conversation__customer", "conversation__inbox")


def happened_to(item: BulkReplyItem, bulk: BulkReply, *, user: User) -> list[Disturbance]:
    """What happened in its conversation, or to its customer, since its writer has looked; oldest first."""
    return disturbances_since(item.seen_event_id or bulk.seen_event_id, item.conversation, reader=user)


def files_of(bulk: BulkReply) -> tuple[Enclosure, ...]:
    """The files that go with each of its letters."""
    return tuple(Enclosure(each.blob_id, each.name, each.content_type, each.size_bytes) for each in bulk.files.all())


def progress_of(bulk: BulkReply) -> Progress:
    """How many of its letters stand where, and whether any can still be taken back."""
    rows = bulk.items.values_list("state").annotate(n=Count("pk")).order_by()
    amounts = Counter(dict(rows))
    out = bulk.items.filter(state=ItemState.WRITTEN, message__state=MessageState.QUEUED)
    taken = (
        out.filter(message__send_after__gt=timezone.now()).exists()
        or bulk.items.filter(state=ItemState.WRITTEN, message__state=MessageState.AWAITING_APPROVAL).exists()
    )
    return Progress(
        total=sum(amounts.values()),
        waiting=amounts[ItemState.WAITING],
        written=amounts[ItemState.WRITTEN],
        set_aside=amounts[ItemState.SET_ASIDE],
        taken_back=amounts[ItemState.TAKEN_BACK],
        can_take_back=taken,
    )


def is_over(bulk: BulkReply) -> bool:
    """True once nothing more is written by itself."""
    return bulk.state != BulkState.RUNNING


def running_bulk_replies(*, started_before: datetime) -> list[int]:
    """The numbers of those whose letters are still being written."""
    rows = BulkReply.objects.filter(state=BulkState.RUNNING, created_at__lt=started_before)
    return list(rows.order_by("pk").values_list("pk", flat=True))
