"""The record: everything kept with a customer, its history, and the way back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.customers import actions, queries
from madoguchi.customers.choices import ConsentPurpose, IdentityKind
from madoguchi.customers.models import Customer, Identity, PostalAddress
from madoguchi.customers.naming import customers_called
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

BY = Actor.system("test")


@pytest.fixture
def customer(db):
    return actions.create_customer(
        by=BY, emails=["yumiko@mail.example"], phones=["090-0000-0103"], family_name="髙橋", given_name="由美子"
    )


def undo_last(customer):
    return actions.undo_change(customer, customer.changes.first().pk, by=BY)


def now(customer):
    return Customer.objects.get(pk=customer.pk)


def test_a_change_is_noted_and_taken_back(customer):
    actions.change_customer(customer, by=BY, family_name="高梨", note="朝は不可")

    change = customer.changes.first()
    assert (change.before, change.after) == (
        {"family_name": "髙橋", "note": ""},
        {"family_name": "高梨", "note": "朝は不可"},
    )
    assert Event.objects.filter(kind="customer_changed").latest("pk").data["fields"] == ["family_name", "note"]
    undo_last(customer)
    assert (now(customer).family_name, now(customer).note) == ("髙橋", "")
    assert list(customers_called("髙橋")) == [customer.pk]


def test_a_change_to_the_same_is_none(customer):
    before = customer.changes.count()

    actions.change_customer(customer, by=BY, family_name="髙橋")

    assert customer.changes.count() == before


def test_what_others_changed_since_stays_when_it_is_something_else(customer):
    seen = now(customer).version
    actions.change_customer(customer, by=Actor.system("佐藤"), note="お耳が遠い")

    actions.change_customer(customer, by=BY, seen=seen, family_name="高梨", note="")

    assert (now(customer).family_name, now(customer).note) == ("高梨", "お耳が遠い")


def test_two_who_change_the_same_are_told_and_nothing_is_saved(customer):
    seen = now(customer).version
    actions.change_customer(customer, by=Actor.system("佐藤"), note="お耳が遠い")

    with pytest.raises(actions.Conflict) as refused:
        actions.change_customer(customer, by=BY, seen=seen, note="朝は不可", family_name="高梨")

    told = refused.value.facts["fields"]["note"]
    assert (told["yours"], told["theirs"], told["by"]) == ("朝は不可", "お耳が遠い", "佐藤")
    assert (now(customer).family_name, now(customer).note) == ("髙橋", "お耳が遠い")
    actions.change_customer(customer, by=BY, seen=refused.value.version, note="朝は不可")
    assert now(customer).note == "朝は不可"


def test_an_undo_leaves_what_was_changed_again(customer):
    actions.change_customer(customer, by=BY, note="一", is_vip=True)
    change = customer.changes.first()
    actions.change_customer(customer, by=BY, note="二")

    actions.undo_change(customer, change.pk, by=BY)

    assert (now(customer).note, now(customer).is_vip) == ("二", False)
    with pytest.raises(actions.ChangedSince):
        actions.undo_change(customer, change.pk, by=BY)


def test_an_undo_that_has_nothing_left_to_do_says_so(customer):
    actions.change_customer(customer, by=BY, note="一")
    change = customer.changes.first()
    actions.change_customer(customer, by=BY, note="二")

    with pytest.raises(actions.ChangedSince):
        actions.undo_change(customer, change.pk, by=BY)

    assert now(customer).note == "二"
    with pytest.raises(NotFound):
        actions.undo_change(customer, 0, by=BY)


def test_the_company_comes_back_too(customer):
    from_start = actions.create_customer(by=BY, emails=[], company="北風商事").organisation
    actions.change_customer(customer, by=BY, organisation=from_start)

    actions.change_customer(customer, by=BY, organisation=None)
    undo_last(customer)

    assert now(customer).organisation == from_start


def test_tags_are_set_and_come_back(customer):
    actions.set_tags(customer, ["VIP", " リピーター ", "VIP"], by=BY)
    first = customer.changes.first()
    actions.set_tags(customer, ["VIP", "法人見積"], by=BY)

    assert sorted(tag.name for tag in customer.tags.all()) == ["VIP", "法人見積"]
    actions.undo_change(customer, first.pk, by=BY)
    assert sorted(tag.name for tag in customer.tags.all()) == ["法人見積"]
    with pytest.raises(Invalid):
        actions.set_tags(customer, [f"t{number}" for number in range(31)], by=BY)


def test_an_address_is_marked_and_another_becomes_the_first(customer):
    second = actions.add_identity(customer, IdentityKind.MAIL, "y@keitai-d.example", label="携帯", by=BY)

    actions.change_identity(second, by=BY, is_primary=True, is_verified=True)

    mails = {each.key: each for each in customer.identities.filter(kind="mail")}
    assert [mails[key].is_primary for key in ("yumiko@mail.example", "y@keitai-d.example")] == [False, True]
    assert mails["y@keitai-d.example"].verified_at is not None
    actions.change_identity(second, by=BY, is_verified=False)
    assert Identity.objects.get(pk=second.pk).verified_at is None


def test_marking_an_address_as_in_use_forgets_the_bounce(customer):
    actions.mark_bounced("yumiko@mail.example", "userunknown")
    mail = customer.identities.get(kind="mail")

    actions.change_identity(mail, by=BY, is_valid=True)

    assert Identity.objects.get(pk=mail.pk).is_usable


def test_a_removed_address_comes_back_as_it_was(customer):
    mail = customer.identities.get(kind="mail")
    actions.change_identity(mail, by=BY, label="自宅", charset="iso-2022-jp")

    actions.remove_identity(mail, by=BY)
    assert queries.find_by_address("yumiko@mail.example") is None
    undo_last(customer)

    back = queries.find_by_address("yumiko@mail.example").identities.get(kind="mail")
    assert (back.pk, back.label, back.charset, back.is_primary) == (mail.pk, "自宅", "iso-2022-jp", True)


def test_a_removed_address_that_somebody_else_has_now_does_not_come_back(customer):
    actions.remove_identity(customer.identities.get(kind="mail"), by=BY)
    removal = customer.changes.first()
    actions.identify_customer(IdentityKind.MAIL, "yumiko@mail.example")

    with pytest.raises(Invalid):
        actions.undo_change(customer, removal.pk, by=BY)


def test_a_phone_number_may_be_that_of_a_family(customer):
    brother = actions.create_customer(by=BY, emails=[], phones=["09000000103"], family_name="髙橋")

    assert {each.customer_id for each in Identity.objects.filter(key="+819000000103")} == {customer.pk, brother.pk}
    assert actions.identify_customer(IdentityKind.PHONE, "+81 90-0000-0103").customer_id == customer.pk


def test_accounts_of_other_channels_are_one_persons(customer):
    actions.add_identity(customer, IdentityKind.LINE, "U123", by=BY)
    other = actions.create_customer(by=BY, emails=[], family_name="佐藤")

    with pytest.raises(Invalid):
        actions.add_identity(other, IdentityKind.LINE, "U123", by=BY)


def test_postal_addresses_have_parts_and_a_first_one(customer):
    home = actions.add_postal_address(
        customer, by=BY, postal_code="１６６００００", prefecture="東京都", city="杉並区", street="緑ヶ丘1-8-15"
    )
    parcel = actions.add_postal_address(customer, by=BY, label="お届け先", street="渋谷区若草台2", is_primary=True)

    assert home.text == "〒166-0000\n東京都杉並区緑ヶ丘1-8-15"
    assert [each.pk for each in customer.addresses.all()] == [parcel.pk, home.pk]
    actions.remove_postal_address(parcel, by=BY)
    assert customer.addresses.get().is_primary
    undo_last(customer)
    assert customer.addresses.filter(is_primary=True).get().pk == parcel.pk


def test_an_address_of_nothing_is_refused(customer):
    with pytest.raises(Invalid):
        actions.add_postal_address(customer, by=BY, label="自宅")

    assert not PostalAddress.objects.exists()


def test_consents_are_only_added(customer):
    given = actions.note_consent(
        customer, ConsentPurpose.NEWS_MAIL, is_given=True, source="注文画面", wording="2026-04", by=BY,
        at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    actions.note_consent(customer, ConsentPurpose.NEWS_MAIL, is_given=False, source="電話", by=BY)

    kept = queries.consents_of(customer)
    assert [each.is_given for each in kept] == [False, True]
    assert not queries.standing_consents(kept)[ConsentPurpose.NEWS_MAIL].is_given
    with pytest.raises(NotFound):
        actions.undo_change(customer, customer.changes.get(row=given.pk, what="consent").pk, by=BY)


@pytest.mark.parametrize("values", [{"source": " "}, {"source": "電話", "at": timezone.now() + timedelta(days=1)}])
def test_an_impossible_consent_is_refused(customer, values):
    with pytest.raises(Invalid):
        actions.note_consent(customer, ConsentPurpose.SURVEY, is_given=True, by=BY, **values)


def test_a_file_is_kept_and_comes_back(customer):
    kept = actions.attach_file(customer, "同意書.pdf", b"%PDF-", content_type="application/pdf", by=BY)

    actions.remove_file(kept, by=BY)
    assert not customer.files.exists()
    undo_last(customer)

    assert (customer.files.get().pk, customer.files.get().name) == (kept.pk, "同意書.pdf")
    with pytest.raises(Invalid):
        actions.attach_file(customer, "empty", b"", content_type="text/plain", by=BY)


def test_who_only_reads_changes_nothing_beside_the_record(customer):
    reader = make_user(Role.VIEWER).actor
    actions.change_customer(customer, by=BY, note="一")
    mail = customer.identities.get(kind="mail")

    for deed in (
        lambda: actions.set_tags(customer, ["x"], by=reader),
        lambda: actions.change_identity(mail, by=reader, label="x"),
        lambda: actions.remove_identity(mail, by=reader),
        lambda: actions.add_postal_address(customer, by=reader, street="x"),
        lambda: actions.note_consent(customer, "survey", is_given=True, source="x", by=reader),
        lambda: actions.attach_file(customer, "x", b"x", content_type="text/plain", by=reader),
        lambda: actions.undo_change(customer, customer.changes.first().pk, by=reader),
    ):
        with pytest.raises(NotAllowed):
            deed()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_two_who_save_at_once_lose_nothing(number):
    customer = actions.create_customer(by=BY, emails=[f"y{number}@mail.example"], family_name="髙橋")
    seen = now(customer).version

    outcomes = together(
        lambda: actions.change_customer(now(customer), by=BY, seen=seen, note="一").note,
        lambda: actions.change_customer(now(customer), by=BY, seen=seen, note="二").note,
        lambda: actions.set_tags(now(customer), ["急ぎ"], by=BY).pk,
    )

    assert sorted(map(str, outcomes[:2])) in (["conflict", "一"], ["conflict", "二"])
    assert now(customer).version == seen + 2
    assert [tag.name for tag in customer.tags.all()] == ["急ぎ"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_one_address_added_to_two_customers_at_once_is_one_persons(number):
    first, second = (actions.create_customer(by=BY, emails=[], family_name=name) for name in "甲乙")

    outcomes = together(
        *(
            lambda each=each: actions.add_identity(each, IdentityKind.MAIL, f"same{number}@mail.example", by=BY).kind
            for each in (first, second)
        )
    )

    assert sorted(outcomes) == ["invalid", "mail"]
    assert Identity.objects.filter(kind="mail").count() == 1
