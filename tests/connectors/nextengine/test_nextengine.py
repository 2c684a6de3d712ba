"""NEXT ENGINE, against a fake that checks every request by its published description."""

import pytest
from tests.connectors.order_source_contract import OrderSourceContract
from tests.factories.commerce import make_source

from madoguchi.commerce.actions.syncing import look_up_order, sync_source, try_source
from madoguchi.commerce.contract import SourceDown, SourceRefused
from madoguchi.commerce.models import Order
from madoguchi.commerce.rehearsal import AgainstTheContract, Request, serving
from madoguchi.connectors.nextengine.fake import FakeNextEngine
from madoguchi.connectors.nextengine.source import NextEngineSource
from madoguchi.core.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "local_orders")]


def slip(number: int, **values: str) -> dict[str, str]:
    """A 受注伝票 as NEXT ENGINE gives it: every value a text."""
    return {
        f"receive_order_{name}": value
        for name, value in {
            "id": str(number), "shop_id": "1", "shop_cut_form_id": f"HK-{number:06}", "date": "2026-11-01 12:00:00",
            "cancel_type_id": "0", "cancel_type_name": "有効な受注です。", "order_status_id": "20",
            "order_status_name": "納品書印刷待ち", "delivery_name": "佐川急便",
            "payment_method_name": "代金引換",
            "total_amount": "1800.00", "send_date": "", "delivery_cut_form_id": "", "customer_id": "",
            "purchaser_name": "髙橋 由美子", "purchaser_zip_code": "1500001", "purchaser_address1": "東京都渋谷区",
            "purchaser_address2": "1-1", "purchaser_tel": "09000000101",
            "purchaser_mail_address": "yumiko@mail.example",
            "last_modified_date": "2026-11-02 10:00:00",
        }.items()
    } | {f"receive_order_{name}": value for name, value in values.items()}  # fmt: skip


def line(number: int, goods: str, **values: str) -> dict[str, str]:
    return {
        "receive_order_row_receive_order_id": str(number), "receive_order_row_no": "1",
        "receive_order_row_goods_id": goods, "receive_order_row_goods_name": f"商品 {goods}",
        "receive_order_row_quantity": "2", "receive_order_row_unit_price": "900.00",
        "receive_order_row_cancel_flag": "0",
    } | {f"receive_order_row_{name}": value for name, value in values.items()}  # fmt: skip


@pytest.fixture
def shop(monkeypatch):
    fake = FakeNextEngine(
        orders=[slip(104901), slip(104902, order_status_id="50", order_status_name="出荷確定済(完了)",
                                   send_date="2026-11-03 09:00:00", delivery_cut_form_id="4000-1")],
        rows=[line(104901, "dn-8"), line(104901, "gone", cancel_flag="1"), line(104902, "kb-1")],
        stocks=[{"stock_goods_id": "dn-8", "stock_quantity": "9", "stock_free_quantity": "5"}],
    )  # fmt: skip
    with serving(fake.answer) as address:
        monkeypatch.setattr(NextEngineSource, "api", address)
        yield fake


@pytest.fixture
def source():
    return make_source(kind="nextengine", secrets={"access_token": "access-1", "refresh_token": "refresh-1"})


def test_an_order_is_looked_up_with_lines_and_stock(shop, source):
    order = look_up_order(source, "hk-104901")

    assert order is None  # their search knows numbers only as they were written
    order = look_up_order(source, "HK-104901")
    assert (order.number, order.external_id, order.state, order.state_words) == (
        "HK-104901", "104901", "preparing", "納品書印刷待ち",
    )  # fmt: skip
    assert (order.customer.label, order.total, order.payment) == ("髙橋 由美子", 1800, "代金引換")
    assert [(item.name, item.quantity, item.stock) for item in order.items.all()] == [("商品 dn-8", 2, 5)]


def test_tokens_are_renewed_with_every_answer_and_kept_sealed(shop, source):
    look_up_order(source, "HK-104901")
    look_up_order(source, "HK-104902")

    source.refresh_from_db()
    assert source.secrets == {"access_token": f"access-{shop.token}", "refresh_token": f"refresh-{shop.token}"}
    assert f"access-{shop.token}" not in source.sealed_secrets
    assert shop.token > 4


def test_tokens_are_kept_even_when_the_answer_cannot_be_used(shop, source):
    shop.orders[0]["receive_order_total_amount"] = "?"

    with pytest.raises(Exception, match="unreadable"):
        look_up_order(source, "HK-104901")

    source.refresh_from_db()
    assert source.secrets["access_token"] == f"access-{shop.token}"


def test_changes_are_read_once_and_lines_in_one_call(shop, source):
    sync_source(source.pk)
    calls = len(shop.asked)
    source.refresh_from_db()

    assert calls == 2
    assert Order.objects.get(number="HK-104902").state == "shipped"
    assert Order.objects.get(number="HK-104902").shipments.get().tracking_number == "4000-1"
    assert source.cursor == "2026-11-02T10:00:00+09:00"
    assert source.failing_since is None


def test_more_than_a_page_is_read_page_by_page(shop, source):
    shop.orders[:] = [slip(number) for number in range(1, 206)]

    pages = [sync_source(source.pk) for _page in range(3)]

    source.refresh_from_db()
    assert (pages, Order.objects.count(), "#" in source.cursor) == ([True, True, False], 205, False)


def test_one_unreadable_order_is_left_out_and_told(shop, source):
    shop.orders[0]["receive_order_date"] = "2026-02-30"

    sync_source(source.pk)

    source.refresh_from_db()
    assert [order.number for order in Order.objects.all()] == ["HK-104902"]
    assert "1 orders could not be read" in told(source.failure)


@pytest.mark.parametrize(
    ("cancel", "state"), [("1", "cancelled"), ("8", "returned"), ("6", "returned"), ("20", "cancelled")]
)
def test_cancelled_slips_are_told_apart_from_returns(shop, source, cancel, state):
    shop.orders[0]["receive_order_cancel_type_id"] = cancel

    assert look_up_order(source, "HK-104901").state == state


def test_dead_tokens_need_a_person(shop, source):
    shop.token = 99

    with pytest.raises(SourceRefused, match="have expired"):
        try_source(source)


def test_an_overloaded_main_function_is_asked_again_later(shop, source):
    shop.trouble = {"result": "error", "code": "003002", "message": "メイン機能が過負荷です"}

    with pytest.raises(SourceDown, match="過負荷"):
        try_source(source)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/api_v1_receiveorder_base/search", {}, b""),
        Request("POST", "/api_v1_unknown/search", {}, b""),
        Request("POST", "/api_v1_master_stock/search", {"content-type": "application/json"}, b"{}"),
        Request("POST", "/api_v1_master_stock/search", {"content-type": "application/x-www-form-urlencoded"}, b"a=1"),
    ],
)
def test_the_fake_refuses_what_the_description_does_not_know(request_):
    with pytest.raises(AgainstTheContract):
        FakeNextEngine().answer(request_)


class TestNextEngineContract(OrderSourceContract):
    def reached(self, address, monkeypatch):
        monkeypatch.setattr(NextEngineSource, "api", address)
        return make_source(kind="nextengine", secrets={"access_token": "a", "refresh_token": "b"})
