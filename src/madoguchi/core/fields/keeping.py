"""What may be said of a custom field: its name, its kind, its choices. Pure but for what the rooms hand in."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from madoguchi.core.errors import DomainError, Invalid
from madoguchi.core.fields.kinds import MAY_BECOME, FieldKind, Option
from madoguchi.core.fields.models import FieldBase

MAX_FIELDS, MAX_OPTIONS, MAX_NAME = 100, 300, 60


class FieldChanged(DomainError):
    """Somebody else has changed this field after it had been shown; nothing was saved."""

    code = "changed_meanwhile"


class StillInUse(DomainError):
    """It holds values; `facts["amount"]` says how often."""

    code = "in_use"


def set_words(field: FieldBase, *, name: str, help_text: str, section: str, position: int) -> None:
    """How the field is called, explained and placed."""
    field.name = _named(name)
    field.help_text, field.section = help_text.strip()[:300], " ".join(section.split())[:60]
    field.position = position


def set_kind(field: FieldBase, kind: str) -> None:
    """What stands in it; of a field that exists only what its values can become."""
    if kind not in FieldKind.values:
        raise Invalid(_("There is no such kind of field."), field="kind")
    if field.pk and kind != field.kind and kind not in MAY_BECOME.get(FieldKind(field.kind), ()):
        raise Invalid(_("What stands in a field would lose its meaning. Add a new field instead."), field="kind")
    field.kind = kind


def set_options(
    field: FieldBase,
    wanted: Sequence[Option],
    *,
    use_of: Callable[[], Mapping[int, int]],
    in_use: Callable[[str, int], StillInUse],
) -> None:
    """The choices in their order; one that is left out goes unless it is used (`use_of`: how often, by id)."""
    if not field.has_options:
        return
    present = {option.id: option for option in field.all_options}
    names = [_option_name(option.name) for option in wanted]
    if not names:
        raise Invalid(_("Add at least one choice."), field="options")
    if len(names) > MAX_OPTIONS:
        raise Invalid(_("A field has at most %d choices.") % MAX_OPTIONS, field="options")
    if len(set(names)) < len(names):
        raise Invalid(_("Two choices have the same name."), field="options")
    gone = present.keys() - {option.id for option in wanted}
    used = use_of() if gone and field.pk else {}
    for pk in sorted(gone & used.keys()):
        raise in_use(present[pk].name, used[pk])
    known = [option if option.id in present else Option(0, option.name, option.when) for option in wanted]
    field.set_options(
        [
            Option(option.id, name, tuple(option.when), option.is_retired)
            for option, name in zip(known, names, strict=True)
        ]
    )


def check_none_left_out(field: FieldBase, wanted: Sequence[Option]) -> None:
    """Invalid where a choice would go that its writer may not have known of."""
    kept = {option.id for option in wanted}
    left = [option.name for option in field.all_options if option.id not in kept]
    if left:
        message = _(
            "“%(name)s” would be deleted. Send the `version` of the field that you have read along, or keep it."
        )
        raise Invalid(message % {"name": left[0]}, field="version")


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if len(name) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field="name")
    if set(name) & set('{}:"“”'):
        raise Invalid(_('A name holds none of these signs: { } : "'), field="name")
    return name


def _option_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise Invalid(_("A choice has 1 to %d characters.") % MAX_NAME, field="options")
    return name
