"""Segments by what customers bought."""

from decimal import Decimal

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.commerce import an_order, make_order, make_source
from tests.factories.conversations import OTHER, make_conversation

from madoguchi.commerce.choices import OrderState
from madoguchi.commerce.contract import Buyer
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.core.conditions import Condition
from madoguchi.customers.segments import Conditions

pytestmark = pytest.mark.django_db


def found(user, *condition):
    wanted = CustomerList(asked=Conditions((Condition(*condition),)))
    return sorted(row.label for row in listed_customers(user, wanted))


BOTH, BUYER, OTHERS = ["佐藤 健司", "髙橋 由美子"], ["髙橋 由美子"], ["佐藤 健司"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("orders", "is", "2"), BUYER),
        (("orders", "more", "1"), BUYER),
        (("orders", "less", "2"), OTHERS),
        (("orders", "is", "0"), OTHERS),
        (("orders", "filled", ""), BUYER),
        (("orders", "empty", ""), OTHERS),
        (("order_total", "more", "11000"), BUYER),
        (("order_total", "less", "100"), OTHERS),
        (("first_order", "is", "2026-11-01"), BUYER),
        (("last_order", "more", "2026-11-01"), []),
        (("bought", "has", "ゆげ"), BUYER),
        (("bought", "is", "DN-8"), BUYER),
        (("bought", "has", "やかん"), []),
        (("order_under_way", "is", "1"), BUYER),
        (("order_under_way", "is", "0"), OTHERS),
    ],
)
def test_customers_are_told_apart_by_their_orders(condition, expected):
    make_conversation()
    make_conversation(sender=OTHER)
    source = make_source()
    make_order(source)
    make_order(source, an_order("HK-104902"))
    gone = an_order("HK-104903", state=OrderState.CANCELLED, total=Decimal(9000), buyer=Buyer(mail=OTHER.email))
    make_order(source, gone)

    assert found(make_admin(), *condition) == expected


def test_a_guest_finds_nobody_by_what_was_bought():
    conversation = make_conversation()
    make_order()
    guest = make_user("guest")
    conversation.followers.add(guest)

    assert found(guest, "orders", "filled", "") == []
