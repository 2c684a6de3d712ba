"""Custom fields of customers: what a field is (設定), and their controls in the form of the record."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.fields.keeping import MAX_NAME
from madoguchi.core.fields.kinds import FieldKind, Option, Plain, Values
from madoguchi.core.fields.texts import MAX_LONG, MAX_TEXT
from madoguchi.customers.actions.field_keeping import CustomerDefinition
from madoguchi.customers.fields import fields_to_change
from madoguchi.customers.models import CustomerField
from madoguchi.desk.forms.field_keeping import OptionLine
from madoguchi.desk.forms.fields import shown_value


class CustomerFieldForm(forms.Form):
    """Everything that can be said of a field but its choices, which `definition` reads from what was posted."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    name = forms.CharField(label=_("Name of the field"), max_length=MAX_NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=FieldKind.choices)
    new_options = forms.CharField(
        label=_("Choices to add"), required=False, max_length=20_000, help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    is_personal = forms.BooleanField(
        label=_("Personal data"),
        required=False,
        help_text=_("Hidden from roles that read masked, on every page, in the API and in lists that are downloaded."),
    )
    help_text = forms.CharField(label=_("Help"), max_length=300, required=False)
    section = forms.CharField(
        label=_("Heading"), max_length=60, required=False, help_text=_("Fields of one heading stand together.")
    )
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, required=False)

    def __init__(self, data: Any, *, field: CustomerField | None) -> None:
        names = ("version", "name", "kind", "help_text", "section", "position", "is_personal")
        super().__init__(data, initial={name: getattr(field, name) for name in names} if field else None)
        self.field = field

    def lines(self, amounts: dict[int, int]) -> list[OptionLine]:
        """The choices there are, each with how often it is chosen."""
        options = self.field.all_options if self.field else []
        return [
            OptionLine(f"option-{option.id}", option, place, amounts.get(option.id, 0), ())
            for place, option in enumerate(options, start=1)
        ]

    def definition(self) -> CustomerDefinition:
        """What was said, as the use-cases take it."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "new_options")}
        return CustomerDefinition(**said | {"position": said["position"] or 0}, options=self._options())

    def _options(self) -> list[Option]:
        posted, placed = self.data, []
        assert isinstance(posted, QueryDict)
        for position, option in enumerate(self.field.all_options if self.field else [], start=1):
            prefix = f"option-{option.id}"
            if f"{prefix}-name" not in posted:  # another's new one, which this page did not show
                placed.append((position, position, option))
                continue
            place = posted.get(f"{prefix}-place", "")
            named = Option(option.id, str(posted[f"{prefix}-name"]), is_retired=bool(posted.get(f"{prefix}-retired")))
            placed.append((int(place) if place.isdecimal() else position, position, named))
        added = [line.strip() for line in self.cleaned_data["new_options"].splitlines() if line.strip()]
        kept = [option for _order, _position, option in sorted(placed, key=lambda each: each[:2])]
        return kept + [Option(0, name) for name in added]


class CustomerValuesForm(forms.Form):
    """What a customer has in the custom fields that this person may write into."""

    def __init__(self, data: Any, *, user: User, values: Values) -> None:
        super().__init__(data, auto_id="own-%s")
        self.own = {f"field-{field.pk}": field for field in fields_to_change(user)}
        for name, field in self.own.items():
            self.fields[name] = _control(field, values.get(field.pk))
            self.initial[name] = shown_value(field, values.get(field.pk))

    def typed(self) -> dict[int, Any]:
        """What was typed, by the field's number, to be read by `set_customer_fields`."""
        return {field.pk: self.cleaned_data.get(name) for name, field in self.own.items()}


def _control(field: CustomerField, value: Plain) -> forms.Field:
    more: dict[str, Any] = {"label": field.name, "help_text": field.help_text, "required": False}
    chosen = value if isinstance(value, list) else [value]
    offered = [(str(each.id), each.name) for each in field.all_options if not each.is_retired or each.id in chosen]
    match field.kind:
        case FieldKind.CHECK:
            return forms.BooleanField(**more)
        case FieldKind.CHOICE:
            return forms.ChoiceField(choices=[("", "–"), *offered], **more)
        case FieldKind.MULTI:
            return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **more)
        case FieldKind.LONG:
            return forms.CharField(max_length=MAX_LONG, widget=forms.Textarea(attrs={"rows": 2}), **more)
    hints: dict[str, dict[str, Any]] = {
        FieldKind.NUMBER: {"inputmode": "decimal"},
        FieldKind.DATE: {"placeholder": _("2026-11-20 or 11/20")},
    }
    widget = forms.TextInput(attrs={"autocomplete": "off", **hints.get(field.kind, {})})
    return forms.CharField(max_length=MAX_TEXT, widget=widget, **more)
