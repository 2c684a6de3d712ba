"""Care of the staff: who reads it, what is offered, how much somebody had to bear."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_harassment
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.care import Offer, answer_care, offer_care, tell_of_follow_ups
from madoguchi.cases.caring import care_of, exposures, own_exposure
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def test_a_note_is_read_by_whom_it_concerns_only(agent, leader):
    admin = make_admin()
    row = offer_care(Offer(agent, "rest", "今日は早めに"), user=leader)

    assert [care_of(each) for each in (agent, leader, admin)] == [[row]] * 3
    assert care_of(make_user()) == care_of(make_user(Role.SUPERVISOR)) == []
    with pytest.raises(NotFound):
        answer_care(row, "done", user=make_user(Role.SUPERVISOR))


def test_an_offer_is_answered_and_done(agent, leader):
    row = offer_care(Offer(agent, "hand_over"), user=leader)

    with pytest.raises(NotAllowed):
        answer_care(row, "accepted", user=leader)
    answer_care(row, "accepted", user=agent)
    assert answer_care(row, "done", user=leader).state == "done"
    drain()
    told = Notification.objects.filter(subject=f"care:{row.pk}").order_by("pk").values_list("kind", "user_id")
    assert list(told) == [("care_offered", agent.pk), ("care_answered", leader.pk), ("care_answered", agent.pk)]


def test_agents_ask_for_themselves_only(agent):
    admin = make_admin()
    offer_care(Offer(agent, "talk", "少し話したいです"), user=agent)
    drain()

    assert [each.user_id for each in Notification.objects.all()] == [admin.pk]
    with pytest.raises(NotAllowed):
        offer_care(Offer(make_user(), "talk"), user=agent)
    with pytest.raises(Invalid):
        offer_care(Offer(agent, "money"), user=agent)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_told():
    agent, leader = make_user(), make_user(Role.SUPERVISOR)
    row = offer_care(Offer(agent, "rest"), user=leader)

    outcomes = together(
        lambda: answer_care(row, "accepted", user=agent).state, lambda: answer_care(row, "declined", user=agent).state
    )

    assert "care_answered" in outcomes


def test_exposure_is_counted_over_the_last_days(agent, leader):
    for days, minutes in ((1, 38), (2, 44), (40, 500)):
        at = timezone.now() - timedelta(days=days)
        make_harassment(agent, leader, affected=[agent], received_at=at, values={"minutes": minutes})
    now = timezone.now()

    mine, (theirs,) = own_exposure(agent, now=now), exposures(leader, now=now)

    assert (mine.cases, mine.minutes, mine.is_much) == (theirs.cases, theirs.minutes, True) == (2, 82, True)
    assert exposures(agent, now=now) == []
    assert exposures(make_user(Role.SUPERVISOR), now=now) == []


def test_the_day_to_ask_again_is_told_once(agent, leader):
    offer_care(Offer(agent, "note", "様子を見る", follow_up_on=timezone.localdate() + timedelta(days=3)), user=leader)
    later = timezone.now() + timedelta(days=3)

    assert [tell_of_follow_ups(each) for each in (timezone.now(), later, later)] == [0, 1, 0]
