"""What the benchmarks write by plain SQL fits the tables as they are now: else they stop at their next run."""

import pytest
from bench import matching, seed, timeline
from django.db import connection
from tests.factories.accounts import make_admin
from tests.factories.conversations import make_inbox

from madoguchi.commerce.models import Order, OrderSource
from madoguchi.conversations.models import Message
from madoguchi.customers.models import Customer

pytestmark = pytest.mark.django_db


def write(steps, values):
    with connection.cursor() as cursor:
        for step in steps:
            if "ANALYZE" not in step:  # not within a transaction, and nothing is measured here
                cursor.execute(step, values)


def customers_from_one():
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE customers_customer_id_seq RESTART WITH 1")


def test_the_conversations_of_the_pages():
    make_admin()
    make_inbox()
    customers_from_one()

    write(seed.STEPS, {"n": 200, "subjects": seed.SUBJECTS, "body": seed.BODY, "spans": None})

    assert Message.objects.count() > 500


def test_the_customers_and_entries_of_the_timeline():
    user, opened, closed = make_admin(), make_inbox(), make_inbox()
    source = OrderSource.objects.create(kind="push", name="本店", key="bench")
    texts = timeline._texts()[:10]
    values = {
        "n": 100, "f": matching.FAMILY, "g": matching.GIVEN, "heavy": 20, "each": 3, "texts": len(texts), "talks": 100,
        "open": opened.pk, "closed": closed.pk, "source": source.pk, "user": user.pk, "orders": 60, "promises": 20,
        "callbacks": 20,
    }  # fmt: skip
    customers_from_one()

    with connection.cursor() as cursor:
        timeline._write_texts(cursor, texts, (opened.pk, closed.pk))
    write([*matching.STEPS, *timeline.SEED], values)

    assert (Customer.objects.count(), Message.objects.count(), Order.objects.count()) == (100, 300, 60)
