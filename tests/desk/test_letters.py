"""How letters begin, after the manners of Japanese mail."""

from datetime import UTC, datetime

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.channels.signatures import signature
from madoguchi.conversations.models import Conversation, Message
from madoguchi.customers.addressing import salutation
from madoguchi.customers.models import Customer, Organisation
from madoguchi.desk.letters import (
    forwarded,
    opening,
    quote,
    read_addresses,
    recipients,
)
from madoguchi.ui.dates import Words

NOW = datetime(2026, 11, 20, 1, 23, tzinfo=UTC)
RULED = "────────\nはるかぜ日用品店\n────────"


@pytest.mark.parametrize(
    ("customer", "language", "words"),
    [
        (Customer(family_name="髙橋", given_name="由美子"), "ja", "髙橋\u3000由美子 様"),
        (Customer(family_name="髙橋"), "ja", "髙橋 様"),
        (Customer(display_name="Emily"), "ja", "Emily 様"),
        (Customer(display_name="a@mail.example"), "ja", "お客様"),
        (Customer(display_name="楽天市場店のお客様"), "ja", "楽天市場店のお客様"),
        (Customer(display_name="中島様"), "ja", "中島 様"),
        (Customer(family_name="中島様"), "ja", "中島様"),
        (
            Customer(display_name="つむぎ", honorific="御中", organisation=Organisation(name="株式会社つむぎ")),
            "ja",
            "株式会社つむぎ 御中",
        ),
        (
            Customer(family_name="斎藤", department="総務部", organisation=Organisation(name="株式会社つむぎ")),
            "ja",
            "株式会社つむぎ 総務部\n斎藤 様",
        ),
        (Customer(family_name="山本", honorific="先生"), "ja", "山本 先生"),
        (Customer(family_name="Thompson", given_name="Emily", language="en"), "en", "Dear Emily Thompson,"),
        (Customer(family_name="Thompson", given_name="Emily", language="en"), "ja", "Emily Thompson 様"),
        (Customer(family_name="Müller", given_name="Jürgen"), "en", "Dear Jürgen Müller,"),
        (Customer(family_name="Tanaka", given_name="Taro", language="ja"), "en", "Dear Taro Tanaka,"),
        (Customer(family_name="Tanaka", given_name="Taro", language="ja"), "ja", "Tanaka Taro 様"),
        (Customer(family_name="髙橋", given_name="由美子"), "en", "Dear 髙橋 由美子,"),
        (Customer(family_name="Thompson"), "en", "Dear Thompson,"),
        (Customer(display_name="Emily Thompson"), "en", "Dear Emily Thompson,"),
        (Customer(display_name="e@mail.example"), "en", "Dear customer,"),
    ],
)
def test_salutation(customer, language, words):
    assert salutation(customer, language) == words


@pytest.mark.parametrize(
    ("shared", "own", "whole"),
    [
        (RULED, "担当:小林", "────────\nはるかぜ日用品店\n担当:小林\n────────"),
        (RULED, "", RULED),
        ("はるかぜ日用品店", "担当:小林", "はるかぜ日用品店\n担当:小林"),
        ("", "担当:小林", "担当:小林"),
        ("", "", ""),
    ],
)
def test_the_person_stands_inside_the_rules_of_the_shared_signature(shared, own, whole):
    assert signature(Inbox(signature=shared), User(signature=own)) == whole


def test_the_caret_waits_between_addressee_and_signature():
    assert opening("髙橋 様", "はるかぜ") == ("髙橋 様\n\n\n\nはるかぜ\n", 6)
    assert opening("𠮷野 様", "")[1] == 7
    assert opening("", "") == ("", 0)


def test_addresses_as_people_type_them():
    typed = [
        "髙橋 <yumiko@mail.example>",
        '"Suzuki, Ken" <ken@mail.example>',
        "bare@mail.example",
        "BARE@mail.example",
        " ",
    ]

    assert read_addresses(typed) == (
        Address("yumiko@mail.example", "髙橋"),
        Address("ken@mail.example", "Suzuki, Ken"),
        Address("bare@mail.example"),
    )


def test_a_quotation_names_who_wrote_when():
    message = Message(sender_name="髙橋", sender_address="y@mail.example", text="一行\n\n二行\n", at=NOW)

    assert quote(message, Words(NOW), "ja") == "\n2026年11月20日(金) 10:23 髙橋 <y@mail.example>:\n> 一行\n>\n> 二行\n"


def test_a_quotation_speaks_the_language_of_the_letter_not_of_its_writer():
    message = Message(sender_name="Emily", sender_address="e@mail.example", text="One", at=NOW)

    assert quote(message, Words(NOW), "en") == "\nFri 20 Nov 2026, 10:23 Emily <e@mail.example>:\n> One\n"


def test_what_is_passed_on_keeps_its_head():
    parties = [{"email": "s@shop.example", "name": ""}, {"email": "t@shop.example", "name": "田中"}]
    message = Message(
        sender_name="髙橋", sender_address="y@mail.example", text="本文", at=NOW, subject="件名", to=parties
    )

    text = forwarded(message, Words(NOW))

    for line in (
        "髙橋 <y@mail.example>",
        "2026年11月20日(金) 10:23",
        "件名",
        "s@shop.example, 田中 <t@shop.example>",
        "本文",
    ):
        assert line in text


def test_the_language_of_the_answer_is_the_customers():
    conversation = Conversation(customer=Customer(language="zh"), inbox=Inbox(language="ja"))

    assert conversation.letter_language == "zh"
    conversation.language = "en"
    assert conversation.letter_language == "en"
    conversation.language = conversation.customer.language = ""
    assert conversation.letter_language == "ja"


@pytest.mark.django_db
def test_without_a_mail_from_them_the_customer_is_written_to():
    conversation = make_conversation(make_inbox())

    to, cc = recipients(conversation, None, set(), to_all=True)

    assert (to, cc) == ([{"email": "yumiko@mail.example", "name": "髙橋 由美子"}], [])
    conversation.customer.identities.all().delete()
    assert recipients(conversation, None, set(), to_all=False)[0] == []
    assert make_user().signature == ""
