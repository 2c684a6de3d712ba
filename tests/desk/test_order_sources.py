"""設定 › 受注システム, and bringing in a table."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.accounts import make_admin, make_user
from tests.factories.commerce import make_order, make_source
from tests.factories.desk import browser_of, text_of, url

from madoguchi.commerce.actions.deliveries import keep_delivery, read_deliveries
from madoguchi.commerce.models import Order, OrderSource
from madoguchi.commerce.rehearsal import Reply, serving
from madoguchi.connectors.shopify.source import ShopifySource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
GIVEN = {"name": "本店", "patterns": "HK-######\r\nＳＰ-####", "order_url": "https://oms.example/{number}"}
SHOP = {"name": "Shop", "shop": "harukaze.myshopify.com", "version": "2025-10"}
TABLE = "番号,メールアドレス,商品名,数量\nHK-000001,a@mail.example,土鍋,1\nHK-000002,b@mail.example,鍋敷き,x\n"


@pytest.fixture
def browser():
    return browser_of(make_admin(language="en"))


def upload(browser, source, content: bytes):
    file = SimpleUploadedFile("orders.csv", content, "text/csv")
    return browser.post(url("order-import", source.pk), {"file": file})


def test_a_source_is_added_changed_and_its_secret_never_shown(browser):
    made = browser.post(url("order-source-new", "push"), GIVEN | {"webhook_secret": "a-long-secret-of-ours"})
    source = OrderSource.objects.get()
    browser.post(url("order-source", source.pk), GIVEN | {"name": "本店2", "webhook_secret": ""})
    page = text_of(browser.get(url("order-source", source.pk)))

    source.refresh_from_db()
    assert made.status_code == 302
    assert (source.name, source.patterns) == ("本店2", ["HK-######", "SP-####"])
    assert source.secrets == {"webhook_secret": "a-long-secret-of-ours"}
    assert "a-long-secret" not in page
    assert f"/hooks/orders/{source.key}" in page


@pytest.mark.parametrize("wrong", [{"patterns": "##"}, {"name": ""}, {"order_url": "javascript:alert(1)"}])
def test_what_cannot_be_kept_is_said_in_the_form(browser, wrong):
    answer = browser.post(url("order-source-new", "push"), GIVEN | wrong)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text_of(answer)
    assert not OrderSource.objects.exists()


def test_trying_asks_and_stores_nothing(browser, monkeypatch, settings):
    settings.ORDER_HOSTS = frozenset({"127.0.0.1"})
    page = {"data": {"orders": {"nodes": [], "pageInfo": {}}}}
    with serving(lambda request: Reply(page, 200 if request.headers["x-shopify-access-token"] == "ok" else 401)) as at:
        monkeypatch.setattr(ShopifySource, "api", at)
        tries = [
            text_of(browser.post(url("order-source-new", "shopify"), SHOP | {"access_token": key, "try": "1"}))
            for key in ("ok", "wrong")
        ]

    assert 'data-state="good"' in tries[0]
    assert "refused the key (401)" in tries[1]
    assert not OrderSource.objects.exists()


def test_every_kind_has_a_page_of_its_own(browser):
    listed = re.findall(r"/settings/orders/new/([a-z]+)/", text_of(browser.get(url("order-sources"))))

    assert set(listed) == {"push", "nextengine", "tempostar", "shopify", "http", "sql"}
    assert {browser.get(url("order-source-new", kind)).status_code for kind in listed} == {200}


def test_a_source_is_switched_off_and_removed_only_without_orders(browser):
    used, empty = make_order().source, make_source()

    browser.post(url("order-source-switch", used.pk))
    refused = browser.post(url("order-source-remove", used.pk))
    browser.post(url("order-source-remove", empty.pk))

    used.refresh_from_db()
    assert (used.is_active, refused.status_code) == (False, 409)
    assert not OrderSource.objects.filter(pk=empty.pk).exists()


def test_a_new_address_ends_the_old_one(browser):
    source = make_source()

    browser.post(url("order-source-key", source.pk))

    assert OrderSource.objects.get().key != source.key


def test_refused_deliveries_stand_in_sight_and_are_tried_again(browser):
    source = make_source()
    delivery = keep_delivery(source, b"{", {})
    read_deliveries()
    page = text_of(browser.get(url("order-source", source.pk)))

    again = browser.post(url("order-source-again", source.pk, delivery.pk), follow=True)

    assert "This is no JSON." in page
    assert "1 delivery cannot be read" in text_of(browser.get(url("order-sources")))
    assert "This is no JSON." in text_of(again)


def test_a_table_is_looked_at_columns_chosen_and_kept(browser):
    source = make_source()
    first = upload(browser, source, TABLE.encode("cp932"))
    token = re.search(r'name="token" value="([^"]+)"', text_of(first))
    chosen = {"token": token[1] if token else "", "column-0": "number", "column-1": "buyer.mail",
              "column-2": "item.name", "column-3": "item.quantity"}  # fmt: skip
    looked = text_of(browser.post(url("order-import", source.pk), chosen))
    before = Order.objects.count()
    kept = browser.post(url("order-import", source.pk), chosen | {"keep": "1", "leave_out": "1"})

    assert "Choose the column with the order number." in text_of(first)
    assert "is no amount" in looked
    assert (before, kept.status_code, Order.objects.get().number) == (0, 302, "HK-000001")


def test_without_leaving_out_one_wrong_line_keeps_all_of_it_out(browser):
    source = make_source()
    token = re.search(r'name="token" value="([^"]+)"', text_of(upload(browser, source, TABLE.encode())))
    chosen = {"token": token[1] if token else "", "column-0": "number", "column-3": "item.quantity", "keep": "1"}

    answer = browser.post(url("order-import", source.pk), chosen)

    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Nothing was imported." in text_of(answer)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0" * 20, b'a,"b\n' * 5])
def test_what_is_no_table_is_refused_in_words(browser, content):
    answer = upload(browser, make_source(), content or b"\n")

    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_a_table_somebody_else_looks_at_is_not_ours(browser):
    source = make_source()
    token = re.search(r'name="token" value="([^"]+)"', text_of(upload(browser, source, TABLE.encode())))

    answer = browser_of(make_admin()).post(url("order-import", source.pk), {"token": token[1] if token else ""})

    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["order-sources", "order-source", "order-import"])
def test_agents_have_no_business_here(name):
    place = url(name) if name == "order-sources" else url(name, make_source().pk)

    assert browser_of(make_user()).get(place).status_code == 403
