"""名寄せ: who may be one person, and why."""

import pytest

from madoguchi.customers import actions
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.domains import firm_domain, is_free_mail
from madoguchi.customers.matching import Sign, firm_key, place_key
from madoguchi.customers.models import Customer, MatchKey, PostalAddress, Suggestion
from madoguchi.customers.queries import household_of, suggestions_of
from madoguchi.events.actor import Actor

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
HOME = {"postal_code": "604-0000", "prefecture": "京都府", "city": "京都市中京区", "street": "東雲町315"}


def add(family="渡邉", given="智子", *, mail="", **values):
    return actions.create_customer(by=BY, emails=[mail] if mail else [], family_name=family, given_name=given, **values)


def match():
    while actions.refresh_stale():
        pass


def signs():
    match()
    return [row.signs for row in Suggestion.objects.order_by("pk")]


def test_people_of_the_same_name_are_never_suggested_for_it():
    add(
        "藤井",
        "正人",
        mail="masato.fujii@mail.example",
        phones=["090-0000-0127"],
        family_kana="フジイ",
        given_kana="マサト",
    )
    add(
        "藤井",
        "正人",
        mail="fujii.masato.2@pc.example",
        phones=["080-0000-0128"],
        family_kana="フジイ",
        given_kana="マサト",
    )

    assert signs() == []


@pytest.mark.parametrize(
    ("family", "given", "more", "sign"),
    [
        ("渡邉", "智子", {}, Sign.NAME),
        ("渡辺", "智子", {}, Sign.VARIANT),
        ("渡邊", "智 子", {}, Sign.VARIANT),
        ("ワタナベ", "トモコ", {}, Sign.READING),
        ("ﾜﾀﾅﾍﾞ", "ﾄﾓｺ", {}, Sign.READING),
        ("わたなべ", "ともこ", {}, Sign.READING),
        ("", "", {"display_name": "渡辺 智子"}, Sign.VARIANT),
    ],
)
def test_the_same_number_and_name_in_any_spelling_is_suggested(family, given, more, sign):
    add(phones=["070-0000-0105"], family_kana="ワタナベ", given_kana="トモコ")
    add(family, given, phones=["07000000105"], **more)

    assert signs() == [[Sign.PHONE, sign]]


def test_a_family_that_shares_a_number_is_a_household_and_no_duplicate():
    mother = add("渡邉", "智子", phones=["03-1234-5678"])
    son = add("渡邉", "健", phones=["03-1234-5678"])

    assert signs() == []
    assert list(household_of(mother)) == [son]


def test_the_same_address_counts_whatever_its_spelling():
    add(addresses=[HOME | {"street": "東雲町３１５"}])
    add(addresses=[HOME | {"street": "東雲町三一五", "postal_code": ""}])

    assert signs() == [[Sign.ADDRESS, Sign.NAME]]


def test_another_reading_speaks_against_it():
    add("佐藤", "幸子", phones=["03-1234-5678"], family_kana="サトウ", given_kana="サチコ")
    add("佐藤", "幸子", phones=["03-1234-5678"], family_kana="サトウ", given_kana="ユキコ")

    assert signs() == []


def test_the_same_firm_counts_in_any_spelling_and_another_speaks_against():
    add("中島", "綾", company="株式会社あおぞら企画")
    add("中島", "綾", company="(株)あおぞら企画")
    add("小川", "翔", company="北風商事株式会社", phones=["011-123-4567"])
    add("小川", "翔", company="南風商事株式会社", phones=["011-123-4567"])

    assert signs() == [[Sign.COMPANY, Sign.NAME]]


def test_the_name_in_the_mail_address_counts_but_not_that_of_an_office():
    add("加藤", "久美", mail="kumi.kato@mail.example")
    add("加藤", "久美", mail="kumi.kato@work.example")
    add("森", "薫", mail="support@a.example")
    add("森", "薫", mail="support@b.example")

    assert signs() == [[Sign.LOCAL, Sign.NAME]]


def test_somebody_without_a_name_needs_two_signs():
    add(phones=["03-1234-5678"], addresses=[HOME])
    add("", "", mail="x@mail.example", phones=["03-1234-5678"])
    add("", "", mail="y@mail.example", phones=["03-1234-5678"], addresses=[HOME])

    assert signs() == [[Sign.PHONE, Sign.ADDRESS, Sign.NO_NAME]]


def test_a_decision_is_remembered():
    first, second = add(phones=["03-1234-5678"]), add(phones=["03-1234-5678"])
    match()
    actions.decide(Suggestion.objects.get(), SuggestionState.DIFFERENT, by=BY)

    actions.change_customer(first, by=BY, note="x")
    match()

    assert Suggestion.objects.get().state == SuggestionState.DIFFERENT
    assert not suggestions_of(second).exists()
    actions.decide(Suggestion.objects.get(), SuggestionState.OPEN, by=BY)
    assert suggestions_of(second).get().score == 70


def test_a_suggestion_goes_when_its_reason_goes():
    first = add(phones=["03-1234-5678"])
    add(phones=["03-1234-5678"])
    match()

    actions.remove_identity(first.identities.get(), by=BY)

    assert signs() == []
    assert not MatchKey.objects.filter(customer=first).exists()


def test_the_number_of_a_call_centre_says_nothing():
    for number in range(32):
        add("客", f"{number % 2}", phones=["0120-123-456"])

    match()

    assert Suggestion.objects.count() <= 1


def test_only_what_changed_is_compared_again():
    add(phones=["03-1234-5678"])
    match()

    assert actions.refresh_stale() == 0
    assert Customer.objects.get().matched_version == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [("㈱あおぞら企画", "あおぞら企画"), ("北風商事(株)", "北風商事"), ("株式会社 北風商事", "北風商事")],
)
def test_a_firm_is_compared_without_its_form(name, key):
    assert firm_key(name) == firm_key(key)


def test_an_address_without_a_number_is_no_sign():
    assert place_key(PostalAddress(prefecture="東京都", city="大島町", street="元浜字椿野番地なし")) == ""


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@kitakaze-shoji.example", "kitakaze-shoji.example"),
        ("a@gmail.com", ""),
        ("a@docomo.ne.jp", ""),
        ("a@aa2.so-net.ne.jp", ""),
        ("a@yahoo.co.jp", ""),
        ("nobody", ""),
    ],
)
def test_free_mail_says_nothing_about_a_firm(address, domain):
    assert firm_domain(address) == domain
    assert is_free_mail("ezweb.ne.jp")
