"""What the palette offers of the open conversation, and what it is found by."""

import html
import json
import re

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.channels.actions import store_raw
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.triage import assign, change_status, follow
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="ja")


@pytest.fixture
def conversation():
    return make_conversation()


def offered(user, conversation, typed=""):
    answer = text_of(browser_of(user).get("/palette", {"q": typed, "number": conversation.pk}, headers=HTMX))
    return [html.unescape(each) for each in re.findall(r"<(?:a|button)[^>]*role=\"option\".*?</(?:a|button)>", answer)]


def words(options):
    return [re.search(r"<span>(.*?)</span>", option).group(1) for option in options]


def test_the_empty_palette_offers_the_deeds_of_the_open_conversation_first(agent, conversation):
    options = words(offered(agent, conversation))

    assert options[:5] == ["返信", "転送", "社内メモ", "対応中", "お客様の返信待ち"]
    for word in ("対応完了", "保留…", "自分が担当する", "タグ・分類", "別の問い合わせと統合", "フォローする", "印刷"):
        assert word in options
    assert "新着" not in options[:20]  # it is that already
    assert options.index("印刷") < options.index("下書き")


def test_without_an_open_conversation_there_are_no_deeds(agent):
    answer = text_of(browser_of(agent).get("/palette", {"number": "x"}, headers=HTMX))

    assert "対応完了" not in answer
    assert "下書き" in answer


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("対応完了", "対応完了"),
        ("たいおうかん", "対応完了"),
        ("ﾀｲｵｳｶﾝﾘｮｳ", "対応完了"),
        ("done", "対応完了"),
        ("ほりゅう", "保留…"),
        ("スヌーズ", "保留…"),
        ("snooze", "保留…"),
        ("統合", "別の問い合わせと統合"),
        ("merge", "別の問い合わせと統合"),
        ("いんさつ", "印刷"),
        ("タグ", "タグ・分類"),
        ("assign", "自分が担当する"),
        ("フォロー", "フォローする"),
        ("reply", "返信"),
    ],
)
def test_deeds_are_found_by_japanese_kana_and_english(agent, conversation, typed, word):
    assert words(offered(agent, conversation, typed))[0] == word


def test_a_deed_is_posted_and_done(agent, conversation):
    (done,) = [each for each in offered(agent, conversation, "done") if "対応完了" in each]
    url, values = re.search(r'hx-post="([^"]+)"', done).group(1), re.search(r'hx-vals="({.*?})"', done).group(1)

    browser_of(agent).post(url, json.loads(values), headers=HTMX)

    conversation.refresh_from_db()
    assert conversation.status == Status.DONE


def test_people_are_found_by_name_and_made_the_assignee(agent, conversation):
    nakamura, viewer = make_user(name="中村 大輔"), make_user(Role.VIEWER, name="中村 見学")

    options = offered(agent, conversation, "中村")

    assigning = [each for each in options if "hx-vals" in each]
    assert words(assigning) == [nakamura.name]
    assert f'{{"assignee": "{nakamura.pk}"}}' in assigning[0]
    assert "中村 大輔" not in words(offered(agent, conversation))
    assert viewer.name not in words(assigning)


def test_what_is_offered_follows_the_state(agent, conversation):
    raw = store_raw(b"From: a@b.example\r\n\r\nx", source="smtp", inbox=conversation.inbox)
    second = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)
    Message.objects.filter(pk=second.pk).update(raw=raw)
    assign([conversation], agent, user=agent)
    follow(conversation, user=agent, is_on=True)
    take_lock(conversation, user=make_user(name="佐々木 美穂"))

    options = words(offered(agent, conversation))

    for word in ("お客様の最新のメールを分割", "フォローをやめる", "返信を引き継ぐ", "担当者なし", "文字化け? 再解釈"):
        assert word in options, word
    assert "自分が担当する" not in options


def test_a_viewer_is_offered_reading_only(conversation):
    viewer = make_user(Role.VIEWER, language="ja")

    options = words(offered(viewer, conversation))

    assert options[:2] == ["印刷", conversation.customer.label]
    assert "対応完了" not in options


def test_of_a_closed_conversation_only_those_who_may_change_it_are_offered_more(agent, conversation):
    admin = make_admin(language="ja")
    change_status([conversation], Status.CLOSED, user=admin)

    assert "対応中" not in words(offered(agent, conversation))
    assert "返信" not in words(offered(agent, conversation))
    assert "対応中" in words(offered(admin, conversation))


def test_nothing_is_offered_of_what_one_may_not_see(agent):
    hidden = make_conversation(make_inbox(is_open_to_all=False))

    assert not [each for each in offered(agent, hidden) if str(hidden.pk) in each]


def test_no_two_options_have_the_same_name(agent, conversation):
    ids = re.findall(r'id="(option-[^"]*)"', "".join(offered(agent, conversation, "対応")))

    assert len(ids) == len(set(ids)) > 3


def test_over_a_letter_templates_come_first_and_go_into_it(agent, conversation):
    template = make_template(agent, name="返品のご案内", body="返品を承ります。")

    page = text_of(browser_of(agent).get("/palette", {"q": "返品", "number": conversation.pk, "writing": "1"}))

    first = page[: page.index("</div>")]
    assert f'data-wording-put="/templates/{template.pk}/insert"' in first
    assert page.count("返品のご案内") == 1


def test_a_template_that_is_called_so_comes_before_inquiries_that_mention_it(agent):
    make_template(agent, name="返品受付", body="返品を承ります。")
    make_template(agent, name="送料", body="返品の送料です。")
    mentioning = make_conversation(subject="返品受付について")

    assert words(offered(agent, mentioning, "返品受付"))[0] == "返品受付"
    assert words(offered(agent, mentioning, "返品"))[:1] == ["返品受付"]
    assert words(offered(agent, mentioning, "送料について")) != ["送料"]
