"""Whose data leaked, and that they were told."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.cases import make_complaint, make_incident
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.together import together

from madoguchi.cases.actions.affected import add_persons, note_told, remove_person, take_back_told
from madoguchi.cases.models import AffectedPerson
from madoguchi.cases.queries import persons_in
from madoguchi.core.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en")


def test_people_stand_on_the_list_once_and_are_told(agent):
    case = make_incident(agent)

    assert add_persons(case, ["佐藤 健司", " 佐藤  健司", "", "鈴木 恵子"], user=agent) == 2
    first, second = persons_in(case)
    assert note_told(case, [first.pk], how="書面", user=agent) == 1
    assert note_told(case, [first.pk, second.pk], how="電話", user=agent) == 1
    assert sorted(AffectedPerson.objects.values_list("how", flat=True)) == ["書面", "電話"]
    with pytest.raises(NotFound):
        remove_person(case, first.pk, user=agent)
    take_back_told(case, first.pk, user=agent)
    remove_person(case, first.pk, user=agent)
    assert [each.pk for each in persons_in(case)] == [second.pk]


def test_how_is_needed_and_only_leaks_have_a_list(agent):
    case = make_incident(agent)
    add_persons(case, ["佐藤"], user=agent)

    with pytest.raises(Invalid):
        note_told(case, [persons_in(case)[0].pk], how=" ", user=agent)
    with pytest.raises(NotFound):
        add_persons(make_complaint(agent), ["佐藤"], user=agent)
    with pytest.raises(NotFound):
        add_persons(case, ["鈴木"], user=make_user())


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_together_tell_once():
    one, other = make_user(), make_user()
    case = make_incident(one, second=other)
    add_persons(case, ["佐藤"], user=one)
    pk = persons_in(case)[0].pk

    outcomes = together(
        lambda: note_told(case, [pk], how="電話", user=one), lambda: note_told(case, [pk], how="書面", user=other)
    )

    assert sorted(map(int, outcomes)) == [0, 1]


def test_the_list_on_the_screen(agent):
    case = make_incident(agent)
    browser = browser_of(agent)

    browser.post(url("case-persons-add", case.pk), {"names": "佐藤 健司\n鈴木 恵子"}, headers=HTMX)
    browser.post(url("case-persons-told", case.pk), {"how": "書面"}, headers=HTMX)

    shown = text_of(browser.get(url("case-persons", case.pk)))
    assert "佐藤 健司" in shown
    assert "2 persons, 0 not told yet" in shown
    assert browser_of(make_user()).get(url("case-persons", case.pk)).status_code == 404
