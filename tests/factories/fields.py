"""Custom fields for tests, made by the product's own door."""

from itertools import count

from tests.factories.accounts import make_admin

from madoguchi.conversations.actions.field_keeping import Definition, change_field, create_field
from madoguchi.conversations.fields import values_of
from madoguchi.conversations.models import Conversation, CustomField
from madoguchi.core.fields.kinds import FieldKind, Option, Plain

_numbers = count(1)


def make_field(name: str = "", kind: str = FieldKind.TEXT, *options: str, **values) -> CustomField:
    """A field; options by name get the ids 1, 2, 3 …"""
    definition = Definition(
        name=name or f"項目{next(_numbers)}", kind=kind, options=[Option(0, each) for each in options], **values
    )
    return create_field(definition, user=make_admin())


def make_dependent(above: CustomField, name: str, **when: tuple[int, ...]) -> CustomField:
    """A required choice below another: its options by name, each with those above that lead to it."""
    options = [Option(0, each) for each in when]
    made = create_field(Definition(name, FieldKind.CHOICE, options=options, depends_on=above.pk), user=make_admin())
    tied = [Option(number, each, ids) for number, (each, ids) in enumerate(when.items(), start=1)]
    wanted = Definition(name, FieldKind.CHOICE, options=tied, depends_on=above.pk, is_required=True)
    return change_field(made, wanted, user=make_admin())


def value_at(conversation: Conversation, field: CustomField) -> Plain | None:
    """What stands in a field of a conversation; None where nothing does."""
    return values_of([conversation.pk]).get(conversation.pk, {}).get(field.pk)
