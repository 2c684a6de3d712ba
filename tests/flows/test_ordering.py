"""Orders on their way in."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories.commerce import an_order, make_order, make_source

from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Delivery, Order
from madoguchi.commerce.rehearsal import Reply, serving
from madoguchi.customers.actions import create_customer, merge_customers, unmerge_customers
from madoguchi.events.actor import Actor
from madoguchi.flows.ordering import ask_source_job, ask_sources_job, read_deliveries_job, take_delivery

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def planned(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=f"madoguchi.flows.{name}", status="todo").count()


def test_a_delivery_plans_its_reading_once():
    source = make_source()

    take_delivery(source, b'{"number": "HK-000001"}', {})
    take_delivery(source, b'{"number": "HK-000002"}', {})
    jobs = planned("read_deliveries")
    read_deliveries_job()

    assert (jobs, Delivery.objects.filter(state="read").count(), Order.objects.count()) == (1, 2, 2)


def test_every_few_minutes_each_source_is_asked_that_tells_changes():
    for kind in ("push", "shopify", "nextengine", "tempostar"):
        make_source(kind=kind)
    make_source(kind="http", is_active=False)

    ask_sources_job(0)
    ask_sources_job(0)

    assert planned("ask_source") == 2


def test_a_source_with_much_to_tell_is_asked_page_by_page(settings):
    settings.ORDER_HOSTS = frozenset({"127.0.0.1"})

    def answer(request):
        place = int(request.path.partition("=")[2] or 0)
        orders = [{"number": f"HK-{place:06}"}] if place < 3 else []
        return Reply({"orders": orders, "cursor": str(min(place + 1, 3))})

    with serving(answer) as address:
        given = {"order_address": f"{address}/{{number}}", "changes_address": f"{address}/?since={{cursor}}"}
        ask_source_job(make_source(kind="http", settings=given).pk)

    assert Order.objects.count() == 3


def test_orders_go_with_their_customer_into_another_and_come_back():
    order = make_order(found=an_order(buyer=Buyer(mail="old@mail.example")))
    other = order.customer
    survivor = create_customer(by=BY, display_name="髙橋 由美子", emails=["new@mail.example"])

    merge = merge_customers(survivor, other, by=BY, chosen={})
    order.refresh_from_db()
    went = order.customer_id
    unmerge_customers(merge, by=BY)

    order.refresh_from_db()
    assert (went, order.customer_id) == (survivor.pk, other.pk)
