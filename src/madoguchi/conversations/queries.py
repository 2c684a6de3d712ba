"""Reads of conversations. Lists are QuerySets over what the person may see; a screen gets a frozen object."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Model, Prefetch, Q, QuerySet, Subquery, When
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.contract import MACHINES, AutoKind
from madoguchi.channels.models import Inbox, eyes_of
from madoguchi.conversations.begun import begun
from madoguchi.conversations.choices import (
    NEVER_LEFT,
    STOPPING,
    DraftKind,
    MessageKind,
    MessageState,
)
from madoguchi.conversations.counts import Counts, read_counts
from madoguchi.conversations.disturbances import Disturbance, disturbances_since, looked_until
from madoguchi.conversations.filters import Cursor, Filter, apply, cursor_after, ordered
from madoguchi.conversations.models import (
    Attachment,
    Category,
    Conversation,
    ConversationQuerySet,
    Draft,
    DraftAttachment,
    Message,
    ReplyLock,
    Tag,
)
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared, Shaped, Slot
from madoguchi.core.together import fetch_together
from madoguchi.customers.merged import MergedCustomer, surviving_id
from madoguchi.customers.models import Customer, Identity, Organisation
from madoguchi.customers.records import read_record
from madoguchi.files.archives import archive_of

PAGE = 50
PAST = 20  #: conversations of a customer beside the present one


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: list[Conversation]
    next_cursor: Cursor | None


def conversation_page(user: User, chosen: Filter, *, cursor: Cursor | None = None, limit: int = PAGE) -> Page:
    """One page of what a person may see, with everything its rows show; a fixed number of queries."""
    rows = ordered(apply(Conversation.objects.visible_to(user), chosen, user=user), chosen.sort, cursor)
    found = list(with_row_details(rows)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(found, cursor_after(found[-1], chosen.sort) if more else None)


def with_row_details(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """What a row of the list shows, fetched with the list."""
    return rows.select_related("customer", "assignee", "inbox", "own_status").prefetch_related(
        "tags",
        Prefetch("lock", queryset=ReplyLock.objects.select_related("user")),
    )


def conversations_by_ids(user: User, ids: Sequence[int]) -> list[Conversation]:
    """The visible ones of these, in the order given (for search results and bulk changes)."""
    found = {
        row.pk: row
        for row in with_row_details(Conversation.objects.visible_to(user).filter(pk__in=list(ids)).distinct())
    }
    return [found[pk] for pk in ids if pk in found]


def pointer(name: str) -> Subquery:
    """A value of the conversation of a prepared read, whose number is given with each call."""
    return Subquery(Conversation.objects.filter(pk=Slot("number")).values(name)[:1])


#: What it points to and is mostly empty: PostgreSQL plans three small reads sooner than one join of eight tables.
_POINTED: dict[str, Prepared[QuerySet[Any, Any]]] = {
    "team": Prepared(lambda: Team.objects.filter(pk=pointer("team"))),
    "category": Prepared(lambda: Category.objects.select_related("parent").filter(pk=pointer("category"))),
    "organisation": Prepared(lambda: Organisation.objects.filter(pk=pointer("customer__organisation"))),
}
#: What points to it.
_BESIDE: dict[str, Prepared[QuerySet[Any, Any]]] = {
    "tags": Prepared(lambda: Tag.objects.filter(conversations=Slot("number"))),
    "followers": Prepared(lambda: User.objects.filter(pk__in=_joined("followers").values("user")).only("name")),
    "also_in": Prepared(lambda: Inbox.objects.filter(pk__in=_joined("also_in").values("inbox")).only("name")),
}


def _joined(name: str) -> QuerySet[Any, Any]:
    through: type[Model] = getattr(Conversation, name).through
    return through._default_manager.filter(conversation=Slot("number"))  # noqa: SLF001 - Django's own name


_ONE: Shaped[QuerySet[Conversation]] = Shaped(
    lambda sight: (
        Conversation.objects.visible_in(sight)
        .select_related("customer", "assignee", "inbox", "own_status", "folder")
        .filter(pk=Slot("number"))
    )
)


class ConversationReads:
    """The reads of one conversation with what its head shows; `asked` may go together with others."""

    def __init__(self, user: User, number: int) -> None:
        self._rows = _ONE(sight_of(user))(**eyes_of(user), number=number)
        self._pointed = {name: pointed(number=number) for name, pointed in _POINTED.items()}
        self._beside = {name: beside(number=number) for name, beside in _BESIDE.items()}

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return self._rows, *self._pointed.values(), *self._beside.values()

    def conversation(self) -> Conversation:
        """What was read; NotFound for what the person may not see."""
        conversation = next(iter(self._rows), None)
        if conversation is None:
            raise NotFound(_("There is no conversation with this number, or you may not see it."))
        pointed = {name: next(iter(rows), None) for name, rows in self._pointed.items()}
        conversation.team, conversation.category = pointed["team"], pointed["category"]
        conversation.customer.organisation = pointed["organisation"]
        vars(conversation)["_prefetched_objects_cache"] = self._beside
        return conversation


def get_conversation(user: User, number: int) -> Conversation:
    """One conversation a person may see, with what its head shows; NotFound otherwise."""
    reads = ConversationReads(user, number)
    fetch_together(*reads.asked)
    return reads.conversation()


def get_message(user: User, pk: int) -> Message:
    """One message a person may see, with its conversation; NotFound otherwise."""
    rows = Message.objects.visible_to(user).select_related("conversation__inbox", "inbox", "user", "raw__blob")
    message = rows.prefetch_related("attachments").filter(pk=pk).first()
    if message is None:
        raise NotFound(_("There is no such message, or you may not see it."))
    return message


def draft_files(user: User, ids: Collection[int]) -> QuerySet[DraftAttachment]:
    """These files of a person's own drafts."""
    return DraftAttachment.objects.filter(pk__in=ids, draft__user=user).select_related("blob").defer("blob__inline")


def last_reply_in(user: User, number: int) -> Message:
    """Our last reply in a conversation a person may see; NotFound when there is none."""
    rows = Message.objects.visible_to(user).filter(conversation=number, kind=MessageKind.OUTBOUND, user__isnull=False)
    found = rows.order_by("-pk").values_list("pk", flat=True).first()
    return get_message(user, found or 0)


def get_attachment(user: User, pk: int) -> Attachment:
    """One attachment of a message a person may see; NotFound otherwise."""
    visible = Message.objects.visible_to(user).values("pk")
    attachment = Attachment.objects.select_related("blob", "message").filter(pk=pk, message__in=visible).first()
    if attachment is None:
        raise NotFound(_("There is no such file, or you may not see it."))
    return attachment


def archive_of_files(message: Message) -> tuple[str, bytes]:
    """All files of a message as one ZIP archive: its name and its bytes."""
    files = message.attachments.select_related("blob")
    return f"{message.conversation_id}-{message.pk}.zip", archive_of((each.name, each.blob) for each in files)


def related_history(
    user: User, customer: Customer, *, before: Cursor | None = None, limit: int = PAGE
) -> list[Message]:
    """関連履歴: received and sent mail and notes of one customer in time order, newest first, over all visible 窓口."""
    conversations = Conversation.objects.visible_to(user).filter(customer=customer, side_of=None).values("pk")
    rows = Message.objects.filter(Q(conversation__in=conversations)).exclude(state__in=NEVER_LEFT)
    if before:
        rows = rows.filter(at__lte=before.moment).exclude(at=before.moment, pk__gte=before.pk)
    rows = rows.select_related("conversation", "inbox", "user").defer("html", "headers", "references", "bounce")
    return list(rows.order_by("-at", "-pk")[:limit])


def conversations_of(user: User, customer: Customer, *, limit: int = 20) -> list[Conversation]:
    """The customer's latest conversations a person may see."""
    rows = Conversation.objects.visible_to(user).unmerged().filter(customer=customer, side_of=None)
    rows = rows.select_related("inbox")
    return list(rows.order_by("-last_message_at")[:limit])


type PastRow = tuple[int, datetime, str, str, str]


def past_rows(user: User, customer: int, *, limit: int) -> QuerySet[Conversation, PastRow]:
    """Of the customer's latest conversations a person may see: number, moment, channel, subject and status."""
    rows = _past_of(Conversation.objects.visible_to(user), customer)
    return rows[:limit]


def past_beside(user: User, number: int) -> QuerySet[Conversation, PastRow]:
    """`past_rows` of whose a conversation is, as a read that can go together with the conversation's own."""
    return _PAST(sight_of(user))(**eyes_of(user), number=number)


def _past_of(rows: ConversationQuerySet, customer: int | Subquery) -> QuerySet[Conversation, PastRow]:
    newest: QuerySet[Conversation] = (
        rows.unmerged().filter(customer=customer, side_of=None).order_by("-last_message_at")
    )
    return newest.values_list("pk", "last_message_at", "inbox__kind", "subject", "status")


_PAST: Shaped[QuerySet[Conversation, PastRow]] = Shaped(
    lambda sight: _past_of(Conversation.objects.visible_in(sight), pointer("customer"))[:PAST]
)


def identities_beside(number: int) -> QuerySet[Identity]:
    """The addresses of a conversation's customer."""
    return _IDENTITIES(number=number)


_IDENTITIES = Prepared(lambda: Identity.objects.filter(customer=pointer("customer")))


def get_customer_for(user: User, pk: int) -> Customer:
    """A customer as `customers.customers_of` lets a person see them.

    MergedCustomer for one whose record went into another that the person may see.
    """
    into = surviving_id(pk)
    customer = read_record(_RECORD(sight_of(user))(**eyes_of(user), pk=into), into)
    if customer is None:
        raise NotFound(_("There is no such customer, or you may not see them."))
    if into != pk:
        raise MergedCustomer(_("This customer was merged into another one. Open that one."), into=into)
    return customer


def _record(sight: Sight) -> QuerySet[Customer]:
    rows = Customer.objects.select_related("organisation").filter(pk=Slot("pk"))
    if sight is Sight.EVERYTHING:
        return rows
    theirs = Q(pk__in=Conversation.objects.visible_in(sight).filter(customer=Slot("pk")).values("customer"))
    return rows.filter(theirs | Q(is_open_to_all=True) if sight is Sight.DESKS else theirs)


_RECORD: Shaped[QuerySet[Customer]] = Shaped(_record)


def conversation_count_of(customer: Customer) -> int:
    """How many conversations go along when a customer is merged, in whatever 窓口."""
    return Conversation.objects.filter(customer=customer).count()


def counts_for(user: User) -> Counts:
    """The maintained counts over the 窓口 a person may see."""
    inbox_ids = Inbox.objects.visible_to(user).values_list("pk", flat=True)
    return read_counts(inbox_ids, user.pk)


#: As many of each are counted for the rail: nobody reads an exact number beyond it.
MOST_LEFT = 99


def get_draft(user: User, pk: int) -> Draft:
    """One of the person's own drafts; NotFound otherwise."""
    rows = Draft.objects.select_related("user", "conversation", "inbox").prefetch_related("attachments__blob")
    draft = rows.filter(_is_in_sight(user), pk=pk, user=user).first()
    if draft is None:
        raise NotFound(_("There is no such draft."))
    return draft


def _is_in_sight(user: User) -> Q:
    """Of drafts: where their writer may see the conversation, or the 窓口 that a new mail would leave from."""
    here = Q(conversation__in=Conversation.objects.visible_to(user).values("pk"))
    return here | Q(conversation=None) & (Q(inbox=None) | Q(inbox__in=Inbox.objects.visible_to(user).values("pk")))


def find_draft(user: User, conversation: Conversation, kind: str) -> Draft | None:
    """What the person has begun to write here, else what waits since a merge (`begun`)."""
    return begun(user, conversation, [kind]).prefetch_related("attachments__blob").first()


def drafts_in(user: User, number: int) -> QuerySet[Draft, str]:
    """The kinds of draft the person has begun on a conversation."""
    return _DRAFT_KINDS(user=user.pk, number=number)


_DRAFT_KINDS: Prepared[QuerySet[Draft, str]] = Prepared(
    lambda: Draft.objects.filter(user=Slot("user"), conversation=Slot("number")).values_list("kind", flat=True)
)


def drafts_of(user: User) -> QuerySet[Draft]:
    """All of the person's drafts, newest first."""
    return (
        Draft.objects.filter(_is_in_sight(user), user=user)
        .select_related("user", "conversation__customer", "inbox")
        .order_by("-updated_at")
    )


def all_tags() -> QuerySet[Tag]:
    """Every tag by name."""
    return Tag.objects.order_by("name")


def get_tag(pk: int) -> Tag:
    """One tag; NotFound otherwise."""
    tag = Tag.objects.filter(pk=pk).first()
    if tag is None:
        raise NotFound(_("There is no such tag."))
    return tag


def category_tree() -> list[Category]:
    """Main categories with their children."""
    return list(Category.objects.filter(parent=None).prefetch_related("children"))


def get_category(pk: int) -> Category:
    """One category; NotFound otherwise."""
    category = Category.objects.select_related("parent").filter(pk=pk).first()
    if category is None:
        raise NotFound(_("There is no such category."))
    return category


def find_new_mail(user: User, key: str) -> Draft | None:
    """The mail of one's own that was begun under this key and answers nothing."""
    rows = Draft.objects.select_related("inbox").prefetch_related("attachments__blob")
    return rows.filter(user=user, kind=DraftKind.NEW, request_key=key).first()


def troubled_messages(user: User) -> QuerySet[Message]:
    """Outgoing messages that need a person: failed, uncertain, or being tried again."""
    states = [MessageState.FAILED, MessageState.UNCERTAIN, MessageState.RETRYING]
    rows = Message.objects.visible_to(user).filter(kind=MessageKind.OUTBOUND, is_automatic=False, state__in=states)
    return rows.select_related("conversation", "user").order_by("-pk")


def unsent_letters(conversation: Conversation) -> list[Message]:
    """Letters of ours that wait for approval or for their time, or were held back; oldest first."""
    asked = Q(state__in=[MessageState.AWAITING_APPROVAL, MessageState.STOPPED])
    planned = Q(state=MessageState.QUEUED, planned_at__isnull=False, claimed_at=None)
    rows = Message.objects.filter(asked | planned, conversation=conversation, kind=MessageKind.OUTBOUND)
    return list(rows.select_related("user").order_by("pk"))


def newest_inbound(conversation: Conversation) -> Message | None:
    """The customer's last message: what a reply answers and quotes.

    What a machine wrote (a bounce, an automatic answer) only where the conversation began with it.
    """
    rows = Message.objects.filter(conversation=conversation, kind=MessageKind.INBOUND)
    rank = Case(When(auto_kind=AutoKind.NONE, then=0), When(auto_kind__in=MACHINES, then=2), default=1)
    newest = rows.order_by(rank, "-at", "-pk").first()
    if newest is None or newest.auto_kind not in MACHINES:
        return newest
    first = conversation.messages.public().order_by("at", "pk").first()
    return newest if first is not None and first.kind == MessageKind.INBOUND else None


def planned_messages(user: User, *, is_mine: bool = False) -> QuerySet[Message]:
    """送信予約: what waits for its time, or was held back before it (these first), as far as a person may see it."""
    states = [MessageState.QUEUED, MessageState.AWAITING_APPROVAL, MessageState.STOPPED]
    rows = Message.objects.visible_to(user).filter(planned_at__isnull=False, claimed_at=None, state__in=states)
    rows = rows.filter(user=user) if is_mine else rows
    rows = rows.select_related("conversation__inbox__calendar", "conversation__customer", "user", "inbox")
    held_back = Case(When(state=MessageState.STOPPED, then=0), default=1)
    return rows.defer("html", "headers", "references", "bounce").order_by(held_back, "planned_at", "pk")


def happened_since_written(user: User, message: Message) -> list[Disturbance]:
    """What others did since a mail that failed was written or let go last, as far as a person may see it."""
    seen = looked_until(message)
    return disturbances_since(seen, message.conversation, reader=user, except_message=message.pk, kinds=STOPPING)


def happened_to_plan(user: User, message: Message) -> list[Disturbance]:
    """What happened since a planned mail was written or let go last, as far as a person may see it."""
    seen = message.before.get("seen_event_id", 0)
    return disturbances_since(seen, message.conversation, reader=user, except_message=message.pk, kinds=STOPPING)
