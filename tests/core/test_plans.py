"""Reads that PostgreSQL plans once a connection."""

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from tests.factories.accounts import make_user

from madoguchi.accounts.models import User
from madoguchi.core.prepared import OneOf, Prepared, Shaped, Slot
from madoguchi.core.together import fetch_together

pytestmark = pytest.mark.django_db


def named(constant: str = "") -> Prepared:
    rows = User.objects.exclude(email=constant) if constant else User.objects.all()
    return Prepared(lambda: rows.filter(name=Slot("name")))


def kept() -> list[str]:
    """The texts of the reads that this connection has planned, without those of other tests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")
        return [text for (text,) in cursor.fetchall()]


def test_a_connection_is_told_the_text_once():
    read, before = named(), kept()

    found = [list(read(name=name)) for name in ("一", "二", "三")]

    assert found == [[], [], []]
    (told,) = kept()[len(before) :]
    assert '"accounts_user"."name" = ($1)' in told


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_again():
    person, read = make_user(), named()
    list(read(name=person.name))

    connection.close()
    found = list(read(name=person.name))

    assert found == [person]
    assert len(kept()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_made_anew():
    person, read = make_user(), named()
    list(read(name=person.name))
    with psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    connection.health_check_done = False  # as at the beginning of a request

    found = list(read(name=person.name))

    assert found == [person]


def test_a_value_given_in_several_places_is_one_parameter():
    person, before = make_user(), kept()
    read = Prepared(lambda: User.objects.filter(pk__gte=Slot("pk"), pk__lte=Slot("pk")))

    found = list(read(pk=person.pk))

    assert found == [person]
    assert "$2" not in kept()[len(before)]


@pytest.mark.parametrize("constant", ["50% 引き", "%s", "%%s", "o'clock", "\\x41", "$1", "a\nb"])
def test_constants_stay_what_they_are(constant):
    spared, other = make_user(name="佐々木"), make_user(name="佐々木")
    User.objects.filter(pk=spared.pk).update(email=constant)

    found = list(named(constant)(name="佐々木"))

    assert found == [other]


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**63, 10**30])
def test_a_number_that_no_column_holds_finds_nothing(number):
    read = Prepared(lambda: User.objects.filter(pk=Slot("pk")))

    found = list(read(pk=number))

    assert found == []


def test_what_has_no_values_is_called_without():
    person = make_user()
    read = Prepared(lambda: User.objects.order_by("pk"))

    found = [list(read()) for _ in range(2)]

    assert found == [[person], [person]]


def test_kept_reads_go_together_with_others():
    first, second = make_user(name="一"), make_user(name="二")
    among = Prepared(lambda: User.objects.filter(OneOf(F("pk"), Slot("ids"))).order_by("pk"))
    rows = named()(name="二"), User.objects.filter(name="一"), among(ids=[first.pk, second.pk])

    fetch_together(*rows)
    found = [list(each) for each in rows]

    assert found == [[second], [first], [first, second]]


def test_lists_are_planned_for_their_values():
    person, before = make_user(), kept()
    read = Shaped(lambda name: User.objects.filter(**{name: Slot("value")}), by_value=True)

    found = list(read("name")(value=person.name))

    assert found == [person]
    assert kept() == before
