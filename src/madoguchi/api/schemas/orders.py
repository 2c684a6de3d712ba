"""Orders, their sources, and tables of orders."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.commerce.actions.importing import Imported
from madoguchi.commerce.actions.keeping import Kept
from madoguchi.commerce.choices import MAX_AT_ONCE, MAX_ITEMS, MAX_NUMBER, MAX_SHIPMENTS
from madoguchi.commerce.contract import filled
from madoguchi.commerce.models import Order, OrderItem, Shipment
from madoguchi.commerce.queries import Beside

type OrderAmount = Annotated[str | float, Field(examples=["5940", "5,940円"])]
type OrderMoment = Annotated[str, Field(max_length=60, examples=["2026-03-01T12:30:00+09:00", "2026/3/1 12:30"])]
type OrderText = Annotated[str, Field(max_length=2000)]
type StateWord = Literal["new", "preparing", "shipped", "delivered", "cancelled", "returned", "unknown"]


class BuyerIn(In):
    """Who bought: by mail address or phone number the customer is found, by the name never."""

    name: OrderText = ""
    """The name as the shop has it."""
    mail: OrderText = ""
    """The mail address; one that nobody has makes a customer."""
    phone: OrderText = ""
    """The phone number; used where there is no mail address, and where one person has it."""
    number: OrderText = ""
    """The customer number in the shop."""


class OrderItemIn(In):
    """One line of an order."""

    name: OrderText
    """What was bought."""
    quantity: Annotated[int, Field(ge=0, le=100_000)] = 1
    """How many."""
    sku: OrderText = ""
    """The shop's code of it."""
    unit_price: OrderAmount | None = None
    """The price of one."""
    stock: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    """How many the shop has left."""


class ShipmentIn(In):
    """One parcel."""

    carrier: OrderText = ""
    """Who carries it."""
    tracking_number: OrderText = ""
    """The number by which it is traced."""
    tracking_url: OrderText = ""
    """Where it is traced; only http and https are kept."""
    state_words: OrderText = ""
    """Where it is, in the carrier's words."""
    shipped_at: OrderMoment | None = None
    """When it left."""
    delivered_at: OrderMoment | None = None
    """When it arrived."""


class OrderIn(In):
    """An order as the shop has it now: all of it each time, what is left out is gone."""

    number: Annotated[str, Field(min_length=1, max_length=MAX_NUMBER, examples=["HK-104901"])]
    """The order number as shop and customer write it."""
    state: Annotated[str, Field(max_length=60, examples=["shipped", "出荷済み"])] = ""
    """How far it is: one of ours, or the shop's own word, which is understood where it can be."""
    state_words: Annotated[str, Field(max_length=60)] = ""
    """The shop's own word, to be shown beside ours."""
    ordered_at: OrderMoment | None = None
    """When it was ordered; without a zone it is the desk's time."""
    total: OrderAmount | None = None
    """What was to pay for it, tax included."""
    currency: Annotated[str, Field(max_length=3)] = "JPY"
    """Of its amounts (ISO 4217)."""
    payment: OrderText = ""
    """How it is paid."""
    channel: OrderText = ""
    """Where it was ordered, such as 自社サイト."""
    note: OrderText = ""
    """What the customer wrote with it."""
    external_id: Annotated[str, Field(max_length=100)] = ""
    """The shop's own id, for the address of its page."""
    buyer: BuyerIn = BuyerIn()
    """Who bought."""
    postal_code: OrderText = ""
    """Of where it goes."""
    street: OrderText = ""
    """Where it goes, in one line."""
    items: Annotated[list[OrderItemIn], Field(max_length=MAX_ITEMS)] = []
    """What was bought."""
    shipments: Annotated[list[ShipmentIn], Field(max_length=MAX_SHIPMENTS)] = []
    """Its parcels."""
    changed_at: OrderMoment | None = None
    """When the shop last changed it: an older version than the one that is here is not taken."""


class OrdersIn(In):
    """Orders to keep."""

    source_id: Id
    """The source they are of."""
    orders: Annotated[list[OrderIn], Field(min_length=1, max_length=MAX_AT_ONCE)]
    """The orders; all are kept or none."""


class KeptOut(Out):
    """What became of orders that were told."""

    created: int
    """How many are new."""
    changed: int
    """How many have changed."""
    same: int
    """How many were here just so."""
    older: int
    """How many were not taken, because what is here is newer by the shop's clock."""
    unassigned: int
    """How many of them belong to nobody we know."""
    ids: list[int]
    """Their ids, in the order in which they were told."""


class OrderItemOut(Out):
    """One line of an order."""

    name: str
    """What was bought."""
    sku: str
    """The shop's code of it."""
    quantity: int
    """How many."""
    unit_price: Decimal | None
    """The price of one."""
    stock: int | None
    """How many the shop had left; null when it does not say."""
    stock_at: datetime | None
    """When it said so."""


class ShipmentOut(Out):
    """One parcel."""

    carrier: str
    """Who carries it."""
    tracking_number: str
    """The number by which it is traced."""
    tracking_url: str
    """Where it is traced."""
    state_words: str
    """Where it is, in the carrier's words."""
    shipped_at: datetime | None
    """When it left."""
    delivered_at: datetime | None
    """When it arrived."""


class OrderOut(Out):
    """An order as its source last told it."""

    id: int
    """Its id."""
    number: str
    """Its number, as shop and customer write it."""
    source: Ref
    """Where it comes from."""
    customer: Ref | None
    """Whose it is; null when nobody we know can be named."""
    state: StateWord
    """How far it is."""
    state_words: str
    """The same in the shop's own words."""
    ordered_at: datetime | None
    """When it was ordered."""
    total: Decimal | None
    """What was to pay for it."""
    currency: str
    """Of its amounts (ISO 4217)."""
    payment: str
    """How it is paid."""
    channel: str
    """Where it was ordered."""
    note: str
    """What the customer wrote with it."""
    buyer_name: str
    """The buyer's name as the shop has it."""
    buyer_mail: str
    """Their mail address there."""
    buyer_phone: str
    """Their phone number there."""
    buyer_number: str
    """Their customer number there."""
    postal_code: str
    """Of where it goes."""
    street: str
    """Where it goes, in one line."""
    items: list[OrderItemOut]
    """What was bought."""
    shipments: list[ShipmentOut]
    """Its parcels."""
    order_url: str
    """Its page in the shop's system; empty when none is known."""
    customer_url: str
    """The customer's page there."""
    fetched_at: datetime
    """When the source last told it."""


class OrdersBesideOut(Out):
    """The orders of a conversation."""

    named: list[OrderOut]
    """Whose numbers its messages hold; also those of other customers."""
    unknown: list[str]
    """Numbers that look like a source's and that it has not told."""
    others: list[OrderOut]
    """The newest further ones of its customer, ten at most."""


class WhichOrders(In):
    """Which orders."""

    number: Annotated[str, Field(max_length=MAX_NUMBER)] = ""
    """Of this number, however it is written."""
    state: StateWord | Literal[""] = ""
    """So far."""
    source_id: Id | None = None
    """Of this source."""
    customer_id: Id | None = None
    """Of this customer."""
    unassigned: bool = False
    """Only those that belong to nobody we know; for callers who see every desk."""


class AssignIn(In):
    """Whose an order is."""

    customer_id: Id | None
    """The customer; null takes it off."""


class OrderTableIn(In):
    """A table of orders to bring in."""

    file: Annotated[str, Field(max_length=1000)]
    """The id `upload_file` gave to the CSV file."""
    mapping: Annotated[dict[str, Annotated[int, Field(ge=0, le=200)]], Field(max_length=40)] | None = None
    """Which of our columns stands where, the first is 0: `{"number": 0, "buyer.mail": 3}`; null goes by their names."""
    dry_run: bool = False
    """Say what it would do, and do nothing."""
    skip_bad: bool = False
    """Leave orders out that cannot be read, instead of refusing the table."""


class TableProblemOut(Out):
    """What is wrong with a line."""

    line: int
    """Its number in the file; the first line is 1."""
    column: str
    """The column, as the table's first line calls it."""
    message: str
    """What is wrong and how it would be right."""


class OrderTableOut(Out):
    """What a table did, or would do."""

    lines: int
    """How many lines were read."""
    kept: KeptOut
    """What became of its orders."""
    bad_orders: int
    """How many were left out."""
    problems: list[TableProblemOut]
    """What is wrong; the first hundred."""


def show_order(order: Order) -> OrderOut:
    """An order fetched with all it has."""
    customer = order.customer
    return OrderOut(
        id=order.pk,
        number=order.number,
        source=Ref(id=order.source_id, name=order.source.name),
        customer=Ref(id=customer.pk, name=customer.label) if customer else None,
        state=order.state,  # type: ignore[arg-type]
        state_words=order.state_words,
        ordered_at=order.ordered_at,
        total=order.total,
        currency=order.currency,
        payment=order.payment,
        channel=order.channel,
        note=order.note,
        buyer_name=order.buyer_name,
        buyer_mail=order.buyer_mail,
        buyer_phone=order.buyer_phone,
        buyer_number=order.buyer_number,
        postal_code=order.postal_code,
        street=order.address,
        items=[_item(each) for each in order.items.all()],
        shipments=[_shipment(each) for each in order.shipments.all()],
        order_url=filled(order.source.order_url, number=order.number, external_id=order.external_id),
        customer_url=filled(order.source.customer_url, number=order.number, customer=order.buyer_number),
        fetched_at=order.fetched_at,
    )


def _item(item: OrderItem) -> OrderItemOut:
    return OrderItemOut(
        name=item.name,
        sku=item.sku,
        quantity=item.quantity,
        unit_price=item.unit_price,
        stock=item.stock,
        stock_at=item.stock_at,
    )


def _shipment(parcel: Shipment) -> ShipmentOut:
    return ShipmentOut(
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        state_words=parcel.state_words,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
    )


def show_beside(beside: Beside) -> OrdersBesideOut:
    """The orders of a conversation."""
    return OrdersBesideOut(
        named=[show_order(each) for each in beside.named],
        unknown=beside.unknown,
        others=[show_order(each) for each in beside.others],
    )


def show_kept(kept: Kept) -> KeptOut:
    """What became of orders."""
    return KeptOut(
        created=kept.created,
        changed=kept.changed,
        same=kept.same,
        older=kept.older,
        unassigned=kept.unassigned,
        ids=list(kept.ids),
    )


def show_table(done: Imported, *, most: int) -> OrderTableOut:
    """What a table did, with its first problems."""
    return OrderTableOut(
        lines=done.table.lines,
        kept=show_kept(done.kept),
        bad_orders=done.table.bad_orders,
        problems=[
            TableProblemOut(line=each.line, column=each.column, message=each.why) for each in done.table.problems[:most]
        ],
    )
