"""The search box over conversations: senders and recipients in any spelling, what is known of customers, conditions."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.triage import assign, set_category, set_priority
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.models import Category
from madoguchi.conversations.searching import search_conversations
from madoguchi.customers.actions import add_identity, change_customer
from madoguchi.customers.choices import IdentityKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(name="渡辺 由紀", email="yuki@desk.example", language="ja")


def of(address, name="", **values):
    """A conversation that somebody of this name began."""
    return make_conversation(sender=Address(address, name), **{"text": "お願いします。"} | values)


def found(user, text):
    return [each.conversation for each in search_conversations(user, text).found]


@pytest.mark.parametrize(
    "text",
    [
        "from:渡邉",
        "from:渡邊",
        "from:渡辺",
        "差出人:渡辺智子",
        "差出人:わたなべ",
        "差出人：ワタナベ",
        "from:ﾜﾀﾅﾍﾞ",
        'from:"渡邊 智子"',
        "from:tomoko",
        "from:TOMOKO@mail.example",
        "from:mail.example",
    ],
)
def test_senders_are_found_in_any_spelling(me, text):
    watanabe = of("tomoko@mail.example", "渡邉 智子")
    of("shota@other.example", "髙橋 翔太", text="渡辺様、わたなべ様へ tomoko@mail.example")

    assert found(me, text) == [watanabe]


@pytest.mark.parametrize("text", ["from:高橋", "from:髙橋", "from:たかはし", "差出人:高橋翔太", "-from:渡辺"])
def test_the_other_sender_is_found_as_well(me, text):
    of("tomoko@mail.example", "渡邉 智子")
    takahashi = of("shota@other.example", "髙橋 翔太")

    assert found(me, text) == [takahashi]


def test_notes_are_from_nobody(me):
    conversation = of("shota@other.example", "髙橋 翔太")
    add_note(conversation, "渡辺がお電話しました", user=me)

    assert found(me, "from:渡辺") == []


def test_our_replies_are_from_whoever_wrote_them(me):
    conversation = of("shota@other.example", "髙橋 翔太")
    reply_to(conversation, me, text="お送りします。")

    assert found(me, "from:渡邊") == found(me, "from:わたなべ") == found(me, "from:yuki@desk.example") == [conversation]
    assert found(me, f"from:{conversation.inbox.address}") == [conversation]


def test_a_sender_is_also_found_by_the_name_that_was_used_only_once(me):
    inbox = make_inbox()
    of("tomoko@mail.example", "渡邉 智子", inbox=inbox)
    married = of("tomoko@mail.example", "齋藤 智子", inbox=inbox, subject="別の件")

    assert found(me, "from:斎藤") == [married]


def test_a_sender_is_found_by_what_is_recorded_of_the_customer(me):
    conversation = of("e@mail.example", "Thompson")
    change_customer(conversation.customer, by=me.actor, family_name="Thompson", family_kana="トンプソン")

    assert found(me, "from:ﾄﾝﾌﾟｿﾝ") == found(me, "from:とんぷそん") == [conversation]


@pytest.mark.parametrize(
    "text", ["to:渡辺", "宛先:渡邊", "to:わたなべ", "宛先:渡辺智子", "to:tomoko", "to:ＴＯＭＯＫＯ"]
)
def test_recipients_are_found_in_any_spelling(me, text):
    conversation = of("tomoko@mail.example", "渡邉 智子")
    other = of("shota@other.example", "髙橋 翔太")
    reply_to(conversation, me, to=(Address("tomoko@mail.example", "渡邉 智子"),), text="お送りします。")
    reply_to(other, me, to=(Address("shota@other.example", "髙橋 翔太"),), text="渡辺様とは別の件です。")
    add_note(other, "渡辺", user=me)

    assert found(me, text) == [conversation]


def test_a_recipient_is_found_by_what_is_recorded_of_the_customer(me):
    conversation = of("e@mail.example", "Thompson")
    change_customer(conversation.customer, by=me.actor, family_kana="トンプソン")
    reply_to(conversation, me, to=(Address("storehouse@shop.example"),), text="出荷をお願いします。")

    assert found(me, "to:ﾄﾝﾌﾟｿﾝ") == []

    reply_to(conversation, me, to=(Address("E@mail.example"),), text="お送りしました。")

    assert found(me, "to:ﾄﾝﾌﾟｿﾝ") == [conversation]


def test_those_who_read_along_are_recipients(me):
    copied = of("a@mail.example", cc=(Address("boss@mail.example", "渡邊 部長"),))
    answered = of("b@mail.example", "別人")
    reply_to(answered, me, to=(Address("b@mail.example"),), cc=(Address("w@mail.example", "渡邉"),), text="はい")

    assert set(found(me, "to:渡辺")) == {copied, answered}


def test_what_many_sent_is_found_without_a_list_of_it(me, monkeypatch):
    monkeypatch.setattr("madoguchi.conversations.conditions._MOST_LISTED", 1)
    first, second = of("tomoko@mail.example", "渡邉 智子"), of("yuki@mail.example", "渡辺 由紀")
    other = of("shota@other.example", "髙橋 翔太")

    assert set(found(me, "from:渡辺")) == {first, second}
    assert found(me, "-from:渡辺") == [other]


def test_the_keys_of_recipients_are_no_recipients(me):
    of("tomoko@mail.example", "渡邉 智子")

    assert found(me, "to:email") == found(me, "to:na.e") == []


@pytest.mark.parametrize(
    "text",
    [
        "070-0000-0105",
        "07000000105",
        "０７０－００００－０１０５",
        "トンプソン",
        "ﾄﾝﾌﾟｿﾝ",
        "とんぷそん",
        "070-0000-0105 土鍋",
        "割れ OR ﾄﾝﾌﾟｿﾝ",
    ],
)
def test_conversations_are_found_by_what_is_known_of_the_customer(me, text):
    known = of("e@mail.example", "Thompson Emily", subject="土鍋")
    of("shota@other.example", "髙橋 翔太", subject="土鍋")
    change_customer(known.customer, by=me.actor, family_name="Thompson", family_kana="トンプソン")
    add_identity(known.customer, IdentityKind.PHONE, "070-0000-0105", by=me.actor)

    results = search_conversations(me, text)

    assert [each.conversation for each in results.found] == [known]
    assert (results.is_near, results.count) == (False, 1)


def test_what_is_known_of_a_customer_leads_only_to_what_one_may_see(me):
    hidden = of("e@mail.example", "Emily", inbox=make_inbox(is_open_to_all=False))
    add_identity(hidden.customer, IdentityKind.PHONE, "070-0000-0105", by=me.actor)

    assert found(me, "070-0000-0105") == []


def test_a_customer_is_known_under_the_new_kana_only(me):
    conversation = of("e@mail.example", "Emily")
    change_customer(conversation.customer, by=me.actor, family_kana="トンプソン")
    change_customer(conversation.customer, by=me.actor, family_kana="テイラー")

    assert found(me, "テイラー") == [conversation]
    assert found(me, "トンプソン") == []


def test_other_words_of_the_search_still_count(me):
    conversation = of("e@mail.example", "Emily", subject="土鍋")
    add_identity(conversation.customer, IdentityKind.PHONE, "070-0000-0105", by=me.actor)

    assert found(me, "070-0000-0105 -土鍋") == []
    assert found(me, "070-0000-0105 from:shota") == []


@pytest.mark.parametrize("text", ["パソコン", "コンピューター"])
def test_synonyms_do_not_mean_addresses(me, text):
    of("e@pc.example", "Emily", text="お返事は e@pc.example までお願いします。")
    about = of("f@mail.example", "Fumi", text="PC が動きません。")

    assert found(me, text) == [about]
    assert {each.pk for each in found(me, "pc")} >= {about.pk}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "text", ["is:対応中", 'is:"In progress"', "is:open -is:new", "状態:対応中", 'status:"in progress"']
)
def test_statuses_are_understood_in_both_languages(me, language, text):
    of("a@mail.example")
    mine = of("b@mail.example")
    assign([mine], me, user=me)

    with translation.override(language):
        results = search_conversations(me, text)

    assert [each.conversation for each in results.found] == [mine]
    assert results.unknown == []


@pytest.mark.parametrize(
    "text",
    ["優先度:高", "priority:high", "priority:高", "優先度:High", "分類:返品", "category:初期不良", "分類:返品初期不良"],
)
def test_priority_and_category_are_conditions(me, text):
    of("a@mail.example")
    filed = of("b@mail.example")
    main = Category.objects.create(name="返品")
    set_priority([filed], Priority.HIGH, user=me)
    set_category([filed], Category.objects.create(name="初期不良", parent=main), user=me)

    assert found(me, text) == [filed]


def test_a_desk_is_a_condition(me):
    of("a@mail.example", inbox=make_inbox(name="一般"))
    asked = of("b@mail.example", inbox=make_inbox(name="法人窓口"))

    assert found(me, "desk:法人窓口") == found(me, "窓口:法人") == found(me, "inbox:ほうじん") == [asked]


def test_pictures_are_a_condition(me):
    of("a@mail.example", attachments=(InboundAttachment("見積書.txt", "text/plain", b"x"),))
    shown = of("b@mail.example", attachments=(InboundAttachment("傷.png", "image/png", b"x"),))

    assert found(me, "has:image") == found(me, "has:写真") == [shown]


@pytest.mark.parametrize(
    "text", ["is:foo", "status:弱い", "has:wings", "優先度:最高級", "分類:無い", "desk:無い", "number:abc"]
)
def test_what_is_no_condition_is_said_to_be_unknown_and_nothing_else(me, text):
    of("a@mail.example")

    results = search_conversations(me, text)

    assert [each.value for each in results.unknown] == [text.partition(":")[2]]
    assert (results.found, results.understood()) == ([], [])
    assert len(found(me, f"-{text}")) == 1


@pytest.mark.parametrize(
    ("text", "in_japanese", "in_english"),
    [
        ("is:新着", "新着", "New"),
        ("-is:new", "新着以外", "not: New"),
        ("status:open", "ステータス: 未完了のもの", "Status: not finished yet"),
        ("状態:wait", "ステータス: お客様の返信待ち", "Status: Waiting for customer"),
        ("優先度:urgent", "優先度: 緊急", "Priority: Urgent"),
        ("assignee:me", "担当者: 自分", "Assignee: me"),
        ("-担当:なし", "担当者: 担当者なし以外", "Assignee: not nobody"),
        ("from:渡辺", "差出人: 渡辺", "From: 渡辺"),
    ],
)
def test_values_are_said_in_the_readers_language(me, text, in_japanese, in_english):
    results = search_conversations(me, text)

    with translation.override("ja"):
        assert results.understood() == [in_japanese]
    with translation.override("en"):
        assert results.understood() == [in_english]


def test_assignees_and_tags_are_found_in_any_spelling(me):
    mine = of("a@mail.example")
    of("b@mail.example")
    assign([mine], me, user=me)

    assert found(me, "担当:渡邊") == found(me, "assignee:わたなべ") == found(me, "assignee:YUKI@desk.example") == [mine]
    assert found(me, "assignee:、") == []
