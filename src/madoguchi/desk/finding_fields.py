"""What completes the operator of a custom field in the search box: its name, and then what may stand in it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.conversations.field_search import operator_names, operator_of, shown_name
from madoguchi.conversations.fields import live_fields
from madoguchi.conversations.models import CustomField
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.search.folding import fold


@dataclass(frozen=True, slots=True)
class Completion:
    """One line below the search box; `insert` replaces the piece being typed."""

    insert: str
    label: str
    hint: str


def field_completions(piece: str, *, limit: int) -> list[Completion]:
    """What continues this piece as the condition of a field; nothing where no field is meant."""
    fields = list(live_fields())
    minus = "-" if piece.startswith("-") else ""
    name, colon, value = piece.removeprefix("-").partition(":")
    if not colon:
        begun = fold(name)
        fitting = [each for each in fields if _begins(each, begun)]
        return [Completion(f"{minus}{shown_name(each)}:", each.name, _hint(each)) for each in fitting[:limit]]
    asked = operator_names(fields).get(fold(name))
    field = next((each for each in fields if operator_of(each) == asked), None)
    if field is None:
        return []
    wanted = fold(value.strip('"'))
    offered = [each for each in field_values_for(field) if wanted in fold(each)]
    return [Completion(f"{minus}{name}:{quoted(each)}", each, field.name) for each in offered[:limit]]


def _begins(field: CustomField, begun: str) -> bool:
    return any(each.startswith(begun) for each in (fold(field.name), operator_of(field), fold(f"項目.{field.name}")))


def field_values_for(field: CustomField) -> list[str]:
    """What may stand behind the operator of a field."""
    if field.has_options:
        return [*(each.name for each in field.all_options if not each.is_retired), _("none")]
    return [_("yes"), _("no")] if field.kind == FieldKind.CHECK else []


def _hint(field: CustomField) -> str:
    if field.kind == FieldKind.NUMBER:
        return _("a number, >1000 or <1000")
    if field.kind == FieldKind.DATE:
        return _("a date, >12/1 or <12/1")
    if field.has_options:
        return _("one of its choices")
    return _("yes or no") if field.kind == FieldKind.CHECK else _("words in it")


def quoted(value: str) -> str:
    """A value as it stands behind an operator."""
    return f'"{value}"' if " " in value or "\u3000" in value else value
