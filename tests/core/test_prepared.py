"""Reads whose SQL is worked out once."""

from threading import Thread

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user

from madoguchi.accounts.models import Team, User
from madoguchi.core.prepared import OneOf, Prepared, Shaped, Slot
from madoguchi.core.together import fetch_together

pytestmark = pytest.mark.django_db

NAMED = Prepared(lambda: User.objects.filter(name=Slot("name")).order_by("pk"))
AMONG = Prepared(lambda: User.objects.filter(OneOf(F("pk"), Slot("ids"))).order_by("pk").values_list("name", flat=True))
MEMBERS = Prepared(lambda: Team.members.through.objects.filter(team=Slot("team")).select_related("user"))


def test_every_call_has_its_own_values():
    first, second = make_user(name="佐々木 一"), make_user(name="100% '; --")

    found = [list(NAMED(name=name)) for name in (first.name, second.name, "誰か")]

    assert found == [[first], [second], []]


def test_lists_may_have_any_length():
    people = [make_user() for _ in range(3)]

    found = [list(AMONG(ids=[each.pk for each in people[:n]])) for n in (3, 1, 0)]

    assert found == [[each.name for each in people], [people[0].name], []]


def test_joined_rows_come_along(django_assert_num_queries):
    person, team = make_user(), Team.objects.create(name="配送")
    team.members.add(person)

    with django_assert_num_queries(1):
        found = [each.user for each in MEMBERS(team=team.pk)]

    assert found == [person]


def test_the_text_is_made_once():
    made = []

    def build():
        made.append(1)
        return User.objects.filter(name=Slot("name"))

    read = Prepared(build)
    for name in ("一", "二"):
        list(read(name=name))

    assert made == [1]


def test_what_is_prepared_cannot_be_narrowed():
    with pytest.raises(TypeError, match="cannot be narrowed"):
        NAMED(name="一").filter(pk=1)


def test_a_missing_value_is_noticed():
    with pytest.raises(KeyError):
        NAMED(wrong="一")


def test_prepared_reads_go_together():
    person = make_user()
    rows, names = NAMED(name=person.name), AMONG(ids=[person.pk])

    with CaptureQueriesContext(connection) as asked:
        fetch_together(rows, names)
        found = (list(rows), list(names))

    assert found == ([person], [person.name])
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_on_its_own_connection():
    person = make_user()
    list(NAMED(name=person.name))
    found = []

    def ask():
        rows = NAMED(name=person.name)
        found.append((list(rows), rows.db))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == [([person], "default")]


def test_each_shape_is_made_once_and_keeps_its_values():
    first, second = make_user(name="一"), make_user(name="二")
    made = []

    def build(is_backwards):
        made.append(is_backwards)
        rows = User.objects.filter(pk__gt=Slot("above"))
        return rows.order_by("-pk" if is_backwards else "pk")

    read = Shaped(build)
    found = [list(read(way)(above=above)) for way in (True, False, True) for above in (0, first.pk)]

    assert made == [True, False]
    assert found == [[second, first], [second], [first, second], [second], [second, first], [second]]


def test_what_is_empty_whatever_the_values_are_asks_nothing(django_assert_num_queries):
    nobody = Prepared(lambda: User.objects.filter(name=Slot("name")).none())

    with django_assert_num_queries(0):
        found = list(nobody(name="一"))
        fetch_together(nobody(name="二"))

    assert found == []
