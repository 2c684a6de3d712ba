"""Reads of orders: of a customer, beside a conversation, by number; the sources and how they do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.commerce.choices import DeliveryState, OrderState
from madoguchi.commerce.models import Delivery, Order, OrderSource
from madoguchi.commerce.numbers import Recogniser, number_key
from madoguchi.commerce.registry import source_classes
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared
from madoguchi.customers.models import Customer

#: Orders shown beside a conversation; the customer's page has them all.
BESIDE = 10
#: How much of a conversation is searched for numbers: its newest messages, and of each so many characters.
_MESSAGES, _CHARS = 50, 20_000


def all_sources() -> list[tuple[OrderSource, int]]:
    """Every source in its order, with how many deliveries of it cannot be read."""
    rows = Delivery.objects.filter(state=DeliveryState.REFUSED).order_by()
    refused = dict(rows.values_list("source").annotate(Count("pk")))
    return [(each, refused.get(each.pk, 0)) for each in OrderSource.objects.order_by("position", "name")]


def get_source(pk: int) -> OrderSource:
    """One source."""
    found = OrderSource.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such source of orders."))
    return found


def source_of_key(key: str) -> OrderSource | None:
    """The source at whose webhook's address something arrived; None for a wrong or switched-off one."""
    return OrderSource.objects.filter(key=key, is_active=True).first()


def sources_to_ask() -> list[int]:
    """The sources that tell what has changed, by number."""
    kinds = [kind for kind, cls in source_classes().items() if cls.abilities.lists_changes]
    return list(OrderSource.objects.filter(is_active=True, kind__in=kinds).values_list("pk", flat=True))


def count_of_orders(source: OrderSource) -> int:
    """How many orders came from it."""
    return Order.objects.filter(source=source).count()


def refused_deliveries(source: OrderSource) -> list[Delivery]:
    """What its webhook brought and nobody could read, the newest first; twenty at most."""
    rows = Delivery.objects.filter(source=source, state=DeliveryState.REFUSED)
    return list(rows.defer("body").order_by("-pk")[:20])


def get_delivery(source: OrderSource, pk: int) -> Delivery:
    """One delivery of a source."""
    found = Delivery.objects.filter(source=source, pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such delivery."))
    return found


def numbering() -> QuerySet[OrderSource, tuple[int, list[str]]]:
    """How the numbers of the sources look, to be fetched together with a page; `recogniser_of` takes it."""
    return _NUMBERING()


_NUMBERING: Prepared[QuerySet[OrderSource, tuple[int, list[str]]]] = Prepared(
    lambda: OrderSource.objects.filter(is_active=True).order_by("position", "name").values_list("pk", "patterns")
)


def recogniser_of(rows: Iterable[tuple[int, list[str]]]) -> Recogniser:
    """What finds the numbers of these sources."""
    return Recogniser(tuple((pk, pattern) for pk, patterns in rows for pattern in patterns))


def recogniser() -> Recogniser:
    """What finds the numbers of all sources."""
    return recogniser_of(numbering())


def get_order(user: User, pk: int) -> Order:
    """One order of a customer a person may see, with all it has."""
    return _one(Order.objects.visible_to(user).with_all().filter(pk=pk))


def _one(rows: QuerySet[Order]) -> Order:
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such order, or you may not see it."))
    return found


def orders_of(user: User, customer: Customer) -> QuerySet[Order]:
    """The orders of a customer whom the caller has got for this person, the newest first."""
    if sight_of(user) not in (Sight.EVERYTHING, Sight.DESKS):
        return Order.objects.none()
    return Order.objects.with_all().filter(customer=customer).order_by("-ordered_at", "-pk")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows; empty conditions let all through."""

    number: str = ""
    state: str = ""
    source: int | None = None
    customer: int | None = None
    unassigned: bool = False


def find_orders(user: User, chosen: OrderFilter) -> QuerySet[Order]:
    """The orders a person may see that meet every condition."""
    rows = Order.objects.visible_to(user).with_all()
    if chosen.number:
        rows = rows.filter(number_key=number_key(chosen.number))
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.source is not None:
        rows = rows.filter(source=chosen.source)
    if chosen.customer is not None:
        rows = rows.filter(customer=chosen.customer)
    return rows.filter(customer=None) if chosen.unassigned else rows


@dataclass(frozen=True, slots=True)
class Beside:
    """The orders that stand beside a conversation."""

    named: list[Order]  #: whose numbers its messages hold, in the order in which they do
    unknown: list[str]  #: numbers that look like ours and that no source has told
    others: list[Order]  #: further ones of the customer, the newest first
    has_more: bool


def orders_beside(user: User, conversation: Conversation) -> Beside:
    """The orders a conversation speaks of, and the newest of its customer.

    A number that a message holds leads to its order, whoever's it is: customers write from other addresses than they
    order with, and whoever may read the message has to answer it. The screen says when it is somebody else's.
    """
    if sight_of(user) not in (Sight.EVERYTHING, Sight.DESKS):
        return Beside([], [], [], has_more=False)
    keys = numbers_in(conversation)
    rows = list(Order.objects.with_all().filter(number_key__in=keys)) if keys else []
    rows.sort(key=lambda row: (keys.index(row.number_key), row.customer_id != conversation.customer_id, row.pk))
    others = orders_of(user, conversation.customer).exclude(pk__in=[row.pk for row in rows])[: BESIDE + 1]
    listed = list(others)
    known = {row.number_key for row in rows}
    return Beside(rows, [key for key in keys if key not in known], listed[:BESIDE], len(listed) > BESIDE)


def order_beside(user: User, conversation: Conversation, pk: int) -> Order:
    """One of the orders beside a conversation; NotFound for one that it does not speak of and nobody may see."""
    if pk in {row.pk for row in orders_beside(user, conversation).named}:
        return _one(Order.objects.with_all().filter(pk=pk))
    return get_order(user, pk)


def numbers_in(conversation: Conversation) -> list[str]:
    """The order numbers in subject and newest messages of a conversation, as they are compared, the newest first."""
    finder = recogniser()
    if not finder:
        return []
    newest = Message.objects.filter(conversation=conversation).order_by("-at", "-pk")[:_MESSAGES]
    texts = [text[:_CHARS] for text in newest.values_list("text", flat=True)]
    return finder.keys_in([*texts, conversation.subject])


def last_words(conversation: Conversation) -> str:
    """What the customer wrote last, without what they quoted; a machine's words are nobody's wish."""
    rows = Message.objects.filter(conversation=conversation, kind=MessageKind.INBOUND, auto_kind="")
    found = rows.order_by("-at", "-pk").only("text", "spans", "subject").first()
    if found is None:
        return ""
    spans = [(int(start), int(end)) for kind, start, end, *_rest in found.spans or [] if kind == "written"]
    written = "\n".join(found.text[start:end] for start, end in spans) if found.spans else found.text
    return f"{found.subject}\n{written}"


@dataclass(frozen=True, slots=True)
class BuyingFigures:
    """What a customer has bought, of one currency."""

    amount: int
    total: Decimal
    currency: str
    last_at: datetime | None


def buying_figures(user: User, customer: Customer) -> list[BuyingFigures]:
    """How many orders, for how much and until when; cancelled ones do not count. The currency of most first."""
    if sight_of(user) not in (Sight.EVERYTHING, Sight.DESKS):
        return []
    rows = Order.objects.filter(customer=customer).exclude(state=OrderState.CANCELLED).order_by()
    counted = rows.values_list("currency").annotate(Count("pk"), Sum("total"), Max("ordered_at"))
    return sorted(
        (BuyingFigures(amount, total or Decimal(0), currency, last) for currency, amount, total, last in counted),
        key=lambda each: -each.amount,
    )


def numbers_of_orders(ids: Iterable[int], user: User) -> dict[int, str]:
    """The numbers of orders a person may see, by id."""
    return dict(Order.objects.visible_to(user).filter(pk__in=list(ids)).values_list("pk", "number"))


def names_of_sources(ids: Iterable[int]) -> dict[int, str]:
    """What sources are called, by id."""
    return dict(OrderSource.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
