"""Forms with custom fields: those of one conversation, of several at once, and what a field is."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.fields import offered_options
from madoguchi.conversations.models import Conversation, CustomField
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind, Plain, Values
from madoguchi.core.fields.models import FieldBase
from madoguchi.core.fields.texts import MAX_LONG, MAX_TEXT

_KEEP = "__keep"
_EMPTY = "__empty"


def input_name(field: CustomField) -> str:
    """What the control of a field is called, also in the errors of actions."""
    return f"field-{field.pk}"


class OwnFieldsForm(forms.Form):
    """The custom fields of a conversation as they stand; without one, those of many, where nothing means no change."""

    def __init__(
        self, data: Any, *, fields: Iterable[CustomField], values: Values, conversation: Conversation | None
    ) -> None:
        super().__init__(data, auto_id="own-%s")
        self.own = {input_name(field): field for field in fields}
        for name, field in self.own.items():
            self.fields[name] = _control(field, values, conversation)
            self.initial[name] = shown_value(field, values.get(field.pk))

    def typed(self) -> dict[int, Any]:
        """What was typed, by the field's number, to be read by `set_fields`; of many only what is to change."""
        found = {field.pk: self.cleaned_data.get(name) for name, field in self.own.items()}
        return {pk: None if raw == _EMPTY else raw for pk, raw in found.items() if raw not in (_KEEP, [_KEEP])}

    def typed_to_change(self) -> dict[int, Any]:
        """As `typed`, without what was left empty: for several conversations at once."""
        return {pk: raw for pk, raw in self.typed().items() if raw is None or raw not in ("", [], False)}


def shown_value(field: FieldBase, value: Plain) -> Any:
    """A value as its control shows it."""
    if field.kind == FieldKind.NUMBER and value is not None:
        return f"{float(str(value)):,.10g}" if len(str(value)) < 12 else str(value)
    if field.kind == FieldKind.MULTI:
        return [str(each) for each in value] if isinstance(value, list) else []
    return value


def seen_text(value: Plain) -> str:
    """A value as it travels with the form, to find out whether somebody was faster."""
    return json.dumps(value)


def read_seen(text: str) -> Plain:
    """The value that travelled with the form; Invalid for nonsense."""
    try:
        value = json.loads(text or "null")
    except ValueError:
        value = {}
    if isinstance(value, dict | float):
        raise Invalid(_("The page is out of date. Reload it."))
    found: Plain = value
    return found


def _control(field: CustomField, values: Mapping[int, Plain], conversation: Conversation | None) -> forms.Field:
    more: dict[str, Any] = {"label": field.name, "help_text": field.help_text, "required": False}
    if field.kind == FieldKind.CHECK:
        return forms.BooleanField(**more)
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=_choices(field, values, conversation), **more)
    if field.kind == FieldKind.MULTI:
        offered = _choices(field, values, conversation)[1 if conversation else 2 :]
        return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **more)
    if field.kind == FieldKind.LONG:
        return forms.CharField(max_length=MAX_LONG, widget=forms.Textarea(attrs={"rows": 2}), **more)
    hints: dict[str, dict[str, Any]] = {
        FieldKind.NUMBER: {"inputmode": "decimal"},
        FieldKind.DATE: {"placeholder": _("2026-11-20 or 11/20")},
    }
    widget = forms.TextInput(attrs={"autocomplete": "off", **hints.get(field.kind, {})})
    return forms.CharField(max_length=MAX_TEXT, widget=widget, **more)


def _choices(
    field: CustomField, values: Mapping[int, Plain], conversation: Conversation | None
) -> list[tuple[str, Any]]:
    """What may be chosen, and what is chosen though it may not be any more."""
    if conversation is None:
        live = [option for option in field.all_options if not option.is_retired]
        keep = [(_KEEP, _("(do not change)")), (_EMPTY, _("(empty)"))]
        return [*keep, *((str(each.id), each.name) for each in live)]
    offered = offered_options(field, values, conversation)
    value = values.get(field.pk)
    chosen = value if isinstance(value, list) else [value]
    kept = [each for each in field.all_options if each.id in chosen and each not in offered]
    return [("", "–"), *((str(each.id), each.name) for each in (*offered, *kept))]
