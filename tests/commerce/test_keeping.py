"""Keeping what a source tells."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.factories.accounts import make_user
from tests.factories.commerce import MAIL, an_order, make_order, make_source, shipped
from tests.factories.conversations import make_conversation
from tests.factories.together import together

from madoguchi.commerce.actions.keeping import Kept, assign_order, keep_orders, match_unassigned
from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Order, OrderItem
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.actions import add_identity, create_customer
from madoguchi.customers.models import Customer
from madoguchi.events.actor import Actor

BY = Actor.system("test")
pytestmark = pytest.mark.django_db


def person(name: str, *phones: str) -> Customer:
    return create_customer(by=BY, display_name=name, emails=[], phones=list(phones))


def test_an_order_finds_its_customer_by_mail():
    customer = make_conversation().customer

    order = make_order(found=an_order(buyer=Buyer(mail=" Yumiko@MAIL.example".strip())))

    assert order.customer == customer
    assert [(item.name, item.stock) for item in order.items.all()] == [("土鍋「ゆげ」8号", 3)]
    assert order.items.get().stock_at is not None


def test_a_buyer_who_never_wrote_becomes_a_customer():
    order = make_order()

    assert order.customer is not None
    assert (order.customer.label, order.customer.identities.get().key) == ("髙橋 由美子", MAIL)


def test_a_name_alone_makes_nobody_and_finds_nobody():
    person("髙橋 由美子")

    order = make_order(found=an_order(buyer=Buyer(name="髙橋 由美子")))

    assert order.customer is None
    assert Customer.objects.count() == 1


def test_a_phone_number_of_one_person_finds_them():
    customer = person("髙橋 由美子", "090-0000-0101")

    assert make_order(found=an_order(buyer=Buyer(phone="０９０００００１０１"))).customer is None
    assert make_order(found=an_order(buyer=Buyer(phone="09000000101"))).customer == customer


def test_of_several_with_a_phone_number_the_name_says_which():
    person("髙橋 健一", "03-0000-0101")
    wife = person("髙橋 由美子", "03-0000-0101")
    source = make_source()

    named = make_order(source, an_order("HK-000001", buyer=Buyer(name="髙橋　由美子", phone="03-0000-0101")))
    unnamed = make_order(source, an_order("HK-000002", buyer=Buyer(name="髙橋", phone="03-0000-0101")))

    assert (named.customer, unnamed.customer) == (wife, None)


def test_a_customer_number_leads_to_whom_it_led_before_but_guests_share_theirs():
    source = make_source()
    first = make_order(source, an_order("HK-000001", buyer=Buyer(mail=MAIL, number="C-7")))
    make_order(source, an_order("HK-000002", buyer=Buyer(mail="a@mail.example", number="0")))
    make_order(source, an_order("HK-000003", buyer=Buyer(mail="b@mail.example", number="0")))

    known = make_order(source, an_order("HK-000004", buyer=Buyer(number="C-7")))
    guest = make_order(source, an_order("HK-000005", buyer=Buyer(number="0")))
    elsewhere = make_order(make_source(), an_order("HK-000006", buyer=Buyer(number="C-7")))

    assert (known.customer, guest.customer, elsewhere.customer) == (first.customer, None, None)


def test_the_same_again_changes_nothing_and_a_change_replaces_all():
    source = make_source()
    order = make_order(source)
    item = OrderItem.objects.get()

    same = keep_orders(source, [an_order()])
    changed = keep_orders(source, [shipped(items=())])

    order.refresh_from_db()
    assert (same, changed) == (Kept(same=1, ids=(order.pk,)), Kept(changed=1, ids=(order.pk,)))
    assert (order.state, order.shipments.get().carrier, order.items.count()) == ("shipped", "ヤマト運輸", 0)
    assert not OrderItem.objects.filter(pk=item.pk).exists()


def test_what_is_older_by_the_sources_clock_is_not_taken():
    source = make_source()
    order = make_order(source, replace(shipped(), changed_at=datetime(2026, 11, 5, tzinfo=UTC)))

    kept = keep_orders(source, [replace(an_order(), changed_at=datetime(2026, 11, 4, tzinfo=UTC))])

    order.refresh_from_db()
    assert (kept.older, order.state) == (1, "shipped")


def test_one_bad_order_keeps_all_of_them_out():
    source = make_source()

    with pytest.raises(Exception, match="value too long"):
        keep_orders(source, [an_order("HK-000001"), an_order("HK-000002", payment="x" * 61)])

    assert not Order.objects.exists()


def test_two_deliveries_of_one_order_make_one(transactional_db):
    source = make_source()

    kept = together(lambda: keep_orders(source, [an_order()]), lambda: keep_orders(source, [an_order()]))

    assert sorted(each.created for each in kept) == [0, 1]
    assert (Order.objects.count(), Customer.objects.count(), OrderItem.objects.count()) == (1, 1, 1)


def test_a_person_says_whose_an_order_is_and_no_source_changes_that():
    source = make_source()
    order = make_order(source, an_order(buyer=Buyer(name="?")))
    customer = person("髙橋 由美子")

    assign_order(order, customer, user=make_user())
    keep_orders(source, [shipped()])

    order.refresh_from_db()
    assert (order.customer, order.state) == (customer, "shipped")


def test_who_may_not_reply_assigns_no_order():
    with pytest.raises(NotAllowed):
        assign_order(make_order(), None, user=make_user("viewer"))


def test_orders_of_nobody_are_matched_once_somebody_has_the_number():
    order = make_order(found=an_order(buyer=Buyer(phone="090-0000-0101")))
    customer = person("髙橋 由美子")
    add_identity(customer, "phone", "090-0000-0101", by=BY)

    assert match_unassigned() == 1

    order.refresh_from_db()
    assert order.customer == customer


def test_keeping_many_takes_as_many_queries_as_keeping_three(django_assert_max_num_queries):
    source = make_source()
    several = [an_order(f"HK-{n:06}", buyer=Buyer(mail=f"c{n}@mail.example")) for n in range(300)]

    with django_assert_max_num_queries(20):
        kept = keep_orders(source, several)

    assert (kept.created, Customer.objects.count()) == (300, 300)
