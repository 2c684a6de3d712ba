"""The signed webhook."""

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.factories.accounts import make_admin
from tests.factories.commerce import make_source

from madoguchi.accounts.models import RateBucket
from madoguchi.accounts.rate_limit import Limit
from madoguchi.commerce.actions.deliveries import forget_read, read_deliveries, try_again
from madoguchi.commerce.choices import MAX_DELIVERY_BYTES
from madoguchi.commerce.models import Delivery, Order
from madoguchi.connectors.order_webhook import views
from madoguchi.connectors.order_webhook.views import receive
from madoguchi.core.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SECRET = "between-the-shop-and-us"
ORDER = {"number": "HK-104901", "state": "shipped", "buyer": {"mail": "yumiko@mail.example"}}


@pytest.fixture
def source():
    return make_source(secrets={"webhook_secret": SECRET})


def send(source, body, *, secret=SECRET, at=None, signature=None, key=None):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return Client().post(
        f"/hooks/orders/{key or source.key}",
        body,
        content_type="application/json",
        headers={"X-Madoguchi-Signature": f"t={moment},v1={digest}" if signature is None else signature},
    )


def test_a_delivery_is_kept_before_it_is_acknowledged_and_then_read(source):
    answer = send(source, {"orders": [ORDER]})
    waiting = Delivery.objects.get()
    read_deliveries()

    assert (answer.status_code, answer.json()) == (202, {"received": True})
    assert waiting.state == "stored"
    assert bytes(waiting.body) == json.dumps({"orders": [ORDER]}).encode()
    assert Delivery.objects.get().state == "read"
    assert Order.objects.get().customer.identities.get().key == "yumiko@mail.example"


def test_a_delivery_in_pieces_is_refused_before_it_is_read(source):
    request = RequestFactory().post("/", b"", content_type="application/json", HTTP_TRANSFER_ENCODING="chunked")
    request.META["CONTENT_LENGTH"] = ""

    answer = receive(request, source.key)

    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (411, "length_required")


def test_the_same_again_is_acknowledged_and_one(source):
    answers = [send(source, ORDER).status_code for _time in range(2)]
    read_deliveries()

    assert answers == [202, 202]
    assert (Delivery.objects.count(), Order.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"secret": "somebody-elses-secret"},
        {"signature": ""},
        {"signature": "t=,v1="},
        {"signature": "t=²,v1=é"},
        {"signature": "nonsense"},
        {"at": 1_700_000_000},
        {"at": 4_000_000_000},
    ],
)
def test_what_is_not_signed_is_refused_and_not_kept(source, given):
    answer = send(source, ORDER, **given)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed")
    assert not Delivery.objects.exists()


def test_without_a_secret_nothing_is_taken():
    assert send(make_source(), ORDER, secret="").status_code == 401


def test_an_address_that_leads_nowhere_says_so(source):
    assert send(source, ORDER, key="x" * 24).status_code == 404
    source.is_active = False
    source.save(update_fields=["is_active"])
    assert send(source, ORDER).status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read(source):
    assert send(source, b"x" * (MAX_DELIVERY_BYTES + 1)).status_code == 413


def test_more_than_a_source_may_send_is_told_to_wait_and_none_that_was_acknowledged_is_lost(source, monkeypatch):
    monkeypatch.setattr(views, "DELIVERIES", Limit("order-delivery", 2, 3600))
    orders = [{**ORDER, "number": f"HK-10490{n}"} for n in range(3)]
    forged = send(source, ORDER, secret="somebody-elses-secret")

    answers = [send(source, each) for each in orders]
    other = send(make_source(name="二号店", secrets={"webhook_secret": SECRET}), ORDER)
    read_deliveries()

    assert forged.status_code == 401
    assert [each.status_code for each in answers] == [202, 202, 429]
    assert (answers[2]["Retry-After"], answers[2].json()["error"]["code"]) == ("10", "too_often")
    assert other.status_code == 202
    numbers = Order.objects.filter(source=source).order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["HK-104900", "HK-104901"]


def test_a_source_may_go_on_after_the_time_it_was_told(source):
    RateBucket.objects.create(key=f"order-delivery:{source.pk}", tokens=0.5, refilled_at=timezone.now())
    refused = send(source, ORDER)
    RateBucket.objects.update(refilled_at=timezone.now() - timedelta(seconds=int(refused["Retry-After"])))

    assert (refused.status_code, send(source, ORDER).status_code) == (429, 202)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'"text"', "list of at most 200"),
        ({"orders": [ORDER] * 201}, "list of at most 200"),
        ({"orders": [ORDER, {"number": "HK-1", "total": "x"}]}, "Order 2 of the delivery: “x” is no amount"),
        ({"orders": [{**ORDER, "number": ""}]}, "Each order needs its number"),
        (b'{"number": "HK-1", "note": "\\ud800"}', "cannot be stored"),
    ],
)
def test_what_cannot_be_read_stays_in_sight_and_nothing_of_it_is_kept(source, body, why):
    assert send(source, body).status_code == 202
    read_deliveries()

    refused = Delivery.objects.get()
    assert refused.state == "refused"
    assert why in told(refused.problem)
    assert not Order.objects.exists()


def test_a_refused_delivery_can_be_tried_again(source):
    send(source, ORDER)
    Delivery.objects.update(state="refused")

    done = try_again(Delivery.objects.get(), user=make_admin())

    assert (done.state, Order.objects.count()) == ("read", 1)


def test_what_was_read_is_forgotten_after_two_weeks(source):
    send(source, ORDER)
    read_deliveries()
    early = forget_read()

    Delivery.objects.update(received_at=timezone.now() - timedelta(days=15))

    assert (early, forget_read(), Delivery.objects.count()) == (0, 1, 0)
