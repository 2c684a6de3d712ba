"""Custom fields while two people are at work: no value without its field, nobody's change is lost unseen."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_field
from tests.factories.together import together

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.field_keeping import Definition, change_field, delete_field, retire_field
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.fields import values_of
from madoguchi.conversations.models import CustomField, FieldValue
from madoguchi.core.fields.kinds import FieldKind, Option

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def from_customer(number):
    return make_conversation(sender=Address(f"customer{number}@mail.example"))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_field_deleted_while_a_value_is_saved(number):
    admin, conversation, field = make_admin(), from_customer(number), make_field(f"項目{number}")

    outcomes = together(
        lambda: set_fields([conversation], {field.pk: "A-1"}, user=admin) and "saved",
        lambda: delete_field(field, user=admin),
    )

    assert outcomes in (["saved", "in_use"], ["not_found", 0])
    assert FieldValue.objects.count() == CustomField.objects.count() == (1 if outcomes[0] == "saved" else 0)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_choice_taken_away_while_it_is_chosen(number):
    admin, conversation = make_admin(), from_customer(number)
    field = make_field(f"項目{number}", FieldKind.CHOICE, "返金", "交換")
    left = Definition(field.name, FieldKind.CHOICE, options=[Option(1, "返金")])

    outcomes = together(
        lambda: set_fields([conversation], {field.pk: "交換"}, user=admin) and "saved",
        lambda: change_field(field, left, user=admin, version=1) and "changed",
    )

    assert outcomes in (["saved", "in_use"], ["invalid", "changed"])


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_field_retired_while_a_value_is_saved_keeps_it_or_refuses_it(number):
    admin, conversation, field = make_admin(), from_customer(number), make_field(f"項目{number}")

    outcomes = together(
        lambda: set_fields([conversation], {field.pk: "A-1"}, user=admin) and "saved",
        lambda: retire_field(field, user=admin) and "retired",
    )

    assert outcomes[1] == "retired"
    assert FieldValue.objects.exists() == (outcomes[0] == "saved")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_who_change_one_field_the_second_is_told(number):
    first, second, conversation, field = make_user(), make_user(), from_customer(number), make_field(f"項目{number}")

    outcomes = together(
        lambda: set_fields([conversation], {field.pk: "甲"}, user=first, seen={field.pk: None}) and "saved",
        lambda: set_fields([conversation], {field.pk: "乙"}, user=second, seen={field.pk: None}) and "saved",
    )

    assert sorted(map(str, outcomes)) == ["field_changed", "saved"]
    kept = values_of([conversation.pk])[conversation.pk][field.pk]
    assert kept == ("甲" if outcomes[0] == "saved" else "乙")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_who_change_different_fields_both_have_their_way(number):
    user, conversation = make_user(), from_customer(number)
    one, other = make_field(f"一{number}"), make_field(f"二{number}")

    together(
        lambda: set_fields([conversation], {one.pk: "甲"}, user=user),
        lambda: set_fields([conversation], {other.pk: "乙"}, user=user),
    )

    assert values_of([conversation.pk])[conversation.pk] == {one.pk: "甲", other.pk: "乙"}
