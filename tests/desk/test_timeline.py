"""The timeline of a conversation: what was written, what happened, where outgoing mail stands."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

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
)
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.models import Category, Message, Tag
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


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
        ">鈴木</a></b>",
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
