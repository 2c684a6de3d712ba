"""The general source over SQL, against a real PostgreSQL."""

import psycopg
import pytest
from django.db import connection
from tests.factories.commerce import make_source

from madoguchi.commerce.actions.syncing import look_up_order, sync_source, try_source
from madoguchi.commerce.contract import SourceDown, SourceLies
from madoguchi.commerce.models import Order
from madoguchi.connectors.order_sql.source import SqlSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "local_orders")]
ONE = """
SELECT * FROM (VALUES ('HK-104901', '出荷済み', 'yumiko@mail.example', '土鍋', 1, 3),
                      ('HK-104901', '出荷済み', 'yumiko@mail.example', '木べら', 2, 0),
                      ('HK-104902', '新規', 'kenji@mail.example', '鍋敷き', 1, NULL))
AS told (number, state, "buyer.mail", "item.name", "item.quantity", "item.stock")
"""


def reached(monkeypatch, **values):
    """The server of the tests as the shop's; its socket stands for its address."""
    place = connection.get_connection_params()

    def connect(**given):
        assert given.pop("hostaddr") == "127.0.0.1"
        given |= {"host": place["host"], "port": place.get("port"), "dbname": place["dbname"], "user": place["user"]}
        return psycopg.connect(**{name: value for name, value in given.items() if value is not None})

    monkeypatch.setattr("madoguchi.connectors.order_sql.source.connect", connect)
    settings = {"host": "127.0.0.1", "port": 5432, "database": "shop", "user": "reader",
                "order_query": f"{ONE} WHERE number = %(number)s", "changes_query": ""}  # fmt: skip
    return make_source(kind="sql", settings=settings | values)


def test_rows_of_one_number_are_one_order(monkeypatch):
    order = look_up_order(reached(monkeypatch), "HK-104901")

    assert (order.state, order.customer.label) == ("shipped", "yumiko@mail.example")
    assert [(item.name, item.quantity, item.stock) for item in order.items.all()] == [("土鍋", 1, 3), ("木べら", 2, 0)]


def test_a_number_that_is_not_there_is_none_and_no_sql(monkeypatch):
    assert look_up_order(reached(monkeypatch), "' OR '1'='1") is None


def test_changes_are_read_since_a_moment(monkeypatch):
    source = reached(monkeypatch, changes_query=f"{ONE} WHERE now() >= %(since)s::timestamptz")

    more = sync_source(source.pk)

    source.refresh_from_db()
    assert (more, Order.objects.count(), source.failing_since) == (False, 2, None)
    assert source.cursor


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("DELETE FROM commerce_order", "read-only"),
        ("SELECT nothing FROM nowhere", "did not take the query"),
        ("SELECT 1 AS amount", "column with the order number"),
        ("SELECT pg_sleep(1), %(unknown)s", "did not take the query"),
        ("SET application_name = 'x'", "answers no rows"),
    ],
)
def test_a_query_that_is_none_says_why(monkeypatch, query, why):
    with pytest.raises(SourceLies, match=why):
        try_source(reached(monkeypatch, order_query=query))


def test_a_database_in_a_private_network_is_refused_unless_it_is_named(monkeypatch, settings):
    settings.ORDER_HOSTS = frozenset()

    with pytest.raises(SourceDown, match="private network"):
        try_source(reached(monkeypatch))


def test_a_database_that_is_down_says_so():
    values = {"host": "127.0.0.1", "port": 9, "database": "x", "user": "x", "order_query": "SELECT 1"}

    with pytest.raises(SourceDown, match="cannot be asked"):
        SqlSource(settings=values, secrets={}).try_out()
