"""返信漏れ, the amber of what is due soon, and the due times of a 窓口 on its page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of, text_of
from tests.factories.promises import overdue, promise_in

from madoguchi.conversations.actions.snoozing import snooze
from madoguchi.conversations.models import Conversation

pytestmark = pytest.mark.django_db


def due_in(conversation, **length):
    due = timezone.now() + timedelta(**length)
    Conversation.objects.filter(pk=conversation.pk).update(due_at=due, queue_at=due)


def test_the_list_is_empty_when_nothing_is_left():
    due_in(make_conversation(), days=3)

    assert "返信漏れはありません" in text_of(browser_of(make_user()).get("/unanswered"))


def test_what_is_overdue_unsent_or_promised_is_listed():
    agent = make_user()
    late, unsent, promised = (make_conversation(subject=each) for each in ("遅れた件", "送れない件", "約束の件"))
    due_in(late, hours=-2)
    due_in(promised, days=3)
    Conversation.objects.filter(pk=unsent.pk).update(has_failed=True, due_at=None, queue_at="9999-01-01T00:00:00Z")
    overdue(promise_in(promised, agent))

    page = text_of(browser_of(agent).get("/unanswered"))

    assert all(word in page for word in ("遅れた件", "送れない件", "明日までに折り返します", "担当者なし"))
    assert "約束の件" not in page


def test_what_is_planned_in_time_and_what_was_put_off_stand_apart():
    agent = make_user()
    planned, put_off = (make_conversation(subject=each) for each in ("予約の件", "後回しの件"))
    due_in(planned, minutes=2)
    Conversation.objects.filter(pk=planned.pk).update(planned_at=timezone.now() + timedelta(minutes=1))
    snooze([put_off], until=timezone.now() + timedelta(days=1), why="入荷待ち", now=timezone.now(), user=agent)

    page = text_of(browser_of(agent).get("/unanswered"))

    assert "返信漏れはありません" in page
    assert page.index("期限までに送信予約") < page.index("予約の件") < page.index("後で対応(お客様が返信待ち)")
    assert page.index("後で対応(お客様が返信待ち)") < page.index("後回しの件")


def test_the_list_asks_as_often_for_three_as_for_one():
    client, agent = browser_of(make_user()), make_user()
    due_in(make_conversation(), hours=-1)
    client.get("/unanswered")
    with CaptureQueriesContext(connection) as one:
        client.get("/unanswered")
    for _each in range(2):
        conversation = make_conversation()
        due_in(conversation, hours=-1)
        overdue(promise_in(conversation, agent))

    with CaptureQueriesContext(connection) as three:
        client.get("/unanswered")

    assert len(three) == len(one)


@pytest.mark.parametrize(("minutes", "is_soon"), [(30, True), (90, False), (-5, False)])
def test_a_row_is_amber_before_its_time(minutes, is_soon):
    conversation = make_conversation(make_inbox(warn_before_minutes=60))
    due_in(conversation, minutes=minutes)

    page = text_of(browser_of(make_user()).get("/"))

    assert (" data-soon" in page, "まもなく期限" in page) == (is_soon, is_soon)


def test_the_rail_counts_what_must_be_empty_and_is_red_until_it_is():
    agent, client = make_user(), browser_of(make_user())
    late, today, planned, unsent, later = (make_conversation() for _each in range(5))
    due_in(late, hours=-2)
    due_in(today, seconds=1)
    due_in(planned, minutes=2)
    due_in(later, days=3)
    Conversation.objects.filter(pk=planned.pk).update(planned_at=timezone.now() + timedelta(minutes=1))
    Conversation.objects.filter(pk=unsent.pk).update(has_failed=True, due_at=None, queue_at="9999-01-01T00:00:00Z")
    overdue(promise_in(later, agent))

    page = text_of(client.get("/"))

    assert 'aria-label="返信漏れ 4"' in page
    assert re.search(r'href="/unanswered"[^>]* data-late', page)


def test_a_closed_desk_counts_for_nobody_else():
    hidden = make_conversation(make_inbox(is_open_to_all=False))
    due_in(hidden, hours=-2)
    overdue(promise_in(hidden, make_admin()))

    page = text_of(browser_of(make_user()).get("/"))

    assert 'aria-label="返信漏れ"' in page
    assert not re.search(r'href="/unanswered"[^>]* data-late', page)


def test_more_than_anybody_counts_is_99_and_more():
    inbox = make_inbox()
    customer = make_conversation(inbox).customer
    due = timezone.now() - timedelta(hours=1)
    Conversation.objects.bulk_create(
        Conversation(inbox=inbox, customer=customer, due_at=due, queue_at=due) for _each in range(105)
    )

    assert 'aria-label="返信漏れ 99+"' in text_of(browser_of(make_user()).get("/"))
