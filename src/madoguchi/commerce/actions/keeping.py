"""Keeping what a source tells: all of it or nothing, the same again is nothing, what is older is not taken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.belonging import customers_of_buyers
from madoguchi.commerce.choices import ORDER_ASSIGNED, ORDER_CHANGED, OrderState
from madoguchi.commerce.contract import Buyer, FoundOrder
from madoguchi.commerce.models import Order, OrderItem, OrderSource, Shipment
from madoguchi.commerce.numbers import number_key
from madoguchi.core.errors import NotAllowed, NotFound
from madoguchi.customers.models import Customer
from madoguchi.events.record import announce, record

_CHUNK = 500
#: Columns that a source tells under the same name.
_PLAIN = (
    "number", "external_id", "state", "state_words", "ordered_at", "total", "currency", "payment", "channel", "note",
    "postal_code", "address", "changed_at",
)  # fmt: skip
_CHANGED = (
    *_PLAIN, "buyer_name", "buyer_mail", "buyer_phone", "buyer_number", "customer", "digest", "fetched_at",
)  # fmt: skip
#: So many changes are told to open screens one by one; a whole import is not.
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of orders that were told."""

    created: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0  #: what is here is newer by the source's own clock
    unassigned: int = 0  #: of these, nobody knows whose they are
    ids: tuple[int, ...] = ()  #: in the order in which they were told

    def __add__(self, other: "Kept") -> "Kept":
        """Both together."""
        return Kept(
            self.created + other.created,
            self.changed + other.changed,
            self.same + other.same,
            self.older + other.older,
            self.unassigned + other.unassigned,
            (*self.ids, *other.ids),
        )


@transaction.atomic
def keep_orders(source: OrderSource, told: Sequence[FoundOrder]) -> Kept:
    """Keep orders as a source tells them, finding or making their customers; all or none.

    One transaction at a time writes for a source, so that two deliveries of one order do not make two. Of an order
    told twice the later counts.
    """
    if not OrderSource.objects.select_for_update().filter(pk=source.pk).exists():
        raise NotFound(_("This source has been removed."))
    by_key = {number_key(each.number): each for each in told}
    keys = list(by_key)
    kept = Kept()
    for start in range(0, len(keys), _CHUNK):
        kept += _keep_chunk(source, {key: by_key[key] for key in keys[start : start + _CHUNK]})
    return kept


def _keep_chunk(source: OrderSource, told: Mapping[str, FoundOrder]) -> Kept:
    rows = Order.objects.select_for_update().filter(source=source, number_key__in=list(told)).order_by("pk")
    here = {row.number_key: row for row in rows}
    digests = {key: _digest(found) for key, found in told.items()}
    older = {key for key, row in here.items() if _is_older(told[key], row)}
    same = {key for key, row in here.items() if key not in older and row.digest == digests[key]}
    wanted = {key: found for key, found in told.items() if key not in older and key not in same}
    customers = customers_of_buyers(source, [found.buyer for found in wanted.values()])
    owners = dict(zip(wanted, customers, strict=True))
    fresh = [_filled(Order(source=source, number_key=key), told[key], owners[key]) for key in wanted if key not in here]
    changed = [_filled(here[key], told[key], owners[key]) for key in wanted if key in here]
    for row in (*fresh, *changed):
        row.digest = digests[row.number_key]
    Order.objects.bulk_create(fresh)
    Order.objects.bulk_update(changed, _CHANGED)
    _keep_parts([*fresh, *changed], wanted, replaced=[row.pk for row in changed])
    Order.objects.filter(pk__in=[here[key].pk for key in same]).update(fetched_at=timezone.now())
    here |= {row.number_key: row for row in fresh}
    for row in (*fresh, *changed)[:_MOST_TOLD] if len(told) <= _MOST_TOLD else ():
        announce(ORDER_CHANGED, f"customer:{row.customer_id or 0}")
    return Kept(
        len(fresh),
        len(changed),
        len(same),
        len(older),
        sum(here[key].customer_id is None for key in told),
        tuple(here[key].pk for key in told),
    )


def _is_older(found: FoundOrder, row: Order) -> bool:
    return found.changed_at is not None and row.changed_at is not None and found.changed_at < row.changed_at


def _digest(found: FoundOrder) -> str:
    """What tells two versions of an order apart; the clock of the source is no difference by itself."""
    told = asdict(found)
    del told["changed_at"]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _filled(row: Order, found: FoundOrder, customer: int | None) -> Order:
    for name in _PLAIN:
        setattr(row, name, getattr(found, name))
    row.buyer_name, row.buyer_mail = found.buyer.name, found.buyer.mail
    row.buyer_phone, row.buyer_number = found.buyer.phone, found.buyer.number
    if not row.is_assigned and customer is not None:
        row.customer_id = customer
    row.fetched_at = timezone.now()
    return row


def _keep_parts(rows: Sequence[Order], told: Mapping[str, FoundOrder], *, replaced: list[int]) -> None:
    """Items and parcels as they are now; a source tells all of them each time."""
    if replaced:
        OrderItem.objects.filter(order__in=replaced).delete()
        Shipment.objects.filter(order__in=replaced).delete()
    now = timezone.now()
    items = [
        OrderItem(order=row, position=place, stock_at=None if each.stock is None else now, **_fields(each))
        for row in rows
        for place, each in enumerate(told[row.number_key].items)
    ]
    shipments = [
        Shipment(order=row, position=place, **_fields(each))
        for row in rows
        for place, each in enumerate(told[row.number_key].shipments)
    ]
    OrderItem.objects.bulk_create(items)
    Shipment.objects.bulk_create(shipments)


def _fields(found: Any) -> dict[str, Any]:
    return asdict(found)


@transaction.atomic
def assign_order(order: Order, customer: Customer | None, *, user: User) -> Order:
    """Say whose order it is, or that it is nobody's we know; no source changes that any more.

    Records `order_assigned`. Of two people at once the later counts; both stand in the log.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    row = Order.objects.select_for_update().get(pk=order.pk)
    before = row.customer_id
    row.customer, row.is_assigned = customer, customer is not None
    row.save(update_fields=["customer", "is_assigned"])
    data = {"before": before, "customer": row.customer_id}
    record(ORDER_ASSIGNED, f"order:{row.pk}", by=user.actor, data=data)
    for pk in {before, row.customer_id} - {None}:
        announce(ORDER_CHANGED, f"customer:{pk}")
    return row


@transaction.atomic
def match_unassigned(limit: int = 1000) -> int:
    """Look again whose the orders are that belong to nobody: somebody may have called from that number since."""
    rows = list(
        Order.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(customer=None, is_assigned=False)
        .exclude(buyer_phone="", buyer_number="")
        .select_related("source")
        .order_by("-pk")[:limit]
    )
    matched = 0
    for source in {row.source for row in rows}:
        own = [row for row in rows if row.source == source]
        buyers = [Buyer(row.buyer_name, row.buyer_mail, row.buyer_phone, row.buyer_number) for row in own]
        for row, customer in zip(own, customers_of_buyers(source, buyers), strict=True):
            if customer is not None:
                row.customer_id = customer
                row.save(update_fields=["customer"])
                matched += 1
    return matched


def is_final(state: str) -> bool:
    """True where nothing of an order is expected to change any more."""
    return state in (OrderState.CANCELLED, OrderState.RETURNED)
