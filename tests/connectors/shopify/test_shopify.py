"""Shopify, against a fake that checks every query by the published schema."""

import base64
import hashlib
import hmac
import json

import pytest
from django.test import Client
from tests.connectors.order_source_contract import OrderSourceContract
from tests.factories.commerce import make_source

from madoguchi.commerce.actions.deliveries import read_deliveries
from madoguchi.commerce.actions.syncing import look_up_order, sync_source, try_source
from madoguchi.commerce.contract import SourceDown, SourceRefused
from madoguchi.commerce.models import Delivery, Order
from madoguchi.commerce.rehearsal import AgainstTheContract, Reply, serving
from madoguchi.connectors.shopify.fake import FakeShopify, check_query
from madoguchi.connectors.shopify.source import ShopifyForm, ShopifySource
from madoguchi.core.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "local_orders")]
SETTINGS = {"shop": "harukaze.myshopify.com", "version": "2025-10"}


def graph(number: int, **values) -> dict:
    return {
        "id": f"gid://shopify/Order/{number}", "legacyResourceId": str(number), "name": f"#{number}",
        "createdAt": "2026-11-01T03:00:00Z", "updatedAt": f"2026-11-02T03:{number % 60:02}:00Z", "cancelledAt": None,
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED", "email": "yumiko@mail.example",
        "phone": None, "note": None, "paymentGatewayNames": ["shopify_payments"], "sourceName": "web",
        "customer": {"id": "gid://shopify/Customer/7", "displayName": "由美子 髙橋"},
        "currentTotalPriceSet": {"shopMoney": {"amount": "5940.0", "currencyCode": "JPY"}},
        "shippingAddress": {"zip": "150-0001", "province": "東京都", "city": "渋谷区", "address1": "1-1"},
        "lineItems": {"nodes": [{
            "name": "土鍋", "sku": "DN-8", "quantity": 1, "originalUnitPriceSet": {"shopMoney": {"amount": "5940.0"}},
            "variant": {"inventoryQuantity": 4},
        }]},
        "fulfillments": [],
    } | values  # fmt: skip


@pytest.fixture
def shop(monkeypatch):
    fake = FakeShopify(orders=[graph(1001), graph(1002)])
    with serving(fake.answer) as address:
        monkeypatch.setattr(ShopifySource, "api", address)
        yield fake


@pytest.fixture
def source():
    return make_source(kind="shopify", settings=SETTINGS, patterns=["#*####"][:0],
                       secrets={"access_token": "shpat_rehearsal", "webhook_secret": "app-secret"})  # fmt: skip


def test_an_order_is_looked_up_by_its_name(shop, source):
    order = look_up_order(source, "1001")

    assert (order.number, order.number_key, order.external_id, order.state) == ("#1001", "1001", "1001", "new")
    assert (order.customer.label, order.buyer_number, order.total) == ("由美子 髙橋", "7", 5940)
    assert [(item.name, item.stock) for item in order.items.all()] == [("土鍋", 4)]
    assert order.address == "東京都 渋谷区 1-1"


def test_an_order_that_is_not_there_is_none(shop, source):
    assert look_up_order(source, "#9999") is None


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"cancelledAt": "2026-11-02T00:00:00Z"}, "cancelled"),
        ({"displayFulfillmentStatus": "FULFILLED"}, "shipped"),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, "unknown"),
        ({"displayFulfillmentStatus": "ON_HOLD"}, "preparing"),
        ({"displayFulfillmentStatus": "SOMETHING_NEW"}, "unknown"),
        (
            {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [{
                "createdAt": "2026-11-02T00:00:00Z", "deliveredAt": "2026-11-03T00:00:00Z",
                "displayStatus": "DELIVERED",
                "trackingInfo": [{"company": "Yamato", "number": "1", "url": "https://t.example/1"}],
            }]},
            "delivered",
        ),
    ],
)  # fmt: skip
def test_states_mean_what_shopify_says(shop, source, values, state):
    shop.orders[:] = [graph(1001, **values)]

    assert look_up_order(source, "#1001").state == state


def test_changes_are_read_page_by_page(shop, source):
    shop.orders[:] = [graph(number, updatedAt=f"2026-11-02T03:{number - 1000:02}:00Z") for number in range(1001, 1052)]

    pages = [sync_source(source.pk) for _page in range(3)]
    source.refresh_from_db()
    again = sync_source(source.pk)

    assert (pages, again, Order.objects.count()) == ([True, True, False], False, 51)
    assert source.cursor == "2026-11-02T03:51:00Z"
    assert shop.asked[-1] == {"first": 25, "query": "updated_at:>='2026-11-02T03:51:00Z'"}


def test_errors_that_come_with_200_are_trouble(shop, source):
    shop.trouble = Reply({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
    with pytest.raises(SourceDown):
        try_source(source)
    shop.trouble = Reply({"errors": [{"message": "Access denied for orders", "extensions": {"code": "ACCESS_DENIED"}}]})
    with pytest.raises(SourceRefused, match="Access denied"):
        try_source(source)


def test_the_fake_refuses_fields_that_shopify_has_not():
    with pytest.raises(AgainstTheContract, match="no field colour"):
        check_query("query { orders(first: 1) { nodes { colour } } }")
    with pytest.raises(AgainstTheContract, match="without first"):
        check_query("query { orders { nodes { id } } }")


REST = {
    "id": 1001, "name": "#1001", "email": "yumiko@mail.example", "created_at": "2026-11-01T12:00:00+09:00",
    "updated_at": "2026-11-02T12:00:00+09:00", "cancelled_at": None, "current_total_price": "5940", "currency": "JPY",
    "fulfillment_status": "fulfilled", "customer": {"id": 7, "first_name": "由美子", "last_name": "髙橋"},
    "line_items": [{"name": "土鍋", "sku": "DN-8", "quantity": 1, "price": "5940"}],
    "fulfillments": [{"tracking_company": "Yamato", "tracking_number": "1", "shipment_status": "in_transit",
                      "created_at": "2026-11-02T12:00:00+09:00"}],
}  # fmt: skip


def deliver(source, told, *, secret="app-secret"):
    body = json.dumps(told).encode()
    sign = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-Shopify-Hmac-Sha256": sign, "X-Shopify-Topic": "orders/updated"}
    return Client().post(f"/hooks/orders/{source.key}", body, content_type="application/json", headers=headers)


def test_a_signed_webhook_is_read(source):
    answers = [deliver(source, REST).status_code, deliver(source, REST, secret="guessed").status_code]
    read_deliveries()

    order = Order.objects.get()
    assert answers == [202, 401]
    assert (order.number, order.state, order.customer.label) == ("#1001", "shipped", "由美子 髙橋")
    assert order.shipments.get().tracking_number == "1"


def test_a_webhook_of_something_else_is_refused_in_sight(source):
    deliver(source, {"id": 1, "title": "a product"})
    read_deliveries()

    assert "holds no order" in told(Delivery.objects.get().problem)


def test_the_shop_is_named_as_shopify_names_it():
    form = ShopifyForm({"shop": "https://Harukaze.myshopify.com/", "version": "2025-10", "access_token": "x"})
    wrong = ShopifyForm({"shop": "evil.example/#.myshopify.com", "version": "latest", "access_token": "x"})

    assert form.is_valid()
    assert form.cleaned_data["shop"] == "harukaze.myshopify.com"
    assert sorted(wrong.errors) == ["shop", "version"]


class TestShopifyContract(OrderSourceContract):
    def reached(self, address, monkeypatch):
        monkeypatch.setattr(ShopifySource, "api", address)
        return make_source(kind="shopify", settings=SETTINGS, secrets={"access_token": "x"})
