"""Who the customer is."""

import pytest
from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.customers import queries
from madoguchi.customers.actions import (
    add_identity,
    change_customer,
    create_customer,
    identify_customer,
    mark_bounced,
    set_charset,
)
from madoguchi.customers.addressing import salutation
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def make_customer(**values):
    defaults = {"emails": ["Yumiko@mail.example", "y@keitai-d.example"], "family_name": "髙橋", "given_name": "由美子"}
    return create_customer(by=BY, **defaults | values)


def test_both_addresses_lead_to_the_customer():
    customer = make_customer(phones=["090-0000-0103"], family_kana="タカハシ", given_kana="ユミコ")

    assert queries.find_by_address("yumiko@MAIL.example") == customer
    assert identify_customer(IdentityKind.MAIL, "y@keitai-d.example").customer == customer
    assert (customer.label, customer.kana, str(customer)) == ("髙橋 由美子", "タカハシ ユミコ", "髙橋 由美子")
    phone = Identity.objects.get(kind=IdentityKind.PHONE)
    assert (phone.key, phone.text) == ("+819000000103", "090-0000-0103")


def test_company_without_a_person_is_addressed_as_a_company():
    customer = make_customer(emails=["info@co.example"], family_name="", given_name="", company="北風商事株式会社")

    assert (customer.label, customer.honorific) == ("北風商事株式会社", Honorific.ONCHU)


@pytest.mark.parametrize(
    ("display", "expected"),
    [("お客様", "お客様"), ("こたつ様", "こたつ 様"), ("こたつ", "こたつ 様"), ("ゲスト", "お客様")],
)
def test_a_name_that_is_none_gets_no_second_honorific(display, expected):
    customer = make_customer(family_name="", given_name="", display_name=display)

    assert salutation(customer, "ja") == expected


def test_address_of_another_customer_is_refused():
    first = make_customer()
    second = make_customer(emails=["other@mail.example"])

    with pytest.raises(Invalid) as refused:
        add_identity(second, IdentityKind.MAIL, "yumiko@mail.example", by=BY)

    assert (refused.value.field, refused.value.facts) == ("address", {})
    assert add_identity(first, IdentityKind.MAIL, "yumiko@mail.example", by=BY).customer == first


def test_unknown_writer_becomes_a_customer_under_the_name_they_use():
    identity = identify_customer(IdentityKind.MAIL, "New@mail.example", name="新規 客")

    assert (identity.key, identity.shown, identity.customer.label) == (
        "new@mail.example",
        "New@mail.example",
        "新規 客",
    )


def test_hard_bounce_is_noted_once():
    make_customer()

    mark_bounced("yumiko@mail.example", "userunknown")
    mark_bounced("yumiko@mail.example", "mailboxfull")

    assert Identity.objects.get(key="yumiko@mail.example").bounce_reason == "userunknown"
    assert Event.objects.filter(kind="identity_bounced").count() == 1


def test_completion_finds_by_beginning_of_address_and_by_name():
    make_customer()

    assert [each.key for each in queries.complete_addresses("yumi", customers=None)] == ["yumiko@mail.example"]
    assert {each.key for each in queries.complete_addresses("由美子", customers=None)} == {
        "yumiko@mail.example",
        "y@keitai-d.example",
    }
    assert queries.complete_addresses(" ", customers=None) == []


def test_change_and_load():
    customer = make_customer()

    change_customer(customer, by=BY, note="お耳が遠い", is_vip=True)

    loaded = queries.get_customer(customer.pk)
    assert (loaded.note, loaded.is_vip, len(loaded.identities.all())) == ("お耳が遠い", True, 2)
    assert {each.customer for each in queries.identities_for(["y@keitai-d.example"])} == {customer}
    with pytest.raises(NotFound):
        queries.get_customer(customer.pk + 1)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.GUEST])
def test_who_only_reads_changes_no_customer(role):
    customer, reader = make_customer(), make_user(role).actor
    identity = customer.identities.first()

    with pytest.raises(NotAllowed):
        create_customer(by=reader, emails=["new@mail.example"])
    with pytest.raises(NotAllowed):
        add_identity(customer, IdentityKind.MAIL, "new@mail.example", by=reader)
    with pytest.raises(NotAllowed):
        change_customer(customer, by=reader, note="x")
    with pytest.raises(NotAllowed):
        set_charset(identity, "iso-2022-jp", by=reader)

    assert (Customer.objects.count(), Identity.objects.count()) == (1, 2)
    assert Customer.objects.get().note == ""
    assert not Identity.objects.exclude(charset="").exists()
