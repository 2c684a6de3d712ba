"""Moving, linking and reopening in the browser."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import OTHER, make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.promises import promise_in

from madoguchi.conversations.actions.links import link_conversations
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import change_status, change_tags
from madoguchi.conversations.choices import Status
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.models import Conversation, ConversationLink, UndoStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


@pytest.fixture
def inbox():
    return make_inbox()


@pytest.fixture
def here(inbox):
    return make_conversation(inbox)


def stray_in(conversation):
    return receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)


def place_of(message):
    message.refresh_from_db()
    return message.conversation_id


def test_a_message_moves_into_the_conversation_that_was_found(client, here, inbox):
    stray, other = stray_in(here), make_conversation(inbox, subject="ふたの件")

    dialog = text_of(client.get(f"/m/{stray.pk}/move", headers=HTMX))
    found = text_of(client.get(f"/m/{stray.pk}/move", {"q": "ふた"}, headers=HTMX))
    page = text_of(client.get(f"/m/{stray.pk}/move", {"q": f"#{other.pk}"}))
    said = text_of(client.post(f"/m/{stray.pk}/move", {"other": other.pk}, headers=HTMX))

    assert f'value="{other.pk}"' in dialog  # of the same customer
    assert f'value="{other.pk}" checked' in found
    assert f'value="{other.pk}" checked' in page
    assert f"Moved to #{other.pk}." in said
    assert f"/undo/{UndoStep.objects.get().pk}" in said
    assert place_of(stray) == other.pk


def test_a_message_moves_into_a_new_conversation(client, here):
    stray = stray_in(here)

    client.post(f"/m/{stray.pk}/move", {"other": "new"}, headers=HTMX)

    assert Conversation.objects.get(pk=place_of(stray)).split_from_id == here.pk


def test_moving_to_another_customer_asks_first(client, here, inbox):
    stray, other = stray_in(here), make_conversation(inbox, sender=OTHER)

    asked = client.post(f"/m/{stray.pk}/move", {"other": other.pk}, headers=HTMX)
    before = place_of(stray)
    client.post(f"/m/{stray.pk}/move", {"other": other.pk, "sure": "1"}, headers=HTMX)

    assert (asked.status_code, before, place_of(stray)) == (422, here.pk, other.pk)
    assert "belongs to another customer, 佐藤 健司" in text_of(asked)
    assert "Move all the same" in text_of(asked)


def test_moving_nowhere_is_said_in_the_dialog(client, here):
    stray = stray_in(here)

    answer = client.post(f"/m/{stray.pk}/move", {"other": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Enter the number of a conversation" in text_of(answer)


def test_linking_shows_both_directions_in_head_and_panel(client, here, inbox):
    other = make_conversation(inbox, subject="別の鍋")

    said = text_of(client.post(f"/c/{here.pk}/link", {"other": other.pk, "relation": "child"}, headers=HTMX))
    page, back = text_of(client.get(f"/c/{here.pk}")), text_of(client.get(f"/c/{other.pk}"))

    assert f"Linked with #{other.pk}." in said
    assert page.count(f"Child #{other.pk}") == 1
    assert "別の鍋" in page.partition('id="links"')[2].partition("</section>")[0]
    assert back.count(f"Parent #{here.pk}") == 1
    assert "Close 1 open child" in page


def test_a_refused_link_says_why(client, here, inbox):
    answer = client.post(f"/c/{here.pk}/link", {"other": here.pk, "relation": "child"}, headers=HTMX)

    assert answer.status_code == 422
    assert "cannot be linked with itself" in text_of(answer)


def test_a_link_is_removed_and_put_back(client, agent, here, inbox):
    link_conversations(here, make_conversation(inbox), Relation.RELATED, user=agent)
    link = ConversationLink.objects.get()

    client.post(f"/c/{here.pk}/links/{link.pk}/remove", headers=HTMX)
    gone = text_of(client.get(f"/c/{here.pk}/links", headers=HTMX))
    client.post(f"/undo/{UndoStep.objects.latest('pk').pk}", headers=HTMX)

    assert "Nothing is linked" in gone
    assert ConversationLink.objects.count() == 1


def test_children_are_closed_together(client, agent, here, inbox):
    children = [make_conversation(inbox) for _n in range(2)]
    for child in children:
        link_conversations(here, child, Relation.CHILD, user=agent)

    client.post(f"/c/{here.pk}/children/close", headers=HTMX)

    assert {Conversation.objects.get(pk=child.pk).status for child in children} == {Status.DONE}


def test_reopening_asks_for_the_reason_and_tells_it(client, agent, here):
    change_status([here], Status.DONE, user=agent)

    empty = client.post(f"/c/{here.pk}/reopen", {"reason": ""}, headers=HTMX)
    client.post(f"/c/{here.pk}/reopen", {"reason": "お電話あり"}, headers=HTMX)
    page = text_of(client.get(f"/c/{here.pk}"))

    assert empty.status_code == 422
    assert "opened this again: お電話あり" in page


def test_links_cost_the_same_however_many(client, agent, here, inbox):
    client.get(f"/c/{here.pk}/links", headers=HTMX)  # the session and the workspace are asked for once
    counted = []
    for amount in (1, 2):
        for _n in range(amount):
            link_conversations(here, make_conversation(inbox), Relation.RELATED, user=agent)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/c/{here.pk}/links", headers=HTMX)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_the_history_offers_the_way_back_of_a_merge_to_everybody(client, agent, here, inbox):
    other = make_conversation(inbox, subject="別の件")
    step = merge_conversations(here, [other], user=make_user(name="渡辺 由紀"))

    page = text_of(client.get(f"/c/{here.pk}"))
    client.post(f"/undo/{step.pk}", headers=HTMX)
    after = text_of(client.get(f"/c/{here.pk}"))

    assert f'action="/undo/{step.pk}"' in page
    assert ("Undo this merge?" in page, "(undone)" in page) == (True, False)
    assert (f"/undo/{step.pk}" in after, "(undone)" in after) == (False, True)
    assert other.messages.count() == 1


def test_the_history_says_why_a_link_cannot_be_taken_back(client, here, inbox):
    link_conversations(here, make_conversation(inbox), Relation.RELATED, user=make_user())
    ConversationLink.objects.all().delete()

    page = text_of(client.get(f"/c/{here.pk}"))

    assert "This link has been removed or changed since." in page
    assert "/undo/" not in page


@pytest.mark.parametrize("amount", [1, 3])
def test_ways_back_cost_the_same_however_many_there_are(client, here, inbox, amount):
    for number in range(amount):
        merge_conversations(here, [make_conversation(inbox, subject=f"件{number}")], user=make_user())
        link_conversations(here, make_conversation(inbox), Relation.RELATED, user=make_user())
    client.get(f"/c/{here.pk}")

    with CaptureQueriesContext(connection) as counted:
        client.get(f"/c/{here.pk}")

    reads = [query["sql"] for query in counted if "undostep" in query["sql"]]
    assert len(reads) <= 2  # these, and what was built on them since


def test_splitting_is_offered_where_something_stays(client, here):
    later = stray_in(here)

    page = text_of(client.get(f"/c/{here.pk}"))

    assert f'action="/m/{later.pk}/split"' in page
    assert f'action="/m/{here.messages.first().pk}/split"' not in page


def test_the_only_message_moves_by_merging(client, here):
    message = here.messages.get()

    dialog = text_of(client.get(f"/m/{message.pk}/move", headers=HTMX))
    refused = text_of(client.post(f"/m/{message.pk}/move", {"other": "new"}, headers=HTMX))

    assert f'hx-get="/c/{here.pk}/merge"' in dialog
    assert 'value="new"' not in dialog
    assert "Choose a later message" not in refused


def test_the_toast_leads_to_where_the_messages_went(client, here):
    said = text_of(client.post(f"/m/{stray_in(here).pk}/split", headers=HTMX))

    new = Conversation.objects.get(split_from=here)
    assert f'href="/c/{new.pk}">Open it</a>' in said


def test_done_hints_at_promises_that_are_open(client, agent, here):
    promise_in(here, agent)

    said = text_of(client.post(f"/c/{here.pk}/status", {"status": "done"}, headers=HTMX))

    assert "Status: Done. 1 promise is still open here." in said


def test_done_for_several_says_which_have_open_promises_and_leads_back(client, agent, here, inbox):
    rows = [here, make_conversation(inbox, subject="別の件"), make_conversation(inbox, subject="第三の件")]
    promise_in(rows[1], agent)
    values = {"conversation": [row.pk for row in rows], "status": "done"}

    one = text_of(client.post("/bulk", values, headers=HTMX))
    client.post("/bulk", values | {"status": "open"}, headers=HTMX)
    promise_in(here, agent)
    two = text_of(client.post("/bulk", values, headers=HTMX))

    number = rows[1].pk
    assert f"3 conversations – Status: Done. 1 of them still has an open promise: #{number}." in one
    assert f'href="/c/{number}">Open it</a>' in one
    assert f"2 of them still have open promises: #{here.pk} #{number}." in two
    assert ("Open it" in two, "/undo/" in two) == (False, True)


def test_a_list_without_due_times_has_no_heading_for_that(client, agent, here):
    change_status([here], Status.WAIT, user=agent)

    page = text_of(client.get("/", {"status": "wait"}))

    assert "No due time" not in page


def test_the_folded_line_of_many_changes_says_the_newest(client, agent, here):
    for number in range(12):
        change_tags([here], add=[f"長い名前のタグ{number}番"], user=agent)

    page = text_of(client.get(f"/c/{here.pk}"))

    assert re.search(r"<summary>.*12 changes: … .*長い名前のタグ11番”</summary>", page)
