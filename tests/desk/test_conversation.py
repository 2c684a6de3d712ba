"""One conversation: head, side panel, presence, print, and the way to one message."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import (
    assign,
    assign_team,
    change_status,
    change_tags,
    follow,
    set_category,
    set_priority,
)
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Category
from madoguchi.desk import presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


def test_the_page_shows_list_conversation_and_customer(agent):
    conversation = make_conversation()

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert f'id="conversation-{conversation.pk}"' in page
    assert 'aria-current="true"' in page
    assert "<h1>商品がまだ届きません</h1>" in page
    assert "<p>土鍋がまだ届きません。</p>" in page
    assert "yumiko@mail.example" in page
    assert 'id="composer"' in page


def test_htmx_gets_the_work_pane_with_its_title(agent):
    conversation = make_conversation()

    answer = text_of(browser_of(agent).get(f"/c/{conversation.pk}?assignee=none", headers=HTMX))

    assert answer.strip().startswith("<title>商品がまだ届きません")
    assert '<div class="work" id="work">' in answer
    assert "<html" not in answer
    assert 'href="/?assignee=none"' in answer


@pytest.mark.parametrize(
    "path",
    ["", "/news", "/side", "/print", "/watchers", "/write", "/hold", "/filing", "/subject", "/merge", "/take-over"],
)
def test_a_conversation_of_another_desk_does_not_exist(agent, path):
    conversation = make_conversation(make_inbox(is_open_to_all=False))

    assert browser_of(agent).get(f"/c/{conversation.pk}{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["status", "assign", "follow", "lock", "write", "write/close", "draft", "draft/files", "viewing", "take-over"],
)
def test_nothing_can_be_posted_to_a_conversation_of_another_desk(agent, path):
    conversation = make_conversation(make_inbox(is_open_to_all=False))

    answer = browser_of(agent).post(f"/c/{conversation.pk}/{path}", {"status": "done", "reason": "x", "text": "x"})

    assert answer.status_code == 404
    conversation.refresh_from_db()
    assert conversation.status == Status.NEW


def test_a_merged_conversation_leads_to_where_it_went(agent):
    survivor, other = make_conversation(), make_conversation(sender=Address("b@mail.example"))
    merge_conversations(survivor, [other], user=agent)
    client = browser_of(agent)

    assert client.get(f"/c/{other.pk}").url == f"/c/{survivor.pk}"
    assert client.get(f"/c/{other.pk}/news", headers=HTMX)["HX-Redirect"] == f"/c/{survivor.pk}"


def test_the_head_says_everything_that_was_filed(agent):
    with time_machine.travel("2026-11-25T02:00:00Z", tick=False):
        conversation = make_conversation(make_inbox(reply_within_minutes=180))
        parent = Category.objects.create(name="配送")
        category = Category.objects.create(name="遅延", parent=parent)
        set_category([conversation], category, user=agent)
        set_priority([conversation], Priority.HIGH, user=agent)
        change_tags([conversation], add=["写真あり"], user=agent)
        assign_team([conversation], make_team("物流"), user=agent)
        assign([conversation], agent, user=agent)
        follow(conversation, user=agent, is_on=True)

        page = text_of(browser_of(agent).get(f"/c/{conversation.pk}", headers=HTMX))

    for word in (
        "配送 › 遅延",
        "Priority High",
        "写真あり",
        "物流",
        "小林 あかり (me)",
        "Today 14:00",
        "3 h left",
        "Stop following",
    ):
        assert word in page


def test_hold_says_why_and_until_when(agent):
    conversation = make_conversation()
    until = timezone.now() + timedelta(days=360)
    change_status([conversation], Status.HOLD, user=agent, hold_reason="メーカー回答待ち", resume_at=until)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "メーカー回答待ち until " in page


def test_the_approver_decides_and_the_author_does_not(agent):
    trainee = make_user(Role.TRAINEE, language="en")
    conversation = make_conversation()
    message = reply_to(conversation, trainee)
    path = f"/c/{conversation.pk}"

    assert f"/m/{message.pk}/approve" in text_of(browser_of(make_user(Role.SUPERVISOR)).get(path))
    assert f"/m/{message.pk}/approve" not in text_of(browser_of(trainee).get(path))


def test_a_message_has_an_address_of_its_own(agent):
    message = receive_mail(make_inbox())

    answer = browser_of(agent).get(f"/m/{message.pk}")

    assert answer.url == f"/c/{message.conversation_id}?from={message.pk}#message-{message.pk}"
    assert f'id="message-{message.pk}"' in text_of(browser_of(agent).get(answer.url))


def test_news_brings_head_and_timeline(agent):
    conversation = make_conversation()

    answer = text_of(browser_of(agent).get(f"/c/{conversation.pk}/news", headers=HTMX))

    assert 'hx-target="#talk-head"' in answer
    assert 'hx-target="#ledger"' in answer
    assert "data-composer" not in answer


def test_paper_leaves_notes_out_unless_asked(agent):
    conversation = make_conversation()
    add_note(conversation, "社内の話", user=agent)
    client = browser_of(agent)

    without = text_of(client.get(f"/c/{conversation.pk}/print"))
    with_notes = text_of(client.get(f"/c/{conversation.pk}/print?notes=1"))

    assert "土鍋がまだ届きません。" in without
    assert "社内の話" not in without
    assert "社内の話" in with_notes


def test_others_see_who_is_looking_until_they_leave(agent):
    conversation = make_conversation()
    colleague = browser_of(make_user(name="佐々木 美穂"))
    client = browser_of(agent)

    colleague.post(f"/c/{conversation.pk}/viewing")
    seen = text_of(client.get(f"/c/{conversation.pk}/watchers", headers=HTMX))
    own = text_of(colleague.get(f"/c/{conversation.pk}/watchers", headers=HTMX))
    colleague.post(f"/c/{conversation.pk}/viewing", {"left": "1"})
    gone = text_of(client.get(f"/c/{conversation.pk}/watchers", headers=HTMX))

    assert "佐々木 also looking" in seen
    assert "佐々木" not in own
    assert "佐々木" not in gone


def test_who_went_away_without_a_word_is_forgotten(agent):
    conversation = make_conversation()
    presence.note(presence.VIEWING, conversation.event_subject, agent.pk)
    presence._seen[conversation.event_subject][agent.pk] -= presence.GONE_AFTER + 1

    assert presence.viewers(conversation.event_subject) == set()
    presence.sweep()
    assert conversation.event_subject not in presence._seen


def test_viewers_see_no_button_for_what_they_may_not_do():
    conversation = make_conversation()

    page = text_of(browser_of(make_user(Role.VIEWER)).get(f"/c/{conversation.pk}"))

    for path in ("status", "assign", "filing", "write"):
        assert f"/c/{conversation.pk}/{path}" not in page


def test_a_closed_conversation_is_read_only_for_agents(agent):
    conversation = make_conversation()
    change_status([conversation], Status.CLOSED, user=make_admin())

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert 'id="status-menu"' not in page
    assert "mode=reply" not in page


def test_an_unknown_number_says_so(agent):
    answer = browser_of(agent).get("/c/999999")

    assert answer.status_code == 404
    assert "The page was not found" in text_of(answer)


def test_a_sender_who_had_no_part_is_pointed_out_where_one_reads_and_where_one_answers(agent):
    conversation = make_conversation()
    question = conversation.messages.get().external_id
    receive_mail(conversation.inbox, sender=Address("stranger@evil.example"), in_reply_to=question)
    client = browser_of(agent)

    page = text_of(client.get(f"/c/{conversation.pk}"))
    composer = text_of(client.get(f"/c/{conversation.pk}/write", headers=HTMX))

    assert "had not been part of the conversation before" in page
    assert "stranger@evil.example had not been part of this conversation" in composer
