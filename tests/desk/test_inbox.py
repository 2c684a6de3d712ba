"""The list beside everything: rows, groups, pieces, and who sees what."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_many, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, set_priority
from madoguchi.conversations.choices import Priority, Status
from madoguchi.customers.actions import change_customer

pytestmark = pytest.mark.django_db


#: A Wednesday, 11:00 in Tokyo.
NOON = "2026-11-25T02:00:00Z"


def test_the_inbox_shows_a_row_in_words():
    with time_machine.travel(NOON, tick=False):
        agent = make_user(name="小林 あかり", language="ja")
        conversation = make_conversation(make_inbox(name="サポート窓口", reply_within_minutes=60))
        assign([conversation], agent, user=agent)
        change_tags([conversation], add=["配送会社へ調査"], user=agent)
        set_priority([conversation], Priority.URGENT, user=agent)
        change_customer(conversation.customer, by=agent.actor, is_vip=True)

        page = text_of(browser_of(agent).get("/"))

    assert f'id="conversation-{conversation.pk}"' in page
    for word in (
        "髙橋 由美子",
        "商品がまだ届きません",
        "土鍋がまだ届きません。",
        "配送会社へ調査",
        ">12:00<",
        "icon-s",
    ):
        assert word in page


def test_a_locked_row_says_who_is_replying_instead_of_its_status():
    agent, other = make_user(), make_user(name="中村 大輔", language="en")
    conversation = make_conversation()
    take_lock(conversation, user=other)

    row = text_of(browser_of(make_user(language="en")).get(f"/c/{conversation.pk}/row"))

    assert "中村 is replying" in row
    assert agent.name not in row


def test_rows_stand_in_groups_by_due_time():
    with time_machine.travel(NOON, tick=False):
        inbox = make_inbox(reply_within_minutes=60)
        reader = make_user(language="en")
        late = make_conversation(inbox, sender=Address("a@mail.example"))
        waiting = make_conversation(inbox, sender=Address("b@mail.example"))
        change_status([waiting], Status.WAIT, user=reader)
    with time_machine.travel("2026-11-25T03:30:00Z", tick=False):
        make_conversation(inbox, sender=Address("c@mail.example"))

        page = text_of(browser_of(reader).get("/rows", headers=HTMX))

    order = [page.index(word) for word in ('id="group-late"', 'id="group-soon"', 'id="group-never"')]
    assert order == sorted(order)
    assert page.index(f"conversation-{late.pk}") < page.index('id="group-soon"')
    assert page.index(f"conversation-{waiting.pk}") > page.index('id="group-never"')


@pytest.mark.parametrize("sort", ["due", "newest", "oldest"])
def test_pieces_follow_one_another_without_gap_or_repetition(sort):
    make_many(make_inbox(), 85)
    client = browser_of(make_admin())
    seen, url = [], f"/rows?sort={sort}"

    while url:
        piece = text_of(client.get(url, headers=HTMX))
        seen += [part.partition('"')[0] for part in piece.split('id="conversation-')[1:]]
        url = piece.partition('class="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")

    assert len(seen) == len(set(seen)) == 85


def test_a_plain_browser_pages_with_the_frame_around():
    make_many(make_inbox(), 45)
    client = browser_of(make_admin())
    first = text_of(client.get("/"))
    url = first.partition('class="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")

    second = text_of(client.get(url))

    assert second.count("data-row ") == 20
    assert 'id="rail-body"' in second


@pytest.mark.parametrize(
    ("path", "headers", "most"), [("/", {}, 5), ("/", HTMX, 5), ("/rows", {}, 5), ("/rows", HTMX, 6)]
)
def test_a_list_asks_as_often_for_three_rows_as_for_one(path, headers, most):
    inbox, client = make_inbox(), browser_of(make_user())
    make_many(inbox, 1)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path, headers=headers)
    make_many(inbox, 3)

    with CaptureQueriesContext(connection) as three:
        client.get(path, headers=headers)

    assert len(three) == len(one) <= most


def test_only_open_desks_are_listed():
    closed = make_inbox(name="役員窓口", is_open_to_all=False)
    hidden = make_conversation(closed, subject="内密の件")
    seen = make_conversation(sender=Address("b@mail.example"), subject="公開の件")
    client = browser_of(make_user())

    page = text_of(client.get("/"))

    assert seen.subject in page
    assert hidden.subject not in page
    assert closed.name not in page
    assert client.get(f"/c/{hidden.pk}/row").status_code == 204


def test_a_fragment_brings_list_and_rail_only():
    make_conversation()

    answer = text_of(browser_of(make_user()).get("/?assignee=none", headers=HTMX))

    assert "<html" not in answer
    assert 'hx-target="#rail-body"' in answer
    assert 'class="list-head"' in answer


def test_going_back_gets_the_whole_page():
    answer = browser_of(make_user()).get("/", headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert "<html" in text_of(answer)


def test_a_row_that_left_the_list_is_gone():
    agent = make_user()
    conversation = make_conversation()
    change_status([conversation], Status.DONE, user=agent)
    client = browser_of(agent)

    assert client.get(f"/c/{conversation.pk}/row").status_code == 204
    assert client.get(f"/c/{conversation.pk}/row?status=done").status_code == 200


def test_chosen_rows_can_be_given_every_status_but_hold():
    page = text_of(browser_of(make_user()).get("/"))
    menu = page.partition('id="bulk-status"')[2].partition("</ul>")[0]

    statuses = [part.partition('"')[0] for part in menu.split('name="status" value="')[1:]]
    assert statuses == ["new", "open", "wait", "internal", "done", "closed", "noreply", "spam"]


def test_an_empty_list_says_what_to_do():
    page = text_of(browser_of(make_user(language="en")).get("/?tag=nothing"))

    assert "There are no such conversations" in page


def test_an_impossible_address_shows_the_plain_list():
    conversation = make_conversation()

    page = text_of(browser_of(make_user()).get("/?status=lost&inbox=abc"))

    assert f'id="conversation-{conversation.pk}"' in page


def test_a_guest_sees_only_what_they_follow():
    followed, other = make_conversation(subject="見積もり"), make_conversation(sender=Address("x@mail.example"))
    guest = make_user(Role.GUEST)
    followed.followers.add(guest)

    page = text_of(browser_of(guest).get("/"))

    assert f"conversation-{followed.pk}" in page
    assert f"conversation-{other.pk}" not in page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?late=1", "Overdue"),
        ("?assignee=me", "Assigned to me"),
        ("?assignee=none", "Unassigned"),
        ("?vip=1", "Important customers"),
        ("?following=1", "Following"),
        ("?mine_to_approve=1", "Awaiting approval"),
        ("?sides=1", "Asked of others"),
        ("?tag=返品", "Tag “返品”"),
        ("?priority=3", "Priority: Urgent"),
        ("?channel=mail", "Mail"),
        ("?status=all", "All conversations"),
        ("?sort=newest", "Newest first"),
        ("?sort=oldest", "Oldest first"),
        ("?status=done", "Done"),
    ],
)
def test_a_list_is_called_what_it_shows(query, title):
    page = text_of(browser_of(make_user(language="en")).get(f"/{query}"))

    assert f"<h1>{title}</h1>" in page


def test_foreign_mail_and_files_are_marked():
    message = receive_mail(make_inbox(), language="en", subject="Order")
    conversation = message.conversation
    conversation.has_attachments = True
    conversation.save(update_fields=["has_attachments"])

    page = text_of(browser_of(make_user(language="en")).get("/"))

    assert 'aria-label="Written in another language"' in page
    assert 'aria-label="Has attachments"' in page


def test_who_is_not_signed_in_goes_to_the_login_page(client):
    browser_of(make_user())

    answer = client.get("/?assignee=me")

    assert answer.status_code == 302
    assert answer.url == "/account/login/?next=/%3Fassignee%3Dme"


def test_the_desk_serves_its_own_files_under_their_hash():
    client = browser_of(make_user())
    page = text_of(client.get("/"))
    address = page.partition('<link rel="stylesheet" href="/static/desk/')[2].partition('"')[0]

    fresh = client.get(f"/static/desk/{address}")
    old = client.get("/static/desk/0123456789ab/desk.js")

    assert fresh["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in fresh["Cache-Control"]
    assert old["Cache-Control"] == "no-cache"
    assert client.get("/static/desk/0123456789ab/nothing.js").status_code == 404


def test_next_leads_to_the_most_urgent_that_is_mine_or_nobodys():
    agent = make_user()
    client = browser_of(agent)
    assert client.get("/next").url == "/"
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        urgent = make_conversation()
    make_conversation(sender=Address("later@mail.example"))

    assert client.get("/next").url == f"/c/{urgent.pk}"


def test_a_row_shows_one_tag_in_full_and_how_many_more():
    conversation, agent = make_conversation(), make_user()
    change_tags([conversation], add=["写真あり", "至急", "再発"], user=agent)

    row = text_of(browser_of(agent).get(f"/c/{conversation.pk}/row"))

    assert re.findall(r'<span class="tag">([^<]+)</span>', row)[1:] == ["+2"]
    assert row.count('class="tag"') == 2


@pytest.mark.parametrize(
    ("role", "mail", "drafts"), [(Role.AGENT, True, True), (Role.VIEWER, False, False), (Role.GUEST, False, True)]
)
def test_writing_is_offered_to_those_who_may(role, mail, drafts):
    page = text_of(browser_of(make_user(role)).get("/"))

    assert ('href="/new' in page, 'href="/drafts"' in page) == (mail, drafts)


def test_what_a_form_left_empty_does_not_stay_in_the_address():
    client = browser_of(make_user(language="en"))

    answer = client.get("/?inbox=&status=&tag=&priority=0")

    assert (answer.status_code, answer["Location"]) == (302, "/?priority=0")
    assert "<h1>Priority: Low</h1>" in text_of(client.get("/?priority=0"))


@pytest.mark.parametrize(
    ("desk", "mail", "is_foreign"), [("ja", "en", True), ("en", "en", False), ("en", "ja", True), ("en", "", False)]
)
def test_a_row_is_marked_when_it_is_not_in_the_language_of_its_desk(desk, mail, is_foreign):
    conversation = make_conversation(make_inbox(language=desk), language=mail)

    row = text_of(browser_of(make_user(language="en")).get(f"/c/{conversation.pk}/row"))

    assert ("Written in another language" in row) is is_foreign
