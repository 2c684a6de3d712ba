"""Figures of the rail that are counted apart: saved views, and the lists everybody has."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.actions.triage import set_priority
from madoguchi.conversations.actions.views import ViewChanges, change_view, delete_view, save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Conversation
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def counted(client, name):
    page = client.get("/rail/counts", headers=HTMX).text
    return re.search(rf'hx-target="#{name}"[^>]*>([^<]*)<', page)[1]


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def test_saved_views_are_counted_apart_from_the_page_and_shown_from_then_on():
    me = make_user()
    client, view = browser_of(me), save_view("緊急のみ", Filter(priority=3), user=me)
    chosen = make_conversation()
    make_conversation()
    set_priority([chosen], 3, user=me)

    before = text_of(client.get("/"))
    amount = counted(client, f"count-view-{view.pk}")
    after = text_of(client.get("/"))

    place = f'<span class="count" id="count-view-{view.pk}">'
    assert (f"{place}</span>" in before, amount, f"{place}1</span>" in after) == (True, "1", True)


def test_a_count_is_kept_for_a_while_and_then_counted_again():
    me = make_user()
    client, view = browser_of(me), save_view("すべて", Filter(status="all"), user=me)
    make_conversation()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = counted(client, f"count-view-{view.pk}")
        make_conversation()
        same = counted(client, f"count-view-{view.pk}")
        clock.shift(31)
        later = counted(client, f"count-view-{view.pk}")

    assert (first, same, later) == ("1", "1", "2")


def test_counting_ends_at_999():
    me, inbox = make_user(), make_inbox()
    client, view = browser_of(me), save_view("窓口", Filter(inbox=inbox.pk), user=me)
    customer = make_conversation(inbox).customer
    Conversation.objects.bulk_create(Conversation(inbox=inbox, customer=customer) for _each in range(1000))

    assert counted(client, f"count-view-{view.pk}") == "999+"


def test_requests_to_others_are_counted_and_closed_desks_are_not():
    me = make_user()
    save_view("法人", Filter(inbox=make_inbox(is_open_to_all=False, name="秘密").pk), user=make_admin(), is_shared=True)
    asked = make_conversation()
    Conversation.objects.filter(pk=make_conversation().pk).update(side_of=asked)

    page = browser_of(me).get("/rail/counts", headers=HTMX).text

    assert re.search(r'hx-target="#count-sides"[^>]*>1<', page)
    assert "count-view" not in page


def test_a_count_asks_once_a_list_and_the_inbox_asks_for_none():
    me = make_user()
    client = browser_of(me)
    save_view("一", Filter(priority=1), user=me)
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    for number in (2, 3):
        save_view(str(number), Filter(priority=number), user=me)

    with CaptureQueriesContext(connection) as three:
        client.get("/")

    assert len(three) == len(one)


def test_what_others_use_is_in_the_audit_log_and_what_is_ones_own_is_not():
    chief = make_admin()
    own, shared = (
        save_view("私の", Filter(vip=True), user=chief),
        save_view("皆の", Filter(), user=chief, is_shared=True),
    )
    change_view(shared, ViewChanges(name="全員の"), user=chief)
    delete_view(shared, user=chief)
    delete_view(own, user=chief)

    kept = list(Event.objects.filter(subject__startswith="view:").order_by("pk").values_list("kind", "data__name"))

    assert kept == [("view_created", "皆の"), ("view_updated", "全員の"), ("view_deleted", "全員の")]
    page = text_of(browser_of(chief).get(reverse("desk:audit")))
    assert "共有のよく使う条件を削除" in page
