"""Writing values of custom fields; the conversation is held, and so is the field (`fields.hold_definitions`)."""

from collections.abc import Mapping

from madoguchi.conversations.fields import hold_definitions
from madoguchi.conversations.models import Conversation, CustomField, FieldValue
from madoguchi.core.fields.kinds import FieldKind, Plain, columns_of
from madoguchi.search.folding import fold

#: As much of a text as is compared when it is looked for.
FOLDED_CHARS = 200


def write_value(number: int, field: CustomField, value: Plain) -> None:
    """Let a conversation have this value and no other; None empties the field."""
    FieldValue.objects.filter(conversation_id=number, field=field).delete()
    FieldValue.objects.bulk_create(new_rows(number, field, value))


def new_rows(number: int, field: CustomField, value: Plain) -> list[FieldValue]:
    """The rows of a value, not written yet."""
    if value is None:
        return []
    many = value if isinstance(value, list) else [value]
    rows = [FieldValue(conversation_id=number, field=field, **columns_of(field.kind, each)) for each in many]
    for row in rows:
        row.folded = fold(row.text[: 2 * FOLDED_CHARS])[:FOLDED_CHARS]
    return rows


def put_values_back(conversation: Conversation, kept: Mapping[str, Plain]) -> None:
    """Give a conversation the values of a snapshot; fields and options deleted since are left out."""
    definitions = hold_definitions(map(int, kept))
    for pk, field in definitions.items():
        value = kept[str(pk)]
        if field.has_options:
            known = {option.id for option in field.all_options}
            many = value if isinstance(value, list) else [value]
            left = [each for each in many if each in known]
            value = left or None if field.kind == FieldKind.MULTI else next(iter(left), None)
        write_value(conversation.pk, field, value)
