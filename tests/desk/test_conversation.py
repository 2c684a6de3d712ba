"""One conversation: head, timeline, side panel, presence, print, and the way to one message."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, AutoKind, DeliveryReport, InboundAttachment
from madoguchi.conversations.actions.locks import take_lock, take_over_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.receiving import note_also_arrived
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import (
    assign,
    assign_team,
    change_status,
    change_tags,
    follow,
    get_or_make_tag,
    set_category,
    set_priority,
)
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import MessageState, Priority, Status
from madoguchi.conversations.models import Category, Message, Tag
from madoguchi.desk import presence
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture(autouse=True)
def nobody_looks():
    presence._seen.clear()


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


def test_quotation_and_signature_are_folded(agent):
    text = "お世話になります。\n\n--\n髙橋 由美子\nTEL 03-0000-0103\n"
    conversation = make_conversation(text=text)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "Show the signature" in page
    assert "<p>お世話になります。</p>" in page
    assert Message.objects.get().spans is not None


def test_events_stand_between_messages_as_one_line(agent):
    conversation = make_conversation()
    assign([conversation], agent, user=agent)
    change_status([conversation], Status.INTERNAL, user=agent)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert (
        "2 changes: 小林 あかり took this on, 小林 あかり changed the status from In progress to Waiting internally"
        in page
    )


def test_every_change_is_told_in_a_sentence(agent):
    other = make_user(name="中村 大輔")
    conversation = make_conversation(make_inbox(name="本店"))
    change_tags([conversation], add=["苦情"], user=agent)
    change_tags([conversation], add=["至急"], remove=["苦情"], user=agent)
    change_tags([conversation], remove=["至急"], user=agent)
    assign([conversation], other, user=agent)
    assign([conversation], None, user=agent)
    team = make_team("物流")
    assign_team([conversation], team, user=agent)
    assign_team([conversation], None, user=agent)
    set_category([conversation], Category.objects.create(name="返品"), user=agent)
    set_category([conversation], None, user=agent)
    follow(conversation, user=agent, is_on=True)
    follow(conversation, user=agent, is_on=False)
    take_lock(conversation, user=other)
    take_over_lock(conversation, user=agent, reason="退勤のため")
    note_also_arrived(Message.objects.get(), make_inbox(name="支店"))
    team.delete()
    Tag.objects.filter(name="至急").delete()

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    for sentence in (
        "小林 あかり put on the tag “苦情”",
        "小林 あかり put on the tag “(deleted)” and took off “苦情”",
        "小林 あかり took off the tag “(deleted)”",
        "小林 あかり made 中村 大輔 the assignee",
        "小林 あかり took the assignee off",
        "小林 あかり gave this to the team (deleted)",
        "小林 あかり took the team off",
        "小林 あかり set the category 返品",
        "小林 あかり took the category off",
        "小林 あかり follows this",
        "小林 あかり stopped following this",
        "小林 あかり took over the reply of 中村 大輔: 退勤のため",
        "The same mail also arrived at 支店",
    ):
        assert sentence in page
    assert get_or_make_tag("苦情").name == "苦情"


def test_rearranging_is_told_on_both_sides(agent):
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    number = conversation.pk
    first = Message.objects.get()
    second = receive_mail(inbox, in_reply_to=first.external_id, sender=Address("b@mail.example", "鈴木"))
    conversation.refresh_from_db()
    split, step = split_conversation(conversation, second, user=agent)
    undo(step.pk, user=agent)
    other = make_conversation(inbox, sender=Address("c@mail.example"))
    merge_conversations(conversation, [other], user=agent)

    page = text_of(browser_of(agent).get(f"/c/{number}"))

    for sentence in (
        f"小林 あかり split #{split.pk} off from #{number}",
        "小林 あかり undid the split",
        f"小林 あかり merged #{other.pk} into #{number}",
        "<b>鈴木</b>",
    ):
        assert sentence in page


def test_a_change_without_a_sentence_of_its_own_is_told_plainly(agent):
    conversation = make_conversation()
    record("something_new", conversation.event_subject, by=Actor.system("robot"))

    assert "Automatic: something_new" in text_of(browser_of(agent).get(f"/c/{conversation.pk}"))


def test_several_recipients_are_counted_and_pictures_of_plain_mail_are_listed(agent):
    photo = InboundAttachment("写真.png", "image/png", b"\x89PNG", content_id="p@mail", is_inline=True)
    conversation = make_conversation(attachments=(photo,))
    reply_to(conversation, agent, to=(Address("a@mail.example", "髙橋"), Address("b@mail.example")))

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "to 髙橋 and 1 more" in page
    assert "写真.png" in page


def test_notes_look_internal_and_name_who_is_told(agent):
    conversation = make_conversation()
    add_note(conversation, "@小林 ご確認ください <b>", user=agent)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "Customers do not see this" in page
    assert '<span class="mention">@小林</span> ご確認ください &lt;b&gt;' in page


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (MessageState.SENDING, "Sending…"),
        (MessageState.SENT, "Sent"),
        (MessageState.RETRYING, "Trying again at "),
        (MessageState.FAILED, "The mail could not be sent"),
        (MessageState.UNCERTAIN, "It arrived"),
        (MessageState.SENT_BACK, "Sent back"),
        (MessageState.CANCELLED, "Taken back"),
    ],
)
def test_an_outgoing_message_says_where_it_stands(agent, state, word):
    conversation = make_conversation()
    message = reply_to(conversation, agent)
    Message.objects.filter(pk=message.pk).update(
        state=state, failure="宛先をご確認ください。", failure_detail="550 5.1.1"
    )

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert word in page
    assert ("550 5.1.1" in page) == (state in (MessageState.RETRYING, MessageState.FAILED, MessageState.UNCERTAIN))


def test_a_reply_that_can_still_be_taken_back_counts_down(agent):
    conversation = make_conversation()
    message = reply_to(conversation, agent)

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "data-leaves-at=" in page
    assert f'action="/m/{message.pk}/cancel"' in page


def test_a_bounce_is_shown_at_the_message_it_is_about(agent):
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    sent = reply_to(conversation, agent)
    report = DeliveryReport("yumiko@mail.example", "5.1.1", "userunknown", is_hard=True, diagnostic="550 No such user")
    receive_mail(
        inbox, auto_kind=AutoKind.BOUNCE, reports=(report,), reported_id=sent.external_id, in_reply_to=sent.external_id
    )

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "This mail did not arrive" in page
    assert "yumiko@mail.example · 5.1.1 · 550 No such user" in page
    assert "Delivery failure report" in page
    assert "Mail came back on " in page


def test_the_approver_decides_and_the_author_does_not(agent):
    trainee = make_user(Role.TRAINEE, language="en")
    conversation = make_conversation()
    message = reply_to(conversation, trainee)
    path = f"/c/{conversation.pk}"

    assert f"/m/{message.pk}/approve" in text_of(browser_of(make_user(Role.SUPERVISOR)).get(path))
    assert f"/m/{message.pk}/approve" not in text_of(browser_of(trainee).get(path))


@pytest.mark.parametrize(("headers", "most"), [({}, 5), (HTMX, 4)])
def test_the_timeline_asks_as_often_for_three_messages_as_for_one(agent, headers, most):
    inbox, client = make_inbox(), browser_of(agent)
    conversation = make_conversation(inbox)
    path = f"/c/{conversation.pk}"
    client.get(path, headers=headers)
    with CaptureQueriesContext(connection) as one:
        client.get(path, headers=headers)
    for _ in range(2):
        receive_mail(inbox, subject=f"Re: 商品がまだ届きません(受付番号:{conversation.pk})")
    client.get(path, headers=headers)

    with CaptureQueriesContext(connection) as three:
        client.get(path, headers=headers)

    assert Message.objects.filter(conversation=conversation).count() == 3
    assert len(three) == len(one) <= most


def test_earlier_messages_come_on_demand(agent):
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    for _ in range(64):
        receive_mail(inbox, subject=f"Re: 商品がまだ届きません(受付番号:{conversation.pk})")
    first = Message.objects.order_by("pk").first()
    client = browser_of(agent)

    short = text_of(client.get(f"/c/{conversation.pk}"))
    whole = text_of(client.get(f"/c/{conversation.pk}/news?from=0", headers=HTMX))

    assert "Show 5 earlier messages" in short
    assert f'id="message-{first.pk}"' not in short
    assert whole.count('data-kind="customer"') == 65


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
