"""To whom a letter goes and how it greets: what is found, and what must not be."""

import pytest
from tests.factories.findings import hits
from tests.factories.preflight import FIRM, YUMIKO, look, make_surroundings

from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.outgoing import Recipient
from madoguchi.preflight.parts import Part
from madoguchi.preflight.surroundings import Person

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("高橋 由美子 様", [("高橋 由美子", "髙橋\u3000由美子")]),
        ("高橋様", [("高橋", "髙橋")]),
        ("佐藤 花子 様", [("佐藤 花子", "髙橋\u3000由美子")]),
        ("たかはし ゆみこ 様", [("たかはし ゆみこ", "タカハシ ユミコ")]),
        ("佐藤 由美子 様", [("佐藤 由美子", "髙橋\u3000由美子")]),
    ],
)
def test_greeting_of_somebody_else_or_spelled_otherwise_is_found(greeting, expected):
    found = look(Check.GREETING, f"{greeting}\n\n本日発送いたします。")

    assert hits(found) == expected


@pytest.mark.parametrize(
    "greeting",
    ["髙橋 由美子 様", "髙橋\u3000由美子様", "髙橋様", "由美子様", "お客様", "Dear customer,", "お客様各位"],
)
def test_greeting_of_the_customer_is_right(greeting):
    assert look(Check.GREETING, f"{greeting}\n\n本日発送いたします。") == []


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("みどり商事株式会社 御中", [("みどり商事株式会社", "株式会社みどり商事")]),
        ("株式会社みどり商事\n総務部 山田太郎様", []),
        ("株式会社みどり商事 総務部 部長 山田 太郎 様", []),
        ("株式会社みどり商事 御中", []),
        ("株式会社みどり商事 ご担当者様", []),
        ("株式会社あおば物産 ご担当者様", [("株式会社あおば物産 ご担当者", "山田\u3000太郎")]),
        ("株式会社あおば物産 御中", [("株式会社あおば物産", "株式会社みどり商事")]),
        ("株式会社みどり商事\n総務部 山本様", [("総務部 山本", "山田\u3000太郎")]),
    ],
)
def test_greeting_of_a_firm(greeting, expected):
    around = make_surroundings(customer=FIRM)

    found = look(Check.GREETING, f"{greeting}\n\nお世話になっております。", around=around)

    assert hits(found) == expected


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("合同会社つむぎ設計\n経理担当 大西様", []),
        ("合同会社つむぎ設計 経理担当 大西 様", []),
        ("大西様", []),
        ("合同会社つむぎ設計 御中", []),
        ("大山様", ["大山"]),
    ],
)
def test_greeting_of_somebody_who_signs_with_the_firm(greeting, expected):
    around = make_surroundings(customer=Person(called="合同会社つむぎ設計 経理担当 大西"))
    recipients = (Recipient("yumiko@mail.example"),)

    found = look(Check.GREETING, f"{greeting}\n\nお世話になっております。", around=around, recipients=recipients)

    assert [each.words for each in found] == expected


def test_greeting_that_is_missing_is_only_shown():
    (found,) = look(Check.GREETING, "本日発送いたします。")

    assert (found.level, found.repair.text) == (Level.NOTE, "髙橋\u3000由美子 様\n\n")


def test_greeting_of_another_recipient_is_right():
    recipients = (Recipient("ichiro@mail.example", "髙橋 一郎"),)

    assert look(Check.GREETING, "髙橋 一郎 様\n\n本日発送いたします。", recipients=recipients) == []


@pytest.mark.parametrize("customer", [None, Person()])
def test_greeting_of_nobody_known_is_not_judged(customer):
    assert look(Check.GREETING, "佐藤 花子 様\n\n", around=make_surroundings(customer=customer)) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("yumiko@mial.example", "may be a slip"),
        ("hanako@gmial.com", "Did you mean gmail.com"),
        ("other@mail.example", "has not taken part"),
        ("other@elsewhere.example", "belongs to a domain"),
        ("yumiko@gmail.com", "is a private mailbox"),
    ],
)
def test_recipients_nobody_has_used_here_are_named(address, words):
    (found,) = look(Check.RECIPIENTS, "本文", recipients=(Recipient(address, part=Part.CC),))

    assert words in str(found.message)
    assert (found.place.part, found.words) == (Part.CC, address)


@pytest.mark.parametrize("address", ["yumiko@mail.example", "colleague@shop.example"])
def test_recipients_who_take_part_or_are_colleagues_are_right(address):
    assert look(Check.RECIPIENTS, "本文", recipients=(Recipient(address),)) == []


@pytest.mark.parametrize(
    "domain", ["k3.dion.ne.jp", "ocn.ne.jp", "rg7.so-net.ne.jp", "biglobe.ne.jp", "plum.plala.or.jp"]
)
def test_a_mailbox_at_a_provider_is_a_private_one(domain):
    around = make_surroundings(known_addresses=frozenset({f"yumiko@{domain}"}))

    (firm,) = look(Check.RECIPIENTS, "本文", recipients=(Recipient(f"taro@{domain}"),))
    (private,) = look(Check.RECIPIENTS, "本文", recipients=(Recipient("taro@gmail.com"),), around=around)

    assert "is a private mailbox" in str(firm.message)
    assert "belongs to a domain" in str(private.message)


def test_forward_may_go_to_a_new_domain_but_not_to_a_slip():
    values = {"subject": "Fw: 商品", "recipients": (Recipient("ware@house.example"), Recipient("a@gmai.com"))}

    found = look(Check.RECIPIENTS, "よろしくお願いします。", **values)

    assert [each.words for each in found] == ["a@gmai.com"]


def test_several_outsiders_see_each_other():
    recipients = (Recipient("a@one.example"), Recipient("b@two.example", part=Part.CC), Recipient("c@shop.example"))

    (found,) = look(Check.MANY, "本文", recipients=recipients)

    assert found.words == "a@one.example, b@two.example"


def test_outsiders_in_bcc_do_not_see_each_other():
    recipients = (Recipient("a@one.example"), Recipient("b@two.example", part=Part.BCC))

    assert look(Check.MANY, "本文", recipients=recipients) == []


def test_outsiders_who_all_take_part_know_each_other():
    known = frozenset({"a@one.example", "b@two.example"})
    recipients = (Recipient("a@one.example"), Recipient("b@two.example"))

    assert look(Check.MANY, "本文", recipients=recipients, around=make_surroundings(known_addresses=known)) == []


def test_the_customer_has_a_name_to_be_greeted_by():
    assert (YUMIKO.written, Person(called="こたつ").written, Person().written) == ("髙橋\u3000由美子", "こたつ", "")
