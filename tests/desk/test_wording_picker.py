"""Templates in the composer: found, shown for this customer, inserted, suggested; made of a reply."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.wording import make_template, stored

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Draft, Message
from madoguchi.wording.models import Template, Use

pytestmark = pytest.mark.django_db


ANSWER = "森 美咲 様\n\nご注文HK-104733は11月25日(水)に届きます。"


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


def test_the_picker_finds_and_shows_it_for_this_customer(agent):
    conversation = make_conversation(text="注文番号:HK-104733 が届きません。")
    template = make_template(agent, name="遅延", body="{{宛名}}\n\n{{注文番号}}は{{?お届け日}}に届きます。")
    make_template(agent, name="返金", body="返金します。")
    browser = browser_of(agent)
    place = {"number": conversation.pk, "mode": "reply"}

    opened = text_of(browser.get(url("template-picker"), place, headers=HTMX))
    found = text_of(browser.get(url("template-picker"), {**place, "q": "遅延"}, headers=HTMX))
    none = text_of(browser.get(url("template-picker"), {**place, "q": "該当なし"}, headers=HTMX))
    looked_at = text_of(browser.get(url("template-looked-at", template.pk), place, headers=HTMX))

    assert "返金" in opened
    assert "遅延" in found
    assert "返金" not in found
    assert "No template fits" in none
    assert "髙橋 由美子 様\n\nHK-104733は<mark>{{?お届け日}}</mark>に届きます。" in looked_at
    assert 'value="お届け日"' in looked_at


def test_a_mail_learns_whom_it_is_to_after_its_template(agent):
    conversation = make_conversation()
    letter = {
        "text": "{{宛名}}\n\n{{?お届け日}}に届きます。{{注文番号}} {{なし",
        "subject": "{{お客様名}}様へ",
        "to": "髙橋 <yumiko@mail.example>",
        "inbox": conversation.inbox_id,
    }
    ask = browser_of(agent).post

    known = ask(url("template-fill"), letter).json()
    unknown = ask(url("template-fill"), {**letter, "to": "nobody@mail.example"}).json()
    hidden = browser_of(make_user(Role.GUEST)).post(url("template-fill"), letter)

    assert known == {"fields": {"{{宛名}}": "髙橋 由美子 様", "{{お客様名}}": "髙橋 由美子"}}
    assert unknown == {"fields": {}}
    assert hidden.status_code == 403


def test_inserting_fills_it_and_notes_the_use(agent):
    conversation = make_conversation()
    template = make_template(agent, body="{{宛名}}\n\n{{?お届け日}}に届きます。{{注文番号}}", subject="お届け")
    letter = {"text": "髙橋 由美子 様\n\n/\n", "request_key": "k1", "blank": "お届け日", "answer": "25日(水)"}

    answer = (
        browser_of(agent)
        .post(f"{url('template-insert', template.pk)}?number={conversation.pk}&mode=reply", letter)
        .json()
    )

    assert answer == {
        "text": "25日(水)に届きます。{{注文番号}}",
        "subject": "お届け",
        "missing": ["{{注文番号}}"],
        "along": "",
        "after": "",
        "files": "",
    }
    assert Use.objects.get().text == answer["text"]


def test_files_of_a_template_go_into_the_draft_once(agent):
    conversation = make_conversation()
    template = make_template(agent, files=[stored(b"%PDF", "案内.pdf", "application/pdf")])
    browser = browser_of(agent)
    address = f"{url('template-insert', template.pk)}?number={conversation.pk}&mode=reply"

    first = browser.post(address, {"text": ""}).json()
    second = browser.post(address, {"text": ""}).json()

    assert "案内.pdf" in first["files"]
    assert second["files"] == ""
    assert [each.name for each in Draft.objects.get().attachments.all()] == ["案内.pdf"]


def test_a_new_mail_knows_the_customer_it_goes_to(agent):
    conversation = make_conversation()
    template = make_template(agent, body="{{お客様名|お客様}} {{敬称}}")
    address = f"{url('template-insert', template.pk)}?key=abc&inbox={conversation.inbox_id}"
    browser = browser_of(agent)

    known = browser.post(address, {"to": "髙橋 由美子 <yumiko@mail.example>"}).json()
    unknown = browser.post(address, {"to": "nobody@mail.example"}).json()

    assert known["text"] == "髙橋 由美子 様"
    assert unknown["text"] == "お客様"


def test_a_customer_one_may_not_see_is_not_named(agent):
    make_conversation(make_inbox(is_open_to_all=False))
    mine = make_inbox()
    template = make_template(agent, body="{{お客様名|お客様}}")

    answer = browser_of(agent).post(
        f"{url('template-insert', template.pk)}?key=abc&inbox={mine.pk}", {"to": "yumiko@mail.example"}
    )

    assert answer.json()["text"] == "お客様"


def test_the_picker_is_only_for_letters_one_sees(agent):
    conversation = make_conversation(make_inbox(is_open_to_all=False))

    assert browser_of(agent).get(url("template-picker"), {"number": conversation.pk}).status_code == 404


def test_the_picker_asks_as_often_for_ten_as_for_one(agent):
    conversation = make_conversation()
    browser = browser_of(agent)
    counts = []
    for amount in (1, 9):
        for number in range(amount):
            make_template(agent, name=f"雛形{amount}{number}")
        browser.get(url("template-picker"), {"number": conversation.pk})
        with CaptureQueriesContext(connection) as asked:
            browser.get(url("template-picker"), {"number": conversation.pk})
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_composer_offers_templates(agent):
    conversation = make_conversation()

    page = text_of(browser_of(agent).get(url("reply", conversation.pk), {"mode": "reply"}, headers=HTMX))

    assert "data-wording" in page
    assert f"{url('template-picker')}?number={conversation.pk}" in page


def answered(inbox, user, template, text="土鍋がまだ届きません。配送状況を調べてください。", answer=ANSWER):
    conversation = make_conversation(inbox, text=text, sender=Address("other@mail.example", "森 美咲"))
    message = reply_to(conversation, user, text=answer)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT)
    Use.objects.create(template=template, user=user, conversation=conversation, message=message, sent_at=message.at)
    return message


def test_the_picker_suggests_what_answered_similar_inquiries(agent):
    inbox = make_inbox()
    template = make_template(agent, name="調査のお知らせ", body="調査します。")
    reply = [answered(inbox, agent, template) for _each in range(3)][-1]
    Template.objects.update(used_count=3)
    conversation = make_conversation(inbox, text="土鍋が届きません。配送状況を教えてください。")
    browser = browser_of(agent)

    opened = text_of(browser.get(url("template-picker"), {"number": conversation.pk}))
    page = text_of(browser.get(url("template-suggestions"), {"number": conversation.pk}))

    assert f"{url('template-suggestions')}?number={conversation.pk}" in opened
    assert page.index("For this inquiry") < page.index("調査のお知らせ") < page.index("Replies to similar inquiries")
    assert "in 3 similar ones" in page
    assert f'data-template="templates/reply/{reply.pk}"' in page


def test_words_of_a_past_reply_are_those_of_this_customer(agent):
    inbox = make_inbox(signature="")
    reply = answered(inbox, agent, make_template(agent))
    conversation = make_conversation(inbox)
    browser = browser_of(agent)
    place = {"number": conversation.pk, "mode": "reply"}

    page = text_of(browser.get(url("template-reply-looked-at", reply.pk), place))
    answer = browser.post(f"{url('template-reply-insert', reply.pk)}?number={conversation.pk}&mode=reply").json()

    assert "土鍋がまだ届きません。" in page
    assert answer["text"] == "髙橋 由美子 様\n\nご注文{{注文番号}}は{{?日付}}に届きます。"
    assert answer["missing"] == ["{{注文番号}}", "{{?日付}}"]


def test_a_past_reply_one_may_not_see_is_not_there(agent):
    reply = answered(make_inbox(is_open_to_all=False), make_user(Role.ADMIN), make_template(agent))
    conversation = make_conversation()

    assert (
        browser_of(agent).get(url("template-reply-looked-at", reply.pk), {"number": conversation.pk}).status_code == 404
    )


def test_a_sent_reply_becomes_a_template(agent):
    inbox = make_inbox(signature="――\n店\n――")
    reply = answered(inbox, agent, make_template(agent), answer=f"{ANSWER}\n\n――\n店\n――")
    browser = browser_of(agent)

    talk = text_of(browser.get(url("conversation", reply.conversation_id)))
    form = text_of(browser.get(url("template-new"), {"from": reply.pk}))

    assert f"{url('template-new')}?from={reply.pk}" in talk
    assert "{{宛名}}\n\nご注文{{注文番号}}は{{?日付}}に届きます。</textarea>" in form
    assert 'value="商品がまだ届きません"' in form


def test_the_palette_puts_a_template_into_the_reply(agent):
    conversation = make_conversation()
    template = make_template(agent, name="返金のご案内", body="返金します。")
    browser = browser_of(agent)

    beside = text_of(browser.get(url("palette"), {"q": "返金", "number": conversation.pk}))
    alone = text_of(browser.get(url("palette"), {"q": "返金"}))
    composer = text_of(browser.get(url("reply", conversation.pk), {"mode": "reply", "template": template.pk}))

    assert f"{url('reply', conversation.pk)}?mode=reply&amp;template={template.pk}" in beside
    assert f'href="{url("template", template.pk)}"' in alone
    assert f'data-wording-now="{template.pk}"' in composer
