"""Custom fields of customers: keeping them, writing into them, the way back, and merging."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.customers import BY, make_customer, make_customer_field, value_of
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.fields.keeping import FieldChanged, StillInUse
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.customers.actions import merge_customers, set_customer_fields, undo_change, unmerge_customers
from madoguchi.customers.actions.field_keeping import (
    CustomerDefinition,
    change_customer_field,
    delete_customer_field,
    delete_customer_option,
    restore_customer_field,
    retire_customer_field,
)
from madoguchi.customers.actions.record import Conflict
from madoguchi.customers.models import CustomerField, CustomerValue
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.TEXT, " A-1  2 ", "A-1 2"),
        (FieldKind.NUMBER, "１２，８００円", "12800"),
        (FieldKind.DATE, "令和8年11月20日", "2026-11-20"),
        (FieldKind.CHOICE, "ゴールド", 1),
        (FieldKind.MULTI, ["シルバー", "ゴールド"], [1, 2]),
        (FieldKind.CHECK, "はい", True),
        (FieldKind.LONG, "一行目\r\n二行目", "一行目\n二行目"),
    ],
)
def test_what_is_typed_is_kept_as_its_kind(kind, typed, kept):
    options = ("ゴールド", "シルバー") if kind in (FieldKind.CHOICE, FieldKind.MULTI) else ()
    customer, field = make_customer(), make_customer_field("会員", kind, *options)

    set_customer_fields(customer, {field.pk: typed}, by=BY)

    assert value_of(customer, field) == kept


def test_a_change_is_in_the_history_and_taken_back():
    customer, field = make_customer(), make_customer_field("会員番号")
    set_customer_fields(customer, {field.pk: "A-1"}, by=BY)
    set_customer_fields(customer, {field.pk: "A-2"}, by=BY)

    change = customer.changes.first()
    undo_change(customer, change.pk, by=BY)

    assert (change.what, change.before, change.after) == ("custom", {str(field.pk): "A-1"}, {str(field.pk): "A-2"})
    assert value_of(customer, field) == "A-1"
    assert Event.objects.filter(kind="customer_changed").latest("pk").data["what"] == "custom"


def test_what_cannot_be_read_writes_nothing():
    customer, name, born = make_customer(), make_customer_field(), make_customer_field("誕生日", FieldKind.DATE)

    with pytest.raises(Invalid) as refused:
        set_customer_fields(customer, {name.pk: "A-1", born.pk: "2026-02-30"}, by=BY)

    assert refused.value.field == f"field-{born.pk}"
    assert not CustomerValue.objects.exists()


def test_who_writes_into_the_same_field_later_is_told():
    customer, field = make_customer(), make_customer_field()
    seen = customer.version
    set_customer_fields(customer, {field.pk: "first"}, by=BY, seen=seen)

    with pytest.raises(Conflict) as refused:
        set_customer_fields(customer, {field.pk: "second"}, by=BY, seen=seen)

    assert refused.value.facts["fields"][f"field-{field.pk}"]["theirs"] == "first"
    assert value_of(customer, field) == "first"


def test_what_others_wrote_into_other_fields_stays():
    customer, mine, theirs = make_customer(), make_customer_field(), make_customer_field()
    seen = customer.version
    set_customer_fields(customer, {theirs.pk: "theirs"}, by=BY)

    set_customer_fields(customer, {mine.pk: "mine", theirs.pk: ""}, by=BY, seen=seen)

    assert (value_of(customer, mine), value_of(customer, theirs)) == ("mine", "theirs")


def test_retired_fields_and_choices_are_not_chosen_anew_but_stay():
    customer, field = make_customer(), make_customer_field("会員", FieldKind.CHOICE, "ゴールド", "シルバー")
    set_customer_fields(customer, {field.pk: "ゴールド"}, by=BY)
    wanted = CustomerDefinition(
        "会員", FieldKind.CHOICE, options=[Option(1, "ゴールド", is_retired=True), Option(2, "銀")]
    )
    field = change_customer_field(field, wanted, by=BY, version=1)

    set_customer_fields(customer, {field.pk: 1}, by=BY)
    set_customer_fields(customer, {field.pk: "銀"}, by=BY)

    with pytest.raises(Invalid):
        set_customer_fields(customer, {field.pk: "ゴールド"}, by=BY)
    retire_customer_field(field, by=BY)
    with pytest.raises(Invalid):
        set_customer_fields(customer, {field.pk: "銀"}, by=BY)
    assert value_of(customer, field) == 2
    assert restore_customer_field(field, by=BY).retired_at is None


def test_nothing_in_use_is_deleted_before_it_was_retired():
    customer, field = make_customer(), make_customer_field("会員", FieldKind.CHOICE, "ゴールド", "シルバー")
    set_customer_fields(customer, {field.pk: "ゴールド"}, by=BY)

    with pytest.raises(StillInUse):
        delete_customer_field(field, by=BY)
    with pytest.raises(StillInUse):
        delete_customer_option(field, 1, by=BY)
    assert delete_customer_option(field, 2, by=BY) == 0
    with pytest.raises(Invalid):
        delete_customer_option(field, 1, by=BY)
    retire_customer_field(field, by=BY)
    assert delete_customer_field(field, by=BY) == 1
    assert not CustomerField.objects.exists()


def test_of_two_administrators_the_second_is_told():
    field = make_customer_field("会員番号")
    change_customer_field(field, CustomerDefinition("会員", "text"), by=BY, version=1)

    with pytest.raises(FieldChanged):
        change_customer_field(field, CustomerDefinition("番号", "text"), by=BY, version=1)


def test_only_administrators_keep_fields_and_viewers_write_nothing():
    field, customer = make_customer_field(), make_customer()

    with pytest.raises(NotAllowed):
        retire_customer_field(field, by=make_user(Role.SUPERVISOR).actor)
    with pytest.raises(NotAllowed):
        set_customer_fields(customer, {field.pk: "x"}, by=make_user(Role.VIEWER).actor)
    with pytest.raises(NotFound):
        set_customer_fields(customer, {field.pk + 999: "x"}, by=BY)


def test_merging_fills_what_the_survivor_lacks_and_comes_apart_again():
    mine, theirs = make_customer(), make_customer()
    both, only = make_customer_field(), make_customer_field("好み", FieldKind.MULTI, "赤", "青")
    set_customer_fields(mine, {both.pk: "mine"}, by=BY)
    set_customer_fields(theirs, {both.pk: "theirs", only.pk: ["赤", "青"]}, by=BY)

    merge = merge_customers(mine, theirs, by=BY, chosen={})

    assert (value_of(mine, both), value_of(mine, only)) == ("mine", [1, 2])
    unmerge_customers(merge, by=BY)
    assert (value_of(mine, only), value_of(theirs, only), value_of(theirs, both)) == (None, [1, 2], "theirs")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_a_field_deleted_while_a_value_is_saved(number):
    customer, field = make_customer(), make_customer_field(f"項目{number}")

    outcomes = together(
        lambda: set_customer_fields(customer, {field.pk: "A-1"}, by=BY) and "saved",
        lambda: delete_customer_field(field, by=BY),
    )

    assert outcomes in (["saved", "in_use"], ["not_found", 0])
    assert CustomerValue.objects.count() == CustomerField.objects.count()
