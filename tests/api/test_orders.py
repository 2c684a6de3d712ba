"""Orders by the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.accounts import make_user
from tests.factories.commerce import MAIL, an_order, make_order, make_source
from tests.factories.conversations import make_conversation, private_inbox

from madoguchi.channels.contract import Address
from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Order, OrderSource
from madoguchi.customers.models import Customer

pytestmark = pytest.mark.django_db

TOLD = {
    "number": "HK-104901", "state": "出荷済み", "total": "5,940円", "ordered_at": "2026/11/1 12:00",
    "buyer": {"name": "髙橋 由美子", "mail": MAIL},
    "items": [{"name": "土鍋「ゆげ」8号", "quantity": 2, "stock": 3}],
    "shipments": [{"carrier": "北運輸", "tracking_number": "4000"}],
}  # fmt: skip


def test_orders_are_kept_and_read_back(admin):
    source = make_source(order_url="https://oms.example/{number}")

    kept = admin.post("/orders", {"source_id": source.pk, "orders": [TOLD]}).json()

    assert {**kept, "ids": []} == {
        "created": 1, "changed": 0, "same": 0, "older": 0, "unassigned": 0, "ids": [],
    }  # fmt: skip
    order = admin.get(f"/orders/{kept['ids'][0]}").json()
    assert (order["number"], order["state"], order["state_words"]) == ("HK-104901", "shipped", "出荷済み")
    assert (order["total"], order["ordered_at"], order["order_url"]) == (
        "5940.00", "2026-11-01T03:00:00Z", "https://oms.example/HK-104901",
    )  # fmt: skip
    assert order["customer"]["name"] == "髙橋 由美子"
    assert [(each["name"], each["quantity"], each["stock"]) for each in order["items"]] == [("土鍋「ゆげ」8号", 2, 3)]
    assert order["shipments"][0]["tracking_number"] == "4000"


def test_telling_the_same_twice_is_safe(admin):
    source = make_source()
    admin.post("/orders", {"source_id": source.pk, "orders": [TOLD]})

    again = admin.post("/orders", {"source_id": source.pk, "orders": [TOLD]}).json()

    assert (again["same"], Order.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"total": "たくさん"}, "total"),
        ({"ordered_at": "2026-02-30"}, "ordered_at"),
        ({"number": " "}, "number"),
        ({"items": [{"name": "x", "unit_price": "?"}]}, "items.0.unit_price"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(admin, wrong, field):
    answer = admin.post("/orders", {"source_id": make_source().pk, "orders": [{**TOLD, "number": "A-1"}, TOLD | wrong]})

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_agents_read_and_do_not_write(caller):
    conversation = make_conversation(text="HK-104901")
    order = make_order()

    assert caller.post("/orders", {"source_id": order.source_id, "orders": [TOLD]}).status_code == 403
    assert caller.get(f"/orders/{order.pk}").status_code == 200
    beside = caller.get(f"/conversations/{conversation.pk}/orders").json()
    assert [each["number"] for each in beside["named"]] == ["HK-104901"]
    assert [each["id"] for each in caller.all(f"/customers/{conversation.customer_id}/orders")] == [order.pk]


def test_orders_of_unseen_customers_are_not_found(caller):
    make_conversation(private_inbox(make_user()), sender=Address(MAIL))
    order = make_order()

    assert caller.get(f"/orders/{order.pk}").status_code == 404
    assert caller.all("/orders") == []
    assert caller.get(f"/customers/{order.customer_id}/orders").status_code == 404


def test_lists_are_narrowed(admin):
    source = make_source()
    make_order(source, an_order("HK-000001"))
    make_order(source, an_order("HK-000002", state="shipped"))
    make_order(source, an_order("HK-000003", buyer=Buyer(name="?")))

    def numbers(**asked):
        return [each["number"] for each in admin.all("/orders", limit=1, **asked)]

    assert numbers() == ["HK-000003", "HK-000002", "HK-000001"]
    assert numbers(number="ｈｋ-000002") == ["HK-000002"]
    assert numbers(state="shipped") == ["HK-000002"]
    assert numbers(unassigned=True) == ["HK-000003"]
    assert numbers(source_id=make_source().pk) == []


def test_whose_an_order_is_can_be_said(admin):
    order = make_order(found=an_order(buyer=Buyer(name="?")))
    customer = make_conversation().customer

    answer = admin.put(f"/orders/{order.pk}/customer", {"customer_id": customer.pk})

    assert answer.json()["customer"]["id"] == customer.pk


def test_sources_are_kept_and_their_secrets_never_said(admin, caller):
    made = admin.post(
        "/order-sources", {"name": "本店", "patterns": ["HK-######"], "order_url": "https://o.example/{number}"}
    )
    source = made.json()
    changed = admin.patch(f"/order-sources/{source['id']}", {"is_active": False})

    assert (made.status_code, source["kind"], source["patterns"]) == (201, "push", ["HK-######"])
    assert changed.json()["is_active"] is False
    assert caller.get("/order-sources").json()[0]["webhook_path"] == ""
    assert admin.get("/order-sources").json()[0]["webhook_path"].startswith("/hooks/orders/")
    assert caller.post("/order-sources", {"name": "x"}).status_code == 403
    assert admin.post("/order-sources", {"name": "本店"}).json()["error"]["field"] == "name"
    assert admin.post("/order-sources", {"name": "y", "kind": "nothing"}).status_code == 404
    assert admin.post("/order-sources", {"name": "y", "patterns": ["##"]}).json()["error"]["field"] == "patterns"
    assert admin.post("/order-sources", {"name": "y", "order_url": "javascript:x"}).status_code == 422


def test_settings_of_a_source_are_checked_as_on_the_screen_and_secrets_sealed(admin):
    secret = "between-the-shop-and-us"
    push = admin.post("/order-sources", {"name": "本店", "settings": {"webhook_secret": secret}}).json()
    asked = {"order_address": "https://shop.example/o/{number}", "token": "key"}
    http = admin.post("/order-sources", {"name": "EC", "kind": "http", "settings": asked}).json()
    admin.patch(f"/order-sources/{http['id']}", {"settings": {"header": "X-Key"}})

    rows = [OrderSource.objects.get(pk=each["id"]) for each in (push, http)]
    assert [(each.settings, each.secrets) for each in rows] == [
        ({}, {"webhook_secret": secret}),
        (
            {"order_address": asked["order_address"], "changes_address": "", "header": "X-Key", "mapping": ""},
            {"token": "key"},
        ),
    ]
    admin.patch(f"/order-sources/{push['id']}", {"settings": {"webhook_secret": ""}})
    assert OrderSource.objects.get(pk=push["id"]).secrets == {}


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("http", None, "settings.order_address"),
        ("http", {}, "settings.order_address"),
        ("http", {"order_address": "file:///etc/passwd"}, "settings.order_address"),
        ("http", {"order_address": "https://a.example/{number}", "header": "X\r\nHost: e"}, "settings.header"),
        ("push", {"webhook_secret": "short"}, "settings.webhook_secret"),
        ("push", {"nonsense": 1}, "settings.nonsense"),
        ("push", {"webhook_secret": {"a": 1}}, "settings.webhook_secret"),
        ("tempostar", {"nonsense": 1}, "settings"),
    ],
)
def test_settings_that_the_screen_refuses_are_refused(admin, kind, settings, field):
    wanted = {"name": "x", "kind": kind} | ({} if settings is None else {"settings": settings})

    refused = admin.post("/order-sources", wanted)

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)
    assert not OrderSource.objects.exists()


def test_what_a_change_of_settings_gets_wrong_changes_nothing(admin):
    source = make_source()

    refused = admin.patch(f"/order-sources/{source.pk}", {"name": "other", "settings": {"webhook_secret": "short"}})

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "settings.webhook_secret")
    assert OrderSource.objects.get().name == source.name


def test_a_source_with_orders_stays(admin):
    order = make_order()
    empty = make_source()

    assert admin.delete(f"/order-sources/{order.source_id}").json()["error"]["code"] == "source_in_use"
    assert admin.delete(f"/order-sources/{empty.pk}").status_code == 204
    assert OrderSource.objects.get().pk == order.source_id


def test_a_table_is_looked_at_and_brought_in(admin):
    source = make_source()
    table = "注文番号,メールアドレス,商品名,数量\nHK-000001,a@mail.example,土鍋,1\nHK-000001,,木べら,2\n".encode(
        "cp932"
    )
    upload = admin.client.post("/api/v1/files", {"file": SimpleUploadedFile("orders.csv", table, "text/csv")}).json()
    place = f"/order-sources/{source.pk}/tables"

    looked = admin.post(place, {"file": upload["id"], "dry_run": True}).json()
    before = Order.objects.count()
    done = admin.post(place, {"file": upload["id"]}).json()

    assert (looked["kept"]["created"], looked["lines"], before) == (1, 2, 0)
    assert done["kept"]["created"] == 1
    assert [item.name for item in Order.objects.get().items.all()] == ["土鍋", "木べら"]
