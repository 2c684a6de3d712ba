"""Orders and their sources for tests, kept by the product's own doors."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from tests.factories.accounts import make_admin

from madoguchi.commerce.actions.keeping import keep_orders
from madoguchi.commerce.actions.sources import create_source
from madoguchi.commerce.choices import OrderState
from madoguchi.commerce.contract import Buyer, FoundItem, FoundOrder, FoundShipment
from madoguchi.commerce.models import Order, OrderSource

_numbers = count(1)
MAIL = "yumiko@mail.example"


def make_source(**values) -> OrderSource:
    """A shop whose orders are brought to us, with numbers like HK-104901."""
    defaults = {"kind": "push", "name": f"本店{next(_numbers)}", "patterns": ["HK-######"]}
    return create_source(user=make_admin(), **defaults | values)


def an_order(number: str = "HK-104901", **values) -> FoundOrder:
    """A pot that waits in the warehouse, bought by who writes in the other factories."""
    defaults = {
        "state": OrderState.PREPARING,
        "state_words": "出荷準備中",
        "ordered_at": datetime(2026, 11, 1, 3, 0, tzinfo=UTC),
        "total": Decimal("5940.00"),
        "buyer": Buyer(name="髙橋 由美子", mail=MAIL),
        "items": (FoundItem("土鍋「ゆげ」8号", 1, "DN-8", Decimal("5940.00"), stock=3),),
    }
    return FoundOrder(number, **defaults | values)


def shipped(number: str = "HK-104901", **values) -> FoundOrder:
    """The same on its way."""
    parcel = FoundShipment("ヤマト運輸", "1234-5678-9012", "https://carrier.example/1234", shipped_at=None)
    return an_order(number, **{"state": OrderState.SHIPPED, "state_words": "出荷済み", "shipments": (parcel,)} | values)


def make_order(source: OrderSource | None = None, found: FoundOrder | None = None) -> Order:
    """An order that a source told."""
    [pk] = keep_orders(source or make_source(), [found or an_order()]).ids
    return Order.objects.with_all().get(pk=pk)
