"""What a custom field is: its form under 設定, with a line for each of its choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.field_keeping import Definition
from madoguchi.conversations.models import Category, CustomField
from madoguchi.core.fields.keeping import MAX_NAME
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.core.fields.values import value_text
from madoguchi.desk.forms.filing import offer

_BY_CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One choice in the form: the names of its controls begin with `prefix`."""

    prefix: str
    option: Option
    place: int
    amount: int
    when: Sequence[tuple[int, str, bool]]  #: what it may depend on: number, name, chosen


class FieldForm(forms.Form):
    """Everything that can be said of a field but its choices, which `options` reads from what was posted."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    name = forms.CharField(label=_("Name of the field"), max_length=MAX_NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=FieldKind.choices)
    new_options = forms.CharField(
        label=_("Choices to add"),
        required=False,
        max_length=20_000,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_required = forms.BooleanField(label=_("Must be filled in before a conversation is done"), required=False)
    help_text = forms.CharField(label=_("Help"), max_length=300, required=False)
    section = forms.CharField(
        label=_("Heading"), max_length=60, required=False, help_text=_("Fields of one heading stand together.")
    )
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, required=False)
    default = forms.CharField(
        label=_("What new conversations begin with"),
        max_length=300,
        required=False,
        help_text=_("As one would type it; of choices the name, several with 、."),
    )
    depends_on = forms.ChoiceField(
        label=_("Choices depend on"),
        required=False,
        help_text=_("After saving, each choice can be tied to some of those above it."),
    )
    inboxes = forms.TypedMultipleChoiceField(
        label=_("Shown at these desks"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: at all of them."),
    )
    categories = forms.TypedMultipleChoiceField(
        label=_("Shown in these categories"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: in all of them. A main category stands for those below it."),
    )

    def __init__(
        self,
        data: Any,
        *,
        field: CustomField | None,
        inboxes: Iterable[Inbox],
        tree: Sequence[Category],
        others: Iterable[CustomField],
    ) -> None:
        super().__init__(data, initial=_initial(field))
        self.field = field
        places = [(each.pk, each.name) for each in inboxes]
        categories = [
            (each.pk, each.name if each is parent else f"{parent.name} › {each.name}")
            for parent in tree
            for each in (parent, *parent.children.all())
        ]
        parents = [each for each in others if each.has_options and each != field]
        offer(self, "inboxes", places)
        offer(self, "categories", categories)
        above = [
            ("", _("nothing")),
            (_BY_CATEGORY, _("the category")),
            *((str(each.pk), each.name) for each in parents),
        ]
        offer(self, "depends_on", above)
        self._above = _above(field, dict(categories), parents)

    def lines(self, amounts: dict[int, int]) -> list[OptionLine]:
        """The choices there are, each with what it may depend on and how often it is chosen."""
        options = self.field.all_options if self.field else []
        return [
            OptionLine(
                prefix=f"option-{option.id}",
                option=option,
                place=place,
                amount=amounts.get(option.id, 0),
                when=[(pk, name, pk in option.when) for pk, name in self._above],
            )
            for place, option in enumerate(options, start=1)
        ]

    def definition(self) -> Definition:
        """What was said, as the use-cases take it."""
        said = self.cleaned_data
        default: Any = said["default"]
        if said["kind"] == FieldKind.MULTI:
            default = [each for each in default.replace(",", "、").split("、") if each.strip()]
        above = said["depends_on"]
        return Definition(
            name=said["name"],
            kind=said["kind"],
            help_text=said["help_text"],
            section=said["section"],
            position=said["position"] or 0,
            default=default,
            is_required=said["is_required"],
            inboxes=said["inboxes"],
            categories=said["categories"],
            depends_on=int(above) if above.isdecimal() else None,
            by_category=above == _BY_CATEGORY,
            options=self._options(),
        )

    def _options(self) -> list[Option]:
        posted, placed = self.data, []
        assert isinstance(posted, QueryDict)
        for position, option in enumerate(self.field.all_options if self.field else [], start=1):
            prefix = f"option-{option.id}"
            if f"{prefix}-name" not in posted:  # another's new one, which this page did not show
                placed.append((position, position, option))
                continue
            name = posted.get(f"{prefix}-name", option.name)
            place = posted.get(f"{prefix}-place", "")
            when = tuple(int(each) for each in posted.getlist(f"{prefix}-when") if each.isdecimal())
            retired = bool(posted.get(f"{prefix}-retired"))
            order = int(place) if place.isdecimal() else position
            placed.append((order, position, Option(option.id, name, when, retired)))
        added = [line.strip() for line in self.cleaned_data["new_options"].splitlines() if line.strip()]
        kept = [option for _order, _position, option in sorted(placed, key=lambda each: each[:2])]
        return kept + [Option(0, name) for name in added]


def _initial(field: CustomField | None) -> dict[str, Any]:
    if field is None:
        return {"kind": FieldKind.TEXT}
    return {
        "version": field.version,
        "name": field.name,
        "kind": field.kind,
        "help_text": field.help_text,
        "section": field.section,
        "position": field.position,
        "default": "1" if field.default is True else value_text(field, field.default),
        "is_required": field.is_required,
        "inboxes": field.inboxes,
        "categories": field.categories,
        "depends_on": _BY_CATEGORY if field.by_category else str(field.depends_on_id or ""),
    }


def _above(
    field: CustomField | None, categories: dict[int, str], parents: Iterable[CustomField]
) -> list[tuple[int, str]]:
    """What the choices of a field may depend on, as it stands."""
    if field is None:
        return []
    if field.by_category:
        return list(categories.items())
    parent = next((each for each in parents if each.pk == field.depends_on_id), None)
    return [(option.id, option.name) for option in parent.all_options] if parent else []
