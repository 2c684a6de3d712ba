"""Shopify's two forms of an order as ours. Pure; names of fields and values as published at shopify.dev."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.choices import MAX_ITEMS, MAX_SHIPMENTS, OrderState
from madoguchi.commerce.contract import Buyer, FoundItem, FoundOrder, FoundShipment
from madoguchi.commerce.reading import (
    Unreadable,
    amount_of,
    count_of,
    moment_of,
    number_of,
    stock_of,
    text_of,
    url_of,
)

#: OrderDisplayFulfillmentStatus, and `fulfillment_status` of the older form.
_FULFILLMENT = {
    "FULFILLED": OrderState.SHIPPED,
    "PARTIALLY_FULFILLED": OrderState.UNKNOWN,
    "PARTIAL": OrderState.UNKNOWN,
    "IN_PROGRESS": OrderState.PREPARING,
    "ON_HOLD": OrderState.PREPARING,
    "PENDING_FULFILLMENT": OrderState.PREPARING,
    "SCHEDULED": OrderState.PREPARING,
    "REQUEST_DECLINED": OrderState.PREPARING,
    "UNFULFILLED": OrderState.NEW,
    "OPEN": OrderState.NEW,
    "RESTOCKED": OrderState.RETURNED,
    "": OrderState.NEW,
}


def order_of_graph(row: Mapping[str, Any]) -> FoundOrder:
    """An Order of the GraphQL Admin API. Raises Unreadable."""
    money = _inside(row, "currentTotalPriceSet", "shopMoney")
    customer, place = _inside(row, "customer"), _inside(row, "shippingAddress")
    parcels = [_parcel_of_graph(each) for each in _list(row.get("fulfillments"))]
    words = text_of(row.get("displayFulfillmentStatus"), 60)
    return FoundOrder(
        number=number_of(row.get("name")),
        external_id=text_of(row.get("legacyResourceId"), 100),
        state=_state(words, is_cancelled=bool(row.get("cancelledAt")), parcels=parcels),
        state_words=words,
        ordered_at=moment_of(row.get("createdAt"), field="createdAt"),
        total=amount_of(money.get("amount"), field="total"),
        currency=text_of(money.get("currencyCode"), 3) or "JPY",
        payment=", ".join(text_of(each, 30) for each in _list(row.get("paymentGatewayNames")))[:60],
        channel=text_of(row.get("sourceName"), 60),
        note=text_of(row.get("note"), 2000),
        buyer=Buyer(
            name=text_of(customer.get("displayName"), 200),
            mail=text_of(row.get("email"), 320),
            phone=text_of(row.get("phone"), 60),
            number=text_of(customer.get("id"), 100).rpartition("/")[2][:60],
        ),
        postal_code=text_of(place.get("zip"), 16),
        address=_line(place),
        items=tuple(_item_of_graph(each) for each in _list(_inside(row, "lineItems").get("nodes"))[:MAX_ITEMS]),
        shipments=tuple(parcels[:MAX_SHIPMENTS]),
        changed_at=moment_of(row.get("updatedAt"), field="updatedAt"),
    )


def order_of_rest(row: Mapping[str, Any]) -> FoundOrder:
    """An order as webhooks bring it. Raises Unreadable."""
    customer, place = _inside(row, "customer"), _inside(row, "shipping_address")
    parcels = [_parcel_of_rest(each) for each in _list(row.get("fulfillments"))]
    words = text_of(row.get("fulfillment_status"), 60)
    name = f"{text_of(customer.get('first_name'), 90)} {text_of(customer.get('last_name'), 90)}".strip()
    return FoundOrder(
        number=number_of(row.get("name")),
        external_id=text_of(row.get("id"), 100),
        state=_state(words, is_cancelled=bool(row.get("cancelled_at")), parcels=parcels),
        state_words=words.upper(),
        ordered_at=moment_of(row.get("created_at"), field="created_at"),
        total=amount_of(row.get("current_total_price") or row.get("total_price"), field="total_price"),
        currency=text_of(row.get("currency"), 3) or "JPY",
        payment=", ".join(text_of(each, 30) for each in _list(row.get("payment_gateway_names")))[:60],
        channel=text_of(row.get("source_name"), 60),
        note=text_of(row.get("note"), 2000),
        buyer=Buyer(
            name=name,
            mail=text_of(row.get("email"), 320),
            phone=text_of(row.get("phone"), 60),
            number=text_of(customer.get("id"), 60),
        ),
        postal_code=text_of(place.get("zip"), 16),
        address=_line(place),
        items=tuple(_item_of_rest(each) for each in _list(row.get("line_items"))[:MAX_ITEMS]),
        shipments=tuple(parcels[:MAX_SHIPMENTS]),
        changed_at=moment_of(row.get("updated_at"), field="updated_at"),
    )


def _state(words: str, *, is_cancelled: bool, parcels: Iterable[FoundShipment]) -> OrderState:
    if is_cancelled:
        return OrderState.CANCELLED
    state = _FULFILLMENT.get(words.upper(), OrderState.UNKNOWN)
    arrived = [parcel.delivered_at is not None for parcel in parcels]
    return OrderState.DELIVERED if state == OrderState.SHIPPED and arrived and all(arrived) else state


def _parcel_of_graph(told: object) -> FoundShipment:
    row = _object(told)
    traced = _list(row.get("trackingInfo"))
    first = _object(traced[0]) if traced else {}
    return FoundShipment(
        carrier=text_of(first.get("company"), 60),
        tracking_number=text_of(first.get("number"), 60),
        tracking_url=url_of(first.get("url")),
        state_words=text_of(row.get("displayStatus"), 60),
        shipped_at=moment_of(row.get("createdAt"), field="createdAt"),
        delivered_at=moment_of(row.get("deliveredAt"), field="deliveredAt"),
    )


def _parcel_of_rest(told: object) -> FoundShipment:
    row = _object(told)
    words = text_of(row.get("shipment_status"), 60)
    changed = moment_of(row.get("updated_at"), field="updated_at")
    return FoundShipment(
        carrier=text_of(row.get("tracking_company"), 60),
        tracking_number=text_of(row.get("tracking_number"), 60),
        tracking_url=url_of(row.get("tracking_url")),
        state_words=words,
        shipped_at=moment_of(row.get("created_at"), field="created_at"),
        delivered_at=changed if words == "delivered" else None,
    )


def _item_of_graph(told: object) -> FoundItem:
    row = _object(told)
    return FoundItem(
        name=text_of(row.get("name"), 300) or "–",
        quantity=count_of(row.get("quantity"), field="quantity"),
        sku=text_of(row.get("sku"), 100),
        unit_price=amount_of(_inside(row, "originalUnitPriceSet", "shopMoney").get("amount"), field="price"),
        stock=stock_of(_inside(row, "variant").get("inventoryQuantity")),
    )


def _item_of_rest(told: object) -> FoundItem:
    row = _object(told)
    return FoundItem(
        name=text_of(row.get("name") or row.get("title"), 300) or "–",
        quantity=count_of(row.get("quantity"), field="quantity"),
        sku=text_of(row.get("sku"), 100),
        unit_price=amount_of(row.get("price"), field="price"),
    )


def _line(place: Mapping[str, Any]) -> str:
    parts = (text_of(place.get(name), 140) for name in ("province", "city", "address1", "address2"))
    return " ".join(part for part in parts if part)


def _object(told: object) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise Unreadable(_("An order must be an object with fields."), field="order")
    return told


def _inside(row: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """What stands at a path; nothing where Shopify says null."""
    found: Any = row
    for name in names:
        found = _object(found).get(name)
        if found is None:
            return {}
    return _object(found)


def _list(told: object) -> list[Any]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise Unreadable(_("%(field)s must be a list.") % {"field": "list"}, field="order")
    return told
