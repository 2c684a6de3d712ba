"""Writing in the browser: what the composer begins with, the lock, sending once, and what is said otherwise."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, reply_to
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.fields import make_field
from tests.factories.writing import letter, make_signed_conversation, make_writer, sent

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.own_statuses import StatusDefinition, create_status
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.choices import DraftKind, MessageKind, MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Draft, Message
from madoguchi.customers.actions import change_customer, mark_bounced

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_writer()


@pytest.fixture
def conversation():
    return make_signed_conversation()


def test_a_reply_begins_with_addressee_and_signature(agent, conversation):
    change_customer(conversation.customer, by=agent.actor, family_name="髙橋", given_name="由美子")

    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert 'value="髙橋 由美子 &lt;yumiko@mail.example&gt;"' in sheet
    assert f'value="Re: 商品がまだ届きません(受付番号:{conversation.pk})"' in sheet
    assert ">\n髙橋\u3000由美子 様\n\n\n\n────────\nはるかぜ日用品店\n担当:小林\n────────\n</textarea>" in sheet
    assert 'data-caret="10"' in sheet
    assert f'hx-post="/c/{conversation.pk}/lock"' in sheet


def test_an_english_customer_is_written_to_in_english_whoever_writes(conversation):
    writer = make_user(language="ja")
    names = {"family_name": "Thompson", "given_name": "Emily", "language": "en"}
    emily = make_conversation(conversation.inbox, sender=Address("e@mail.example"), subject="My mug", language="en")
    change_customer(emily.customer, by=writer.actor, **names)

    sheet = text_of(browser_of(writer).get(f"/c/{emily.pk}/write?mode=reply", headers=HTMX))

    assert 'value="Emily Thompson &lt;e@mail.example&gt;"' in sheet
    assert f'value="Re: My mug [#{emily.pk}]"' in sheet
    assert ">\nDear Emily Thompson,\n" in sheet
    assert " 様" not in sheet
    assert re.search(r"\w{3} \d+ \w{3} \d{4}, \d+:\d\d e@mail.example", sheet)  # above the quotation


def test_quoting_offers_the_message_with_its_header_line(agent, conversation):
    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    quotable = sheet.partition('<template id="quotable">')[2].partition("</template>")[0]

    assert "髙橋 由美子 &lt;yumiko@mail.example&gt;:\n&gt; 土鍋がまだ届きません。" in quotable


def test_reply_all_adds_everybody_but_us(agent):
    inbox = make_inbox(address="support@shop.example", aliases=["help@shop.example"])
    others = (Address("support@shop.example"), Address("taro@mail.example", "太郎"))
    conversation = make_conversation(inbox, to=others, cc=(Address("help@shop.example"), Address("jiro@mail.example")))
    client = browser_of(agent)

    plain = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    everybody = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply_all", headers=HTMX))

    assert "Reply to all" in plain
    assert "taro@mail.example" not in plain
    assert 'name="cc" value="太郎 &lt;taro@mail.example&gt;"' in everybody
    assert 'name="cc" value="jiro@mail.example"' in everybody
    assert "help@shop.example" not in everybody


def test_the_answer_goes_where_the_customer_wants_it(agent):
    conversation = make_conversation(reply_to=(Address("home@mail.example", "自宅"),))

    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert 'name="to" value="自宅 &lt;home@mail.example&gt;"' in sheet


def test_a_plain_browser_writes_on_a_page_of_its_own(agent, conversation):
    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=note"))

    assert 'data-mode="note"' in page
    assert 'id="rail-body"' in page


def test_sending_makes_one_message_and_closes_the_composer(agent, conversation):
    answer = browser_of(agent).post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX)

    message = sent().get()
    assert (message.text, message.state) == ("本日発送いたします。", MessageState.QUEUED)
    assert message.to == [{"email": "yumiko@mail.example", "name": "髙橋 由美子"}]
    assert 'class="reply-bar" id="composer"' in text_of(answer)
    assert 'data-countdown="15"' in text_of(answer)
    assert f'hx-post="/m/{message.pk}/cancel"' in text_of(answer)
    assert "news" in answer["HX-Trigger"]


def test_a_plain_browser_is_led_back_to_the_conversation(agent, conversation):
    answer = browser_of(agent).post(
        f"/c/{conversation.pk}/write", letter(conversation, status_after="done"), follow=True
    )

    conversation.refresh_from_db()
    assert conversation.status == Status.DONE
    assert answer.redirect_chain == [(f"/c/{conversation.pk}", 302)]
    assert "The reply will be sent." in text_of(answer)


def test_a_double_click_is_one_mail(agent, conversation):
    client = browser_of(agent)

    for _ in range(2):
        client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX)

    assert sent().count() == 1


def test_the_letter_has_cc_bcc_and_rich_text(agent, conversation):
    values = {
        "cc": "cc@mail.example",
        "bcc": ["b1@mail.example", "B1@mail.example"],
        "is_rich": "1",
        "text": "**重要** です",
    }

    client = browser_of(agent)
    review = client.post(f"/c/{conversation.pk}/write", letter(conversation, **values), headers=HTMX)
    seen = re.search(r'name="acknowledge" value="([^"]*)"', text_of(review))[1]
    client.post(f"/c/{conversation.pk}/write", letter(conversation, **values, acknowledge=seen), headers=HTMX)

    message = sent().get()
    assert [each["email"] for each in message.cc + message.bcc] == ["cc@mail.example", "b1@mail.example"]
    assert "<strong>重要</strong>" in message.html
    assert message.text == "**重要** です"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " "}, "The text is empty"),
        ({"to": ""}, "There is no recipient"),
        ({"to": "no address"}, "Check the format of the mail address"),
        ({"override": "1", "reason": ""}, "Write why you send this all the same"),
    ],
)
def test_what_cannot_leave_stays_in_the_composer_with_the_reason(agent, conversation, values, words):
    answer = browser_of(agent).post(f"/c/{conversation.pk}/write", letter(conversation, **values), headers=HTMX)

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert values.get("text", "本日発送いたします。") in text_of(answer)
    assert sent().count() == 0


def test_closing_keeps_the_draft_and_discarding_throws_it_away(agent, conversation):
    client = browser_of(agent)
    client.post(f"/c/{conversation.pk}/draft?mode=reply", letter(conversation, text="書きかけ"))

    kept = text_of(client.post(f"/c/{conversation.pk}/write/close", {"mode": "reply"}, headers=HTMX))
    assert "Continue the draft" in kept
    thrown = client.post(f"/c/{conversation.pk}/write/close", {"mode": "reply", "discard": "1"})

    assert thrown.url == f"/c/{conversation.pk}"
    assert Draft.objects.count() == 0


def test_a_reply_is_taken_back_into_the_composer(agent, conversation):
    message = reply_to(conversation, agent)
    client = browser_of(agent)

    answer = text_of(client.post(f"/m/{message.pk}/cancel", headers=HTMX))

    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert "本日発送いたします。</textarea>" in answer
    assert Draft.objects.get().text == message.text


def test_a_plain_browser_takes_back_too(agent, conversation):
    message = reply_to(conversation, agent)

    answer = browser_of(agent).post(f"/m/{message.pk}/cancel")

    assert answer.url == f"/c/{conversation.pk}/write?mode=reply"


def test_what_has_left_cannot_be_taken_back(agent, conversation):
    message = reply_to(conversation, agent)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT)

    answer = browser_of(agent).post(f"/m/{message.pk}/cancel", headers=HTMX)

    assert answer.status_code == 409
    assert "could not be taken back" in answer["HX-Trigger"]
    assert answer["HX-Reswap"] == "none"


def test_a_note_is_added_with_its_file(agent, conversation):
    client = browser_of(agent)
    upload = SimpleUploadedFile("調査.txt", b"result", content_type="text/plain")
    file = client.post(f"/c/{conversation.pk}/draft/files?mode=note", {"file": upload}).json()["id"]

    answer = client.post(
        f"/c/{conversation.pk}/write", {"mode": "note", "text": "調査済み", "file": file}, headers=HTMX
    )

    note = Message.objects.get(kind=MessageKind.NOTE)
    assert note.attachments.get().name == "調査.txt"
    assert "The note was added." in text_of(answer)
    assert "data-countdown" not in text_of(answer)


def test_a_forward_carries_the_words_and_the_files(agent):
    photo = InboundAttachment("写真.png", "image/png", b"\x89PNG")
    conversation = make_conversation(attachments=(photo,))
    client = browser_of(agent)
    sheet = text_of(client.get(f"/c/{conversation.pk}/write?mode=forward", headers=HTMX))
    original = sheet.partition('name="forwarded" value="')[2].partition('"')[0]
    values = letter(conversation, mode="forward", to="logi@partner.example", subject="Fw: 商品", forwarded=original)
    client.post(f"/c/{conversation.pk}/draft?mode=forward", values)

    client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)

    assert "---------- Forwarded message ----------" in sheet
    assert 'value="Fw: 商品がまだ届きません"' in sheet
    assert [each.name for each in sent().get().attachments.all()] == ["写真.png"]


def test_a_refused_forward_keeps_its_files(agent):
    photo = InboundAttachment("写真.png", "image/png", b"\x89PNG")
    conversation = make_conversation(attachments=(photo,))
    pk = Message.objects.get().attachments.get().pk

    answer = browser_of(agent).post(
        f"/c/{conversation.pk}/write", letter(conversation, mode="forward", to="", forwarded=str(pk)), headers=HTMX
    )

    assert f'name="forwarded" value="{pk}"' in text_of(answer)


def test_a_trainee_asks_for_approval(conversation):
    trainee = make_user(Role.TRAINEE, language="en")
    client = browser_of(trainee)

    sheet = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    answer = text_of(client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX))

    assert "Request approval" in sheet
    assert "Approval was requested." in answer
    assert sent().get().state == MessageState.AWAITING_APPROVAL


def test_an_address_that_bounced_is_warned_of(agent, conversation):
    mark_bounced("yumiko@mail.example", "userunknown")

    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert "Mail to yumiko@mail.example came back on" in sheet


def test_a_viewer_may_not_write(conversation):
    answer = browser_of(make_user(Role.VIEWER)).post(f"/c/{conversation.pk}/write", letter(conversation))

    assert answer.status_code == 403
    assert sent().count() == 0


def test_the_preview_shows_the_rich_letter(agent):
    answer = text_of(browser_of(agent).post("/preview", {"text": "- **はい**\n\n<script>x</script>"}))

    assert "<li><strong>はい</strong></li>" in answer
    assert "<script" not in answer


def test_an_opened_draft_stands_where_it_was_left(agent, conversation):
    client = browser_of(agent)
    values = letter(conversation, text="書きかけ", subject="Re: 件名", is_rich="1", to="other@mail.example")
    client.post(f"/c/{conversation.pk}/draft?mode=reply", values)

    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert "書きかけ</textarea>" in sheet
    assert 'value="Re: 件名"' in sheet
    assert 'name="to" value="other@mail.example"' in sheet
    assert "Draft saved " in sheet
    assert "data-rich checked" in sheet
    assert Draft.objects.get().kind == DraftKind.REPLY


def test_statuses_of_ones_own_are_offered_and_chosen(agent, conversation):
    own = create_status(StatusDefinition("返品待ち", "wait"), user=make_admin())
    create_status(StatusDefinition("他の窓口だけ", "wait", inboxes=(make_inbox().pk,)), user=make_admin())
    client = browser_of(agent)

    sheet = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    values = letter(conversation, text="髙橋 由美子 様\n\n承知いたしました。", status_after=own.key)
    shown = text_of(client.post(f"/c/{conversation.pk}/write", values | {"seen_event_id": "0"}, headers=HTMX))

    assert f'<option value="{own.key}">返品待ち</option>' in sheet
    assert "他の窓口だけ" not in sheet
    assert f'value="{own.key}"' in shown


def test_what_must_be_filled_in_first_is_said_and_the_letter_stays(agent, conversation):
    make_field("注文番号", is_required=True)

    values = letter(conversation, text="髙橋 由美子 様\n\n解決しましたか。", status_after="done")
    answer = browser_of(agent).post(f"/c/{conversation.pk}/write", values)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "注文番号" in page
    assert "解決しましたか。" in page
    assert not sent().exists()


def test_it_says_beforehand_that_another_letter_waits_for_approval_or_its_time():
    agent, conversation = make_user(language="en", name="小林 あかり"), make_conversation()
    reply_to(conversation, make_user(Role.TRAINEE, name="大野 翼"))
    later = Sending(latest_event_id(conversation), send_at=timezone.now() + timedelta(days=2))
    write_reply(conversation, make_letter(), user=agent, sending=later)
    browser = browser_of(agent)

    page = text_of(browser.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    note = text_of(browser.get(f"/c/{conversation.pk}/write?mode=note", headers=HTMX))

    assert "A reply by 大野 翼" in page
    assert "A mail by 小林 あかり is planned to leave" in page
    assert "A reply by 大野 翼" not in note
