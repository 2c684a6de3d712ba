"""通知: the bell, the list, and what marks as read."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


def notify(user, subject, kind="mention", **values):
    number = Notification.objects.count() + 1
    return Notification.objects.create(
        user=user, event_id=number, kind=kind, subject=subject, data={"by": "中村 大輔"}, **values
    )


def test_the_list_says_what_happened_and_where(me):
    conversation = make_conversation(subject="土鍋の返品")
    notify(me, conversation.event_subject)
    notify(me, conversation.event_subject, kind="reply_bounced", read_at=timezone.now())
    notify(me, conversation.event_subject, kind="from_the_future")

    page = text_of(browser_of(me).get(url("notices")))

    assert "中村 大輔 mentioned you in a note" in page
    assert "Your reply was not delivered" in page
    assert "Something happened" in page
    assert "土鍋の返品" in page
    assert page.count("data-unread>") == 2


def test_a_failing_desk_leads_to_its_settings():
    admin, inbox = make_admin(language="en"), make_inbox(name="卸売窓口")
    notify(admin, f"inbox:{inbox.pk}", kind="inbox_failing")

    page = text_of(browser_of(admin).get(url("notices")))

    assert reverse("desk:mailbox", args=[inbox.pk]) in page
    assert "卸売窓口" in page


def test_what_is_closed_to_one_now_is_not_named(me):
    conversation = make_conversation(make_inbox(is_open_to_all=False), subject="秘密の相談")
    notify(me, conversation.event_subject)

    page = text_of(browser_of(me).get(url("notices")))

    assert "秘密の相談" not in page
    assert "No longer open to you" in page


def test_nothing_yet(me):
    assert "No notifications" in text_of(browser_of(me).get(url("notices")))


def test_the_bell_counts_only_ones_own_unread_notices(me):
    conversation = make_conversation()
    notify(me, conversation.event_subject)
    notify(make_user(), conversation.event_subject)
    browser = browser_of(me)

    bell = text_of(browser.get(url("bell")))
    rail = text_of(browser.get(url("inbox")))

    assert 'aria-label="Notifications 1"' in bell
    assert f'data-live-subject="user:{me.pk}"' in bell
    assert 'aria-label="Notifications 1"' in rail


def test_many_are_not_counted_to_the_end(me):
    Notification.objects.bulk_create(
        Notification(user=me, event_id=number, kind="mention", subject="conversation:1") for number in range(120)
    )

    assert "99+" in text_of(browser_of(me).get(url("bell")))


def test_opening_the_conversation_marks_it_read(me):
    conversation, other = make_conversation(), make_conversation()
    mine, elsewhere = notify(me, conversation.event_subject), notify(me, "conversation:999999")

    page = text_of(browser_of(me).get(reverse("desk:conversation", args=[conversation.pk])))

    assert 'aria-label="Notifications 1"' in page
    mine.refresh_from_db()
    elsewhere.refresh_from_db()
    assert mine.read_at is not None
    assert elsewhere.read_at is None
    assert other.pk != conversation.pk or mine.subject == other.event_subject


def test_all_are_marked_read(me):
    notify(me, "conversation:1")

    browser = browser_of(me)
    answer = browser.post(url("notices-read"))

    assert answer.status_code == 302
    assert "data-unread" not in text_of(browser.get(url("notices")))


def test_the_list_goes_on_and_comes_anew(me, monkeypatch):
    monkeypatch.setattr("madoguchi.desk.views.notices.ON_A_PAGE", 1)
    notify(me, "conversation:1", kind="assigned")
    notify(me, "conversation:1")
    browser = browser_of(me)

    first = text_of(browser.get(url("notices"), headers=HTMX))
    more = re.search(r'hx-get="(/notices\?after=\d+)"', first).group(1)
    second = text_of(browser.get(more, headers=HTMX))

    assert 'id="notice-body"' in first
    assert "made you the assignee" in second
    assert 'id="notice-body"' not in second


def test_the_list_asks_as_often_for_three_as_for_one(me):
    browser, inbox, counts = browser_of(me), make_inbox(), []
    for _number in range(3):
        notify(me, make_conversation(inbox).event_subject)
        browser.get(url("notices"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("notices"))
        counts.append(len(queries))

    assert counts[0] == counts[2]
