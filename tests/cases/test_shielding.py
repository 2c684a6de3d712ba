"""Sparing a colleague the conversations of a harassing person: with their wish, wherever they look, and back."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_complaint, make_harassment
from tests.factories.conversations import OTHER, make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.opening import link_conversation, unlink_conversation
from madoguchi.cases.actions.shielding import shield, unshield
from madoguchi.cases.models import CaseShield
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.workforce.actions.handover import NothingToHandOver, hand_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def victim():
    return make_user(name="小林 恵")


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


@pytest.fixture
def talk():
    return make_conversation(subject="何度も電話しています")


@pytest.fixture
def case(leader, talk, victim):
    return make_harassment(leader, conversations=[talk], affected=[victim])


def sees(person, conversation):
    return bool(who_may_see(conversation.pk, [person]))


def test_they_find_it_nowhere_and_others_do(case, talk, victim, leader):
    other = make_user()

    shield(case, victim, is_wished=True, user=leader)

    browser = browser_of(victim)
    assert (sees(victim, talk), sees(other, talk), sees(leader, talk)) == (False, True, True)
    assert browser.get(url("conversation", talk.pk)).status_code == 404
    assert talk.subject not in text_of(browser.get("/"))
    assert talk.subject in text_of(browser_of(other).get("/"))


def test_it_cannot_be_given_to_them(case, talk, victim, leader):
    shield(case, victim, is_wished=True, user=leader)

    with pytest.raises(Invalid):
        assign([talk], victim, user=leader)
    other = make_user()
    assign([talk], other, user=leader)
    with pytest.raises(NothingToHandOver):
        hand_over(other, [victim], user=leader)


def test_what_they_had_goes_to_whoever_is_responsible(case, talk, victim, leader):
    assign([talk], victim, user=leader)

    shield(case, victim, is_wished=True, user=leader)

    talk.refresh_from_db()
    assert talk.assignee == leader


def test_it_is_written_down_in_the_case_only(case, talk, victim, leader):
    before = Event.objects.about(talk.event_subject).count()

    shield(case, victim, is_wished=True, user=leader)
    shield(case, victim, is_wished=True, user=leader)

    assert Event.objects.about(talk.event_subject).count() == before
    assert Event.objects.filter(kind="case_shielded").values_list("subject", flat=True).get() == case.event_subject
    assert CaseShield.objects.get().by == leader


def test_they_see_it_again(case, talk, victim, leader):
    shield(case, victim, is_wished=True, user=leader)

    unshield(case, victim, user=leader)

    assert sees(victim, talk)
    assert Event.objects.filter(kind="case_unshielded").count() == 1


def test_what_another_case_hides_stays_hidden(case, talk, victim, leader):
    other = make_harassment(leader, conversations=[talk])
    for each in (case, other):
        shield(each, victim, is_wished=True, user=leader)

    unshield(case, victim, user=leader)

    assert not sees(victim, talk)


def test_what_is_linked_later_is_hidden_too_until_it_is_taken_out(case, talk, victim, leader):
    shield(case, victim, is_wished=True, user=leader)
    later = make_conversation(make_inbox(), subject="代理の者です", sender=OTHER)

    link_conversation(case, later, user=leader)
    hidden = sees(victim, later)
    unlink_conversation(case, later, user=leader)

    assert (hidden, sees(victim, later), sees(victim, talk)) == (False, True, False)


def test_merging_and_splitting_bring_nothing_to_light(case, talk, victim, leader):
    shield(case, victim, is_wished=True, user=leader)
    survivor = make_conversation(talk.inbox, sender=OTHER)
    receive_mail(talk.inbox, in_reply_to=talk.messages.get().external_id)
    part, _step = split_conversation(talk, talk.messages.order_by("pk")[1], user=leader)
    other = make_conversation(talk.inbox, sender=OTHER)
    link_conversation(case, other, user=leader)

    merge_conversations(survivor, [talk], user=leader)
    unlink_conversation(case, other, user=leader)

    assert [sees(victim, each) for each in (survivor, part, other)] == [False, False, True]
    unshield(case, victim, user=leader)
    assert [sees(victim, each) for each in (survivor, part)] == [True, True]


@pytest.mark.parametrize("values", [{"is_wished": False}, {"person": "owner"}, {"person": "admin"}])
def test_against_their_wish_or_from_those_who_see_to_it_nothing_is_hidden(case, victim, leader, values):
    people = {"owner": leader, "admin": make_admin()}

    with pytest.raises(Invalid):
        shield(case, people.get(values.get("person"), victim), is_wished=values.get("is_wished", True), user=leader)

    assert not Conversation.hidden_from.through.objects.exists()


def test_only_of_harassment_and_only_by_who_decides(case, talk, victim, leader):
    with pytest.raises(Invalid):
        shield(make_complaint(leader, conversations=[talk]), victim, is_wished=True, user=leader)
    member = make_user()
    case.members.create(user=member, added_by=leader)
    with pytest.raises(NotAllowed):
        shield(case, victim, is_wished=True, user=member)


def test_it_is_done_and_undone_on_the_record(case, talk, victim, leader):
    browser = browser_of(leader)
    browser.post(url("case-shield", case.pk), {"person": victim.pk, "is_wished": "on"}, headers=HTMX)
    hidden = sees(victim, talk)

    page = text_of(browser.get(url("case", case.pk)))
    browser.post(url("case-unshield", case.pk, victim.pk), headers=HTMX)

    assert url("case-unshield", case.pk, victim.pk) in page
    assert (hidden, sees(victim, talk)) == (False, True)
    assert browser_of(victim).get(url("case-shield", case.pk)).status_code == 403
