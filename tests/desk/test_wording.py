"""テンプレート on the screen: the list, the editor, two people at once, history, and the picker in the composer."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.wording import make_template, stored

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Draft, Message
from madoguchi.wording.actions.templates import change_template
from madoguchi.wording.choices import Scope
from madoguchi.wording.content import Content
from madoguchi.wording.models import Template, Use
from madoguchi.wording.queries import files_of

pytestmark = pytest.mark.django_db

ANSWER = "森 美咲 様\n\nご注文HK-104733は11月25日(水)に届きます。"
TYPED = {
    "kind": "template",
    "name": "遅延のお詫び",
    "subject": "お届けの遅れについて",
    "body": "{{宛名}}\r\n\r\n{{営業日+1}}に発送します。",
    "folder": "配送",
    "scope": "all",
    "team": "",
    "language": "ja",
    "abbreviation": "おく",
    "keywords": "delay",
    "note": "遅れがわかったとき",
    "review_on": "2026-12-01",
}


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR, language="en", name="渡辺 由紀")


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def words_of(response):
    """What one reads, without the mark-up."""
    return " ".join(re.sub("<[^>]+>", " ", text_of(response)).split())


def test_nothing_yet_says_what_to_do(agent):
    page = text_of(browser_of(agent).get(url("templates")))

    assert "There is no template yet" in page
    assert url("template-new") in page


def test_the_list_narrows_by_words_and_folder(agent, leader):
    make_template(leader, name="遅延のお詫び", folder="配送/遅延", scope=Scope.ALL)
    make_template(leader, name="返金のご案内", folder="返品", scope=Scope.ALL, body="返金します。")
    browser = browser_of(agent)

    everything = text_of(browser.get(url("templates")))
    searched = text_of(browser.get(url("templates"), {"q": "遅延"}, headers=HTMX))
    filed = text_of(browser.get(url("templates"), {"folder": "返品"}))

    assert "遅延のお詫び" in everything
    assert "返金のご案内" in everything
    assert "遅延のお詫び" in searched
    assert "返金のご案内" not in searched
    assert "<html" not in searched
    assert "返金のご案内" in filed
    assert "遅延のお詫び" not in filed


def test_the_list_asks_as_often_for_three_as_for_one(agent, leader):
    browser = browser_of(agent)
    counts = []
    for number in range(3):
        make_template(leader, name=f"雛形{number}", folder=f"棚{number}", scope=Scope.ALL)
        browser.get(url("templates"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(url("templates"))
        counts.append(len(asked))

    assert counts[0] == counts[2] <= 14


def test_adding_one_and_seeing_it_filled(leader):
    browser = browser_of(leader)

    answer = browser.post(url("template-new"), TYPED)

    template = Template.objects.get()
    assert answer.url == url("template", template.pk)
    assert (template.name, template.folder, template.scope) == ("遅延のお詫び", "配送", "all")
    assert "髙橋\u3000由美子 様" in text_of(browser.get(answer.url))


def test_a_broken_field_is_said_with_its_place_and_nothing_is_lost(leader):
    broken = {**TYPED, "body": "一行目\r\n{{customer.nmae}} 様"}

    answer = browser_of(leader).post(url("template-new"), broken)

    assert answer.status_code == 422
    page = words_of(answer)
    assert "Line 2, character 1: {{customer.nmae}} – There is no such field. Did you mean {{customer.name}}?" in page
    assert "一行目 {{customer.nmae}} 様" in page
    assert not Template.objects.exists()


def test_two_people_at_once_see_both_texts(leader):
    template = make_template(leader, scope=Scope.ALL, body="本日発送します。")
    columns = {name: getattr(template, name) for name in Content.__slots__}
    theirs = Content(**columns | {"body": "明日発送します。", "channels": ()})
    change_template(template, theirs, user=make_user(Role.SUPERVISOR), version=1)
    mine = {**TYPED, "body": "明後日発送します。", "version": "1"}
    browser = browser_of(leader)

    answer = browser.post(url("template", template.pk), mine)

    assert answer.status_code == 409
    page = text_of(answer)
    assert '</span>明日</del><ins><span class="said">added: </span>明後日</ins>発送します。' in page
    assert "明後日発送します。" in page  # in the form, as it was typed
    assert "明日発送します。" in page
    assert 'name="version" value="2"' in page
    assert browser.post(url("template", template.pk), {**mine, "version": "2"}).status_code == 302
    assert Template.objects.get().body == "明後日発送します。"


def test_who_may_not_change_it_reads_it_and_copies_it(agent, leader):
    template = make_template(leader, name="共有の", scope=Scope.ALL)
    browser = browser_of(agent)

    page = text_of(browser.get(url("template", template.pk)))
    copied = browser.post(url("template-duplicate", template.pk))

    assert "<textarea" not in page
    assert "Make a copy" in page
    assert Template.objects.get(owner=agent).scope == Scope.PERSONAL
    assert copied.status_code == 302


def test_files_come_and_go(leader):
    browser = browser_of(leader)
    browser.post(url("template-new"), {**TYPED, "files": SimpleUploadedFile("案内.pdf", b"%PDF", "application/pdf")})
    template = Template.objects.get()
    kept = files_of(template).get()

    assert kept.name == "案内.pdf"

    browser.post(url("template", template.pk), {**TYPED, "version": "1", "removed": str(kept.pk)})
    assert not files_of(template).exists()


def test_archiving_offers_to_undo(leader):
    template = make_template(leader)
    browser = browser_of(leader)

    answer = browser.post(url("template-archive", template.pk), headers=HTMX)

    assert url("template-unarchive", template.pk) in text_of(answer)
    assert json.loads(answer.headers["HX-Trigger"]) == {"templates-changed": ""}
    assert template.name not in text_of(browser.get(url("templates")))
    browser.post(url("template-unarchive", template.pk), headers=HTMX)
    assert template.name in text_of(browser.get(url("templates")))


def test_deleting_goes_by_the_archive(leader):
    template = make_template(leader)
    browser = browser_of(leader)

    assert browser.post(url("template-delete", template.pk)).status_code == 422
    browser.post(url("template-archive", template.pk))
    browser.post(url("template-delete", template.pk))

    assert not Template.objects.exists()


def test_history_shows_what_changed_and_brings_it_back(leader):
    template = make_template(leader, body="本日発送します。")
    browser = browser_of(leader)
    browser.post(url("template", template.pk), {**TYPED, "body": "明日発送します。", "version": "1"})

    page = text_of(browser.get(url("template-history", template.pk)))
    assert "<del>" in page
    assert "<ins>" in page

    browser.post(url("template-restore", template.pk, 1))
    assert Template.objects.get().body == "本日発送します。"


def test_a_favourite_is_marked_in_the_list(agent):
    template = make_template(agent)
    browser = browser_of(agent)

    star = text_of(browser.post(url("template-favourite", template.pk), {"on": "1"}, headers=HTMX))

    assert 'aria-pressed="true"' in star
    assert template.name in text_of(browser.get(url("templates"), {"show": "favourites"}))


def test_a_folder_is_renamed(leader):
    make_template(leader, folder="配送/遅延")

    browser_of(leader).post(f"{url('template-folder')}?folder=配送", {"folder": "お届け"})

    assert Template.objects.get().folder == "お届け/遅延"


def test_the_preview_is_that_of_a_conversation(leader):
    conversation = make_conversation()

    page = text_of(
        browser_of(leader).post(
            url("template-preview"),
            {"body": "{{お客様名}} {{敬称}}\n{{受付番号}} {{注文番号}} {{だれ}}", "for": str(conversation.pk)},
        )
    )

    assert f"髙橋 由美子 様\n{conversation.pk} <mark>{{{{注文番号}}}}</mark>" in page
    assert "{{だれ}}" in page
    assert "There is no such field" in page


def test_the_picker_finds_and_shows_it_for_this_customer(agent):
    conversation = make_conversation(text="注文番号:HK-104733 が届きません。")
    template = make_template(agent, name="遅延", body="{{宛名}}\n\n{{注文番号}}は{{?お届け日}}に届きます。")
    make_template(agent, name="返金", body="返金します。")
    browser = browser_of(agent)
    place = {"number": conversation.pk, "mode": "reply"}

    opened = text_of(browser.get(url("template-picker"), place, headers=HTMX))
    found = text_of(browser.get(url("template-picker"), {**place, "q": "遅延"}, headers=HTMX))
    looked_at = text_of(browser.get(url("template-looked-at", template.pk), place, headers=HTMX))

    assert "返金" in opened
    assert "遅延" in found
    assert "返金" not in found
    assert "髙橋 由美子 様\n\nHK-104733は<mark>{{?お届け日}}</mark>に届きます。" in looked_at
    assert 'value="お届け日"' in looked_at


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
    assert f'data-template="reply/{reply.pk}"' in page


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


def test_a_shared_template_is_handed_over_in_the_editor():
    leader, agent = make_user(Role.SUPERVISOR), make_user(name="小林 あかり")
    template = make_template(leader, name="遅延", scope=Scope.ALL)
    browser = browser_of(leader)

    page = text_of(browser.get(url("template", template.pk)))
    browser.post(url("template-give", template.pk), {"owner": str(agent.pk)})

    assert f'<option value="{agent.pk}">小林 あかり</option>' in page
    template.refresh_from_db()
    assert template.owner == agent
