"""Several reads in one round trip."""

import pytest
from django.db.models import Count, Value
from tests.factories.accounts import make_user

from madoguchi.accounts.models import Team, User
from madoguchi.core.together import fetch_together

pytestmark = pytest.mark.django_db


def test_several_reads_cost_one_round_trip_and_stay_what_they_are(django_assert_num_queries):
    people = [make_user(name="佐々木 一"), make_user(name="50% 引き")]
    team = Team.objects.create(name="配送")
    team.members.add(*people)
    whole = User.objects.order_by("pk")
    names = User.objects.order_by("-pk").values_list("name", flat=True)[:1]
    joined = Team.members.through.objects.select_related("user", "team").order_by("user_id")
    counted = Team.objects.annotate(n=Count("members")).values("name", "n")
    odd = User.objects.filter(name="50% 引き").annotate(percent=Value("%s %")).values_list("percent", flat=True)

    with django_assert_num_queries(1):
        fetch_together(whole, names, joined, counted, odd)
        found = (list(whole), list(names), [(each.team.name, each.user.name) for each in joined], list(counted))

    assert found == (people, ["50% 引き"], [("配送", each.name) for each in people], [{"name": "配送", "n": 2}])
    assert list(odd) == ["%s %"]


def test_what_can_have_no_rows_is_not_asked(django_assert_num_queries):
    nobody, none = User.objects.filter(pk__in=[]), User.objects.none()

    with django_assert_num_queries(0):
        fetch_together(nobody, none)
        found = [*nobody, *none]

    assert found == []


def test_what_is_narrowed_afterwards_asks_anew():
    first, second = make_user(), make_user()
    people = User.objects.order_by("pk")
    fetch_together(people)

    assert list(people.filter(pk=second.pk)) == [second]
    assert list(people) == [first, second]


def test_distinct_rows_ordered_by_what_is_not_selected_keep_their_width():
    make_user(name="い")
    rows = User.objects.distinct().order_by("email").values_list("name")

    fetch_together(rows)

    assert list(rows) == [("い",)]


def test_a_read_with_prefetches_brings_them(django_assert_num_queries):
    team = Team.objects.create(name="配送")
    team.members.add(make_user())
    teams = Team.objects.prefetch_related("members")

    with django_assert_num_queries(2):
        fetch_together(teams)
        found = [len(each.members.all()) for each in teams]

    assert found == [1]
