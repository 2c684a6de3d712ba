"""Values of custom fields in words."""

from decimal import Decimal

from madoguchi.core.fields.kinds import FieldKind, Plain
from madoguchi.core.fields.models import FieldBase


def chosen_options(value: Plain) -> set[int]:
    """The options that a value chooses."""
    if isinstance(value, list):
        return set(value)
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def value_text(field: FieldBase, value: Plain) -> str:
    """A value in words: options by name, a day as 2026-11-20, a number with its commas, a tick as a mark."""
    match field.kind:
        case _ if value is None:
            return ""
        case FieldKind.CHOICE | FieldKind.MULTI:
            names = {option.id: option.name for option in field.all_options}
            return "、".join(names.get(each, "") for each in sorted(chosen_options(value), key=list(names).index))
        case FieldKind.NUMBER:
            return f"{Decimal(str(value)):,f}"
        case FieldKind.CHECK:
            return "✓"
        case _:
            return str(value)
