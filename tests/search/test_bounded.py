"""A search ends in time, with a sentence; what is not about its cost stays what it is."""

from collections import deque

import pytest
from django.db import OperationalError, connection

from madoguchi.search.bounded import TooCostly, bounded_cost

pytestmark = pytest.mark.django_db


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_statement_that_takes_too_long_ends_as_a_sentence():
    with pytest.raises(TooCostly) as refused, bounded_cost(seconds=0.05):
        ask("SELECT pg_sleep(30)")

    assert refused.value.status == 422
    assert ask("SHOW statement_timeout") == "0"


def test_no_statement_begins_after_the_time_is_over():
    with pytest.raises(TooCostly), bounded_cost(seconds=0.3):
        deque(ask("SELECT pg_sleep(0.05)") for _each in range(1_000))


def test_what_the_database_cannot_take_is_too_costly_as_well():
    with pytest.raises(TooCostly), bounded_cost():
        ask(f"SELECT '{'x' * 3_000}'::tsquery")


def test_the_bound_is_gone_afterwards():
    with bounded_cost():
        within = ask("SHOW statement_timeout")

    assert (within, ask("SHOW statement_timeout")) == ("5s", "0")


def test_other_trouble_of_the_database_is_not_hidden():
    with pytest.raises(OperationalError, match="gone"), bounded_cost():
        raise OperationalError("gone")
