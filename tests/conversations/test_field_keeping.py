"""Keeping custom fields: renaming, retiring and deleting them and their choices, and definitions that make no sense."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_field, value_at

from madoguchi.conversations.actions.field_keeping import (
    Definition,
    change_field,
    create_field,
    delete_field,
    delete_option,
    restore_field,
    retire_field,
)
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.fields import field_values, use_of
from madoguchi.conversations.models import CustomField
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.fields.keeping import StillInUse
from madoguchi.core.fields.kinds import FieldKind, Option

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_renaming_a_choice_keeps_the_values():
    field, admin, conversation = make_field("希望", FieldKind.CHOICE, "返金", "交換"), make_admin(), make_conversation()
    set_fields([conversation], {field.pk: "交換"}, user=admin)

    renamed = [Option(2, "同じ品と交換"), Option(1, "返金")]
    change_field(field, Definition("希望対応", FieldKind.CHOICE, options=renamed), user=admin)

    assert field_values(conversation) == {"希望対応": "同じ品と交換"}


def test_what_is_in_use_is_retired_before_it_is_deleted():
    field, admin, conversation = make_field("希望", FieldKind.CHOICE, "返金", "交換"), make_admin(), make_conversation()
    set_fields([conversation], {field.pk: "返金"}, user=admin)

    with pytest.raises(StillInUse) as refused:
        delete_field(field, user=admin)
    retire_field(field, user=admin)

    assert refused.value.facts == {"amount": 1}
    assert (field_values(conversation), use_of(field)) == ({}, 1)
    with pytest.raises(Invalid):
        set_fields([conversation], {field.pk: "交換"}, user=admin)
    restore_field(field, user=admin)
    assert field_values(conversation) == {"希望": "返金"}
    retire_field(field, user=admin)
    assert delete_field(field, user=admin) == 1
    assert not CustomField.objects.exists()
    with pytest.raises(NotFound):
        set_fields([conversation], {field.pk: "交換"}, user=admin)


def test_a_choice_in_use_goes_only_on_purpose_and_undo_leaves_it_out_afterwards():
    field, admin, conversation = make_field("希望", FieldKind.MULTI, "返金", "交換"), make_admin(), make_conversation()
    set_fields([conversation], {field.pk: ["返金", "交換"]}, user=admin)
    step = set_fields([conversation], {field.pk: ["交換"]}, user=admin)

    with pytest.raises(StillInUse):
        change_field(field, Definition("希望", FieldKind.MULTI, options=[Option(1, "返金")]), user=admin, version=1)
    with pytest.raises(StillInUse):
        delete_option(field, 2, user=admin)
    retired = [Option(1, "返金"), Option(2, "交換", is_retired=True)]
    change_field(field, Definition("希望", FieldKind.MULTI, options=retired), user=admin)

    assert delete_option(field, 2, user=admin) == 1
    undo(step.pk, user=admin)
    assert value_at(conversation, field) == [1]  # what has been deleted since is left out


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": " ", "kind": "text"},
        {"name": "注文番号", "kind": "text"},
        {"name": "x" * 61, "kind": "text"},
        {"name": "a{b}", "kind": "text"},
        {"name": "x", "kind": "colour"},
        {"name": "x", "kind": "choice"},
        {"name": "x", "kind": "choice", "options": [Option(0, "a"), Option(0, "a")]},
        {"name": "x", "kind": "choice", "options": [Option(0, "")]},
        {"name": "x", "kind": "number", "default": "many"},
        {"name": "x", "kind": "choice", "options": [Option(0, "a")], "depends_on": 0},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(wanted):
    make_field("注文番号")

    with pytest.raises(Invalid):
        create_field(Definition(**wanted), user=make_admin())


def test_fields_do_not_depend_on_each_other_in_a_ring():
    admin = make_admin()
    first = make_field("甲", FieldKind.CHOICE, "a")
    second = make_field("乙", FieldKind.CHOICE, "a", depends_on=first.pk)

    with pytest.raises(Invalid):
        change_field(
            first, Definition("甲", FieldKind.CHOICE, depends_on=second.pk, options=first.all_options), user=admin
        )
    with pytest.raises(Invalid):
        retire_field(first, user=admin)


def test_a_field_does_not_change_into_something_that_loses_its_values():
    admin, text = make_admin(), make_field("注文番号")

    change_field(text, Definition("注文番号", FieldKind.LONG), user=admin)
    with pytest.raises(Invalid):
        change_field(text, Definition("注文番号", FieldKind.NUMBER), user=admin)


def test_only_administrators_keep_fields():
    with pytest.raises(NotAllowed):
        create_field(Definition("注文番号", FieldKind.TEXT), user=make_user())
