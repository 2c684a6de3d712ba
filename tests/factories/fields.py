"""Custom fields for tests, made by the product's own door."""

from itertools import count

from tests.factories.accounts import make_admin

from madoguchi.conversations.actions.field_keeping import Definition, create_field
from madoguchi.conversations.choices import FieldKind
from madoguchi.conversations.models import CustomField, Option

_numbers = count(1)


def make_field(name: str = "", kind: str = FieldKind.TEXT, *options: str, **values) -> CustomField:
    """A field; options by name get the ids 1, 2, 3 …"""
    definition = Definition(
        name=name or f"項目{next(_numbers)}", kind=kind, options=[Option(0, each) for each in options], **values
    )
    return create_field(definition, user=make_admin())
