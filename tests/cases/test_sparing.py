"""A colleague who is spared a harassing person does not meet them anew: what comes later is hidden as it comes."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.calls import memo_key, said
from tests.factories.cases import make_harassment
from tests.factories.conversations import OTHER, make_conversation, make_inbox, make_letter
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.opening import link_conversation
from madoguchi.cases.actions.shielding import shield, unshield
from madoguchi.conversations.actions.asking import Question, open_side
from madoguchi.conversations.actions.replies import Sending, write_new_mail
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import assign, follow
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.hidden import hidden_people
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions import add_identity
from madoguchi.customers.actions.merging import merge_customers, unmerge_customers
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import CustomerSpared
from madoguchi.flows.calling import finish_call
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db

PHONE = "03-1234-5678"


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


@pytest.fixture
def spared(case, victim, leader):
    shield(case, victim, is_wished=True, user=leader)
    return victim


def sees(person, conversation):
    return bool(who_may_see(conversation.pk, [person]))


def test_what_arrives_later_is_nowhere_for_them(spared, talk):
    other = make_user()
    later = make_conversation(talk.inbox, subject="また電話します", text="返金しろと言っている")
    drain()

    browser = browser_of(spared)
    assert browser.get(url("conversation", later.pk)).status_code == 404
    assert later.subject not in text_of(browser.get("/"))
    assert later.subject in text_of(browser_of(other).get("/"))
    results = [search_conversations(person, "返金しろ") for person in (spared, other)]
    assert [(each.count, len(each.found)) for each in results] == [(0, 0), (1, 1)]
    assert not Notification.objects.filter(user=spared).exists()


def test_it_cannot_be_given_to_them(spared, talk, leader):
    later = make_conversation(talk.inbox)

    with pytest.raises(Invalid):
        assign([later], spared, user=leader)

    assert Conversation.objects.get(pk=later.pk).assignee is None


def test_what_they_had_of_the_customer_goes_to_whoever_is_responsible(case, talk, victim, leader):
    same = make_conversation(make_inbox(), subject="別の件")
    others = make_conversation(talk.inbox, sender=OTHER)
    follow(same, user=victim, is_on=True)
    assign([same, others], victim, user=leader)

    shield(case, victim, is_wished=True, user=leader)

    rows = Conversation.objects.in_bulk([same.pk, others.pk])
    assert (rows[same.pk].assignee, rows[others.pk].assignee) == (leader, victim)
    assert not rows[same.pk].followers.exists()


def test_no_undo_gives_it_back_to_them(case, talk, victim, leader):
    assign([talk], victim, user=leader)
    step = assign([talk], None, user=leader)
    shield(case, victim, is_wished=True, user=leader)

    undo(step.pk, user=leader)

    assert Conversation.objects.get(pk=talk.pk).assignee is None


def test_at_the_end_all_of_it_is_seen_again(case, spared, talk, leader):
    later = make_conversation(talk.inbox)

    unshield(case, spared, user=leader)

    assert sees(spared, later)
    assert not CustomerSpared.objects.exists()


def test_what_another_case_of_the_customer_asks_for_stands(case, spared, talk, leader):
    other = make_harassment(leader, conversations=[make_conversation(talk.inbox)])
    shield(other, spared, is_wished=True, user=leader)

    unshield(case, spared, user=leader)

    assert not sees(spared, make_conversation(talk.inbox))


def test_another_address_is_hidden_from_its_merge_on_until_that_is_taken_back(case, spared, talk, leader):
    elsewhere = make_conversation(talk.inbox, sender=OTHER)
    assign([elsewhere], spared, user=leader)
    was_seen = sees(spared, elsewhere)

    merge = merge_customers(elsewhere.customer, talk.customer, by=leader.actor, chosen={})
    drain()
    drain()

    kept = Conversation.objects.get(pk=elsewhere.pk)
    assert (was_seen, sees(spared, elsewhere), kept.assignee) == (True, False, None)
    assert not sees(spared, make_conversation(talk.inbox, sender=OTHER))
    unmerge_customers(merge, by=leader.actor)
    drain()
    assert (sees(spared, elsewhere), sees(spared, talk)) == (True, False)


def test_a_case_that_learns_its_customer_late(victim, leader):
    case = make_harassment(leader)
    shield(case, victim, is_wished=True, user=leader)
    talk = make_conversation()
    assign([talk], victim, user=leader)

    link_conversation(case, talk, user=leader)

    later = make_conversation(talk.inbox)
    assert (sees(victim, talk), sees(victim, later)) == (False, False)
    assert Conversation.objects.get(pk=talk.pk).assignee == leader


def test_a_call_they_take_is_kept_for_the_others(spared, talk, leader):
    add_identity(talk.customer, IdentityKind.PHONE, PHONE, by=leader.actor)
    values = said(inbox=talk.inbox, number=PHONE, text="怒鳴っておられます")

    call = finish_call(memo_key(), values, user=spared)

    row = call.message.conversation
    assert (row.assignee, sees(spared, row), bool(row.messages.get().text)) == (None, False, True)


def test_the_window_says_so_and_leads_to_no_page_they_cannot_open(spared, talk, leader):
    add_identity(talk.customer, IdentityKind.PHONE, PHONE, by=leader.actor)
    browser, key = browser_of(spared), memo_key()
    posted = {"text": "怒鳴っておられます", "direction": "in", "inbox": talk.inbox.pk, "number": PHONE}

    window = browser.post(url("memo-keep", key), posted, headers=HTMX)
    page = browser.post(url("memo-keep", memo_key()), posted)

    assert "表示されない" in text_of(window)
    assert "/conversations/" not in text_of(window)
    assert page.headers["Location"] == url("calls")


def test_they_write_no_mail_whose_answer_they_would_not_see(spared, talk, leader):
    letter = make_letter(subject="ご連絡")

    with pytest.raises(NotAllowed):
        write_new_mail(talk.inbox, letter, user=spared, sending=Sending(0))

    assert write_new_mail(talk.inbox, letter, user=leader, sending=Sending(0)).conversation.assignee == leader


def test_requests_about_it_are_hidden_too(case, spared, talk, leader):
    later = make_conversation(talk.inbox)
    side = open_side(later, Question(OTHER, "在庫", "ありますか。"), user=leader)

    hidden = (sees(spared, side), hidden_people(side))
    unshield(case, spared, user=leader)

    assert hidden == (False, {spared.pk})
    assert sees(spared, side)


def test_merging_with_another_customers_conversation_takes_it_off_them(spared, talk, leader):
    mine = make_conversation(talk.inbox, sender=OTHER)
    assign([mine], spared, user=leader)
    later = make_conversation(talk.inbox)

    merge_conversations(mine, [later], user=leader)

    kept = Conversation.objects.get(pk=mine.pk)
    assert (kept.assignee, sees(spared, kept)) == (None, False)
