"""Where the entries of a timeline come from: for each source its rows, their moment, and how one becomes an entry.

The rank of a source orders what happened at the same moment and stands in addresses: it never changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from madoguchi.accounts.sight import Sight
from madoguchi.calls import of_person as calls
from madoguchi.calls.models import Callback, Slip
from madoguchi.cases import of_person as cases
from madoguchi.cases.models import Case
from madoguchi.commerce import of_person as commerce
from madoguchi.commerce.models import Contract, Order, OrderItem, Subscription
from madoguchi.conversations import of_person as conversations
from madoguchi.conversations.asking import state_of_request
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.phone_memos import PREFIX, is_phone_memo
from madoguchi.customers import of_person as customers
from madoguchi.customers.masking import first_words
from madoguchi.customers.models import Customer, CustomerMerge, RecordChange
from madoguchi.flows.timeline.entry import PHONE, Entry, Kind, Way
from madoguchi.promises import of_person as promises
from madoguchi.promises.models import Promise

#: Characters of a text that an entry shows before it is opened.
EXCERPT = 140
#: So much of a text is read for them.
_BEGINNING = EXCERPT * 20
_BY_KIND = {
    Kind.RECEIVED: Q(kind=MessageKind.INBOUND),
    Kind.SENT: Q(kind=MessageKind.OUTBOUND),
    Kind.CALL: Q(kind=MessageKind.NOTE, external_id__startswith=PREFIX),
    Kind.NOTE: Q(kind=MessageKind.NOTE) & ~Q(external_id__startswith=PREFIX),
}
#: States of ours that say nothing one would not expect.
_USUAL = (MessageState.RECEIVED, MessageState.NOTED, MessageState.SENT, MessageState.SENDING)
_ITEMS = OrderItem.objects.filter(order=OuterRef("pk")).order_by("position", "pk").values("name")
_SUBSCRIBED, _UNSUBSCRIBED, _SIGNED, _LEFT, _ELSEWHERE = 31, 32, 33, 34, 51


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of rows."""

    rank: int
    kinds: tuple[Kind, ...]
    at: str  #: the field that says when
    rows: Callable[[Sight], QuerySet[Any]]  #: a pattern of a prepared read
    entry: Callable[[Any], Entry]
    whole: Callable[[QuerySet[Any]], QuerySet[Any]]  #: what an entry shows is fetched with the rows
    texts: tuple[str, ...] = ()  #: fields that are searched; empty: the search index has them
    inbox: str = ""  #: the way to the 窓口; empty: of none
    by_kind: Mapping[Kind, Q] = field(default_factory=dict)  #: where the rows are of several kinds
    by_way: Mapping[str, Q] = field(default_factory=dict)  #: empty: no contact
    picked: Callable[[Sight], QuerySet[Any]] | None = None  #: `rows`, worked out best where their ids are given
    takes_merged: bool = False  #: what went into a record keeps such rows of its own


def _as_message(rank: int) -> Callable[[Message], Entry]:
    def entry(row: Message) -> Entry:
        talk, kind = row.conversation, _kind_of(row)
        call = getattr(row, "call", None) if kind == Kind.CALL else None
        way = {MessageKind.INBOUND: Way.IN, MessageKind.OUTBOUND: Way.OUT}.get(MessageKind(row.kind), "")
        state = "" if row.state in _USUAL else str(row.get_state_display())
        return Entry(
            at=row.at, kind=kind, id=row.pk, rank=rank, row=row,
            customer=(row.customer_id or 0) if rank == _ELSEWHERE else talk.customer_id,
            title=row.subject or talk.subject,
            summary=first_words(vars(row).get("beginning", ""), EXCERPT),
            who=row.user.name if row.user else row.sender_name or row.sender_address,
            way=(Way.IN if call.direction == "in" else Way.OUT) if call else way,
            channel=PHONE if kind == Kind.CALL else "" if kind == Kind.NOTE else row.inbox.kind,
            inbox=row.inbox.name,
            conversation=talk.pk,
            state=str(call.get_result_display()) if call else _("Not delivered") if row.bounced_at else state,
            is_red=row.bounced_at is not None or row.state in (MessageState.FAILED, MessageState.UNCERTAIN),
        )  # fmt: skip

    return entry


def _kind_of(row: Message) -> Kind:
    if row.kind == MessageKind.NOTE:
        return Kind.CALL if is_phone_memo(row) else Kind.NOTE
    return Kind.RECEIVED if row.kind == MessageKind.INBOUND else Kind.SENT


def _whole_messages(rows: QuerySet[Message]) -> QuerySet[Message]:
    rows = rows.select_related("conversation", "inbox", "user", "call").only(
        "at", "kind", "state", "external_id", "customer", "subject", "sender_name", "sender_address",
        "bounced_at", "is_automatic",
        "conversation__subject", "conversation__customer", "inbox__name", "inbox__kind", "user__name",
        "call__direction", "call__result", "call__started_at", "call__ended_at", "call__number",
    )  # fmt: skip
    return rows.annotate(beginning=Left("text", _BEGINNING))


def _order(row: Order) -> Entry:
    return Entry(
        at=row.ordered_at, kind=Kind.ORDER, id=row.pk, rank=30, row=row, customer=row.customer_id or 0,  # type: ignore[arg-type]
        title=row.number, summary=first_words(" / ".join(vars(row)["names"]), EXCERPT),
        who=row.channel, state=row.state_words or str(row.get_state_display()),
    )  # fmt: skip


def _subscription(rank: int) -> Callable[[Subscription], Entry]:
    def entry(row: Subscription) -> Entry:
        state = _("Begun") if rank == _SUBSCRIBED else _("Ended")
        reason = "" if rank == _SUBSCRIBED else row.end_reason
        return Entry(
            at=vars(row)["at"], kind=Kind.SUBSCRIPTION, id=row.pk, rank=rank, row=row, customer=row.customer_id,
            title=row.plan, summary=reason, state=state,
        )  # fmt: skip

    return entry


def _contract(rank: int) -> Callable[[Contract], Entry]:
    def entry(row: Contract) -> Entry:
        state = _("Begun") if rank == _SIGNED else _("Ended")
        reason = "" if rank == _SIGNED else row.end_reason
        return Entry(
            at=vars(row)["at"], kind=Kind.CONTRACT, id=row.pk, rank=rank, row=row, customer=row.customer_id,
            title=row.name, summary=reason, state=state,
        )  # fmt: skip

    return entry


def _callback(row: Callback) -> Entry:
    return Entry(
        at=row.made_at, kind=Kind.CALLBACK, id=row.pk, rank=41, row=row, customer=row.conversation.customer_id,
        title=row.topic or row.conversation.subject, summary=row.reason,
        who=row.made_by.name if row.made_by else str(row.get_source_display()),
        inbox=row.conversation.inbox.name, conversation=row.conversation_id,
        state=str(row.get_state_display()), is_red=row.is_red,
    )  # fmt: skip


def _slip(row: Slip) -> Entry:
    return Entry(
        at=row.made_at, kind=Kind.SLIP, id=row.pk, rank=42, row=row, customer=row.conversation.customer_id,
        title=str(row.get_wish_display()), summary=first_words(row.text, EXCERPT),
        who=f"{row.sender.name} → {row.recipient.name}",
        inbox=row.conversation.inbox.name, conversation=row.conversation_id,
        state=_("Answered") if row.answered_at else _("Not answered"),
    )  # fmt: skip


def _promise(row: Promise) -> Entry:
    return Entry(
        at=row.made_at, kind=Kind.PROMISE, id=row.pk, rank=43, row=row, customer=row.conversation.customer_id,
        title=row.words, summary=row.reason, who=row.owner.name if row.owner else "",
        inbox=row.conversation.inbox.name, conversation=row.conversation_id,
        state=str(row.get_state_display()), is_red=row.is_red,
    )  # fmt: skip


def _case(row: Case) -> Entry:
    return Entry(
        at=row.received_at, kind=Kind.CASE, id=row.pk, rank=45, row=row, customer=row.customer_id or 0,
        title=row.title, summary=str(row.get_kind_display()), who=row.owner.name, state=str(row.get_state_display()),
    )  # fmt: skip


def _request(row: Conversation) -> Entry:
    about = row.side_of
    return Entry(
        at=row.created_at, kind=Kind.REQUEST, id=row.pk, rank=44, row=row,
        customer=about.customer_id if about else row.customer_id,
        title=row.subject, summary=first_words(row.preview, EXCERPT), who=row.customer.label, inbox=row.inbox.name,
        conversation=row.pk, state=state_of_request(row),
    )  # fmt: skip


def _change(row: RecordChange) -> Entry:
    return Entry(
        at=row.at, kind=Kind.RECORD, id=row.pk, rank=11, row=row, customer=row.customer_id,
        title=str(row.get_what_display()), who=row.by_label,
    )  # fmt: skip


def _merge(row: CustomerMerge) -> Entry:
    return Entry(
        at=row.at, kind=Kind.MERGE, id=row.pk, rank=12, row=row, customer=row.survivor_id,
        title=row.other_label, who=row.by_label,
    )  # fmt: skip


def _made(row: Customer) -> Entry:
    return Entry(
        at=row.created_at, kind=Kind.RECORD, id=row.pk, rank=10, row=row, customer=row.pk, title=_("Record made"),
        summary=row.label,
    )  # fmt: skip


def _about_talk[R: QuerySet[Any]](*more: str) -> Callable[[R], R]:
    return lambda rows: rows.select_related("conversation__inbox", *more)


_MESSAGES: Mapping[str, Any] = {
    "kinds": tuple(_BY_KIND),
    "at": "at",
    "whole": _whole_messages,
    "inbox": "inbox",
    "by_kind": _BY_KIND,
    "by_way": {
        Way.IN: Q(kind=MessageKind.INBOUND) | Q(call__direction="in"),
        Way.OUT: Q(kind=MessageKind.OUTBOUND) | Q(call__direction="out"),
    },
}
_MERGED: Mapping[str, Any] = {"whole": lambda rows: rows, "takes_merged": True}

SOURCES = (
    Source(
        rank=50, rows=conversations.messages_with, picked=conversations.messages_picked, entry=_as_message(50),
        **_MESSAGES,
    ),
    Source(rank=_ELSEWHERE, rows=conversations.messages_elsewhere, entry=_as_message(_ELSEWHERE), **_MESSAGES),
    Source(
        44, (Kind.REQUEST,), "created_at", conversations.requests_about, _request,
        whole=lambda rows: rows.select_related("inbox", "customer", "side_of"),
        texts=("subject", "preview"), inbox="inbox",
    ),
    Source(
        45, (Kind.CASE,), "received_at", cases.cases_with, _case,
        whole=lambda rows: rows.select_related("owner", "second"), texts=("title",),
    ),
    Source(
        43, (Kind.PROMISE,), "made_at", promises.promises_to, _promise,
        whole=_about_talk("owner", "decided_by"), texts=("words", "reason"), inbox="conversation__inbox",
    ),
    Source(
        42, (Kind.SLIP,), "made_at", calls.slips_about, _slip,
        whole=_about_talk("sender", "recipient"), texts=("text", "answer"), inbox="conversation__inbox",
    ),
    Source(
        41, (Kind.CALLBACK,), "made_at", calls.callbacks_to, _callback,
        whole=_about_talk("owner", "made_by"), texts=("topic", "name", "number", "reason"),
        inbox="conversation__inbox",
    ),
    Source(
        30, (Kind.ORDER,), "ordered_at", commerce.orders_by, _order,
        whole=lambda rows: rows.annotate(names=ArraySubquery(_ITEMS)),
        texts=("number", "state_words", "note", "items__name", "items__sku"),
    ),
    Source(
        _SUBSCRIBED, (Kind.SUBSCRIPTION,), "at", commerce.subscriptions_begun, _subscription(_SUBSCRIBED),
        whole=lambda rows: rows, texts=("plan", "number"),
    ),
    Source(
        _UNSUBSCRIBED, (Kind.SUBSCRIPTION,), "at", commerce.subscriptions_ended, _subscription(_UNSUBSCRIBED),
        whole=lambda rows: rows, texts=("plan", "number", "end_reason"),
    ),
    Source(
        _SIGNED, (Kind.CONTRACT,), "at", commerce.contracts_begun, _contract(_SIGNED),
        whole=lambda rows: rows, texts=("name", "number"),
    ),
    Source(
        _LEFT, (Kind.CONTRACT,), "at", commerce.contracts_ended, _contract(_LEFT),
        whole=lambda rows: rows, texts=("name", "number", "end_reason"),
    ),
    Source(
        12, (Kind.MERGE,), "at", lambda _sight: customers.merges_into(), _merge,
        texts=("other_label",), **_MERGED,
    ),
    Source(
        11, (Kind.RECORD,), "at", lambda _sight: customers.changes_to(), _change,
        texts=("before", "after", "by_label"), **_MERGED,
    ),
    Source(
        10, (Kind.RECORD,), "created_at", lambda _sight: customers.records_of(), _made,
        texts=("family_name", "given_name", "display_name"), **_MERGED,
    ),
)  # fmt: skip
