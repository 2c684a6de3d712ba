"""Strangers' values."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from madoguchi.commerce.choices import MAX_ITEMS, OrderState
from madoguchi.commerce.reading import Unreadable, amount_of, count_of, moment_of, order_of, state_of, url_of

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize(
    ("told", "meant"),
    [("12,800円", "12800"), ("￥１２，８００", "12800"), (128.5, "128.5"), ("-300", "-300"), ("", None), (None, None)],
)
def test_amounts_are_read_as_people_write_them(told, meant):
    assert amount_of(told) == (None if meant is None else Decimal(meant))


@pytest.mark.parametrize("told", ["一万円", "1e5", "12.800,00", "NaN", "9" * 30, {"a": 1}, "=1+1"])
def test_what_is_no_amount_is_refused(told):
    with pytest.raises(Unreadable):
        amount_of(told)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026/3/1 12:30", datetime(2026, 3, 1, 3, 30, tzinfo=UTC)),
        ("２０２６年３月１日", datetime(2026, 2, 28, 15, 0, tzinfo=UTC)),
        ("2026-03-01T12:30:00Z", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-01T12:30:00+0900", datetime(2026, 3, 1, 3, 30, tzinfo=UTC)),
        ("2026-03-01 12:30:15.123", datetime(2026, 3, 1, 3, 30, 15, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_moments_are_read_in_the_desks_zone(told, meant):
    assert moment_of(told) == meant


@pytest.mark.parametrize("told", ["2026-02-30", "2026-13-01", "1/2", "昨日", "1850-01-01", "2026-01-01 25:00"])
def test_impossible_dates_are_refused_with_what_was_written(told):
    with pytest.raises(Unreadable, match="is no date"):
        moment_of(told)


@pytest.mark.parametrize("told", ["-1", "1.5", "たくさん", "100001"])
def test_pieces_are_whole_and_few(told):
    with pytest.raises(Unreadable):
        count_of(told)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("出荷準備前", OrderState.PREPARING),
        ("出荷済み", OrderState.SHIPPED),
        ("出荷確定済(完了)", OrderState.SHIPPED),
        ("お届け済み", OrderState.DELIVERED),
        ("キャンセル", OrderState.CANCELLED),
        ("キャンセル不可", OrderState.UNKNOWN),
        ("未発送", OrderState.PREPARING),
        ("UNFULFILLED", OrderState.PREPARING),
        ("FULFILLED", OrderState.SHIPPED),
        ("新規受付", OrderState.NEW),
        ("謎", OrderState.UNKNOWN),
        ("delivered", OrderState.DELIVERED),
    ],
)
def test_states_of_shops_are_understood_or_unknown(words, state):
    assert state_of(words) == state


def test_a_whole_order_is_read():
    found = order_of(
        {
            "number": "HK-1", "state": "出荷済み", "total": "5,940円", "buyer": {"email": "a@mail.example"},
            "items": [{"name": "土鍋", "quantity": "２", "stock": 0}],
            "shipments": [{"tracking_url": "javascript:alert(1)", "tracking_number": "1"}],
        }
    )  # fmt: skip

    assert (found.state, found.state_words, found.total) == (OrderState.SHIPPED, "出荷済み", Decimal(5940))
    assert (found.buyer.mail, found.items[0].quantity, found.items[0].stock) == ("a@mail.example", 2, 0)
    assert found.shipments[0].tracking_url == ""


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ([], "order"),
        ({}, "number"),
        ({"number": "x" * 61}, "number"),
        ({"number": "1", "items": {}}, "items"),
        ({"number": "1", "items": [1]}, "items"),
        ({"number": "1", "items": [{}] * (MAX_ITEMS + 1)}, "items"),
        ({"number": "1", "items": [{"quantity": "x"}]}, "items.0.quantity"),
        ({"number": "1", "buyer": "x"}, "buyer"),
        ({"number": "1", "currency": "¥"}, "currency"),
        ({"number": ["1"]}, "number"),
        ({"number": "1", "ordered_at": "gestern"}, "ordered_at"),
    ],
)
def test_what_cannot_be_an_order_names_its_field(told, field):
    with pytest.raises(Unreadable) as refused:
        order_of(told)

    assert refused.value.field == field


def test_only_pages_are_addresses():
    assert [url_of("https://a.example"), url_of("ftp://a"), url_of("data:x")] == ["https://a.example", "", ""]
