"""The settings forms of connectors, filled in by programs: what they refuse, said to a reader who sees no form."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from madoguchi.commerce.contract import Source
from madoguchi.commerce.models import OrderSource
from madoguchi.core.errors import Invalid


class Filled(Protocol):
    """What is asked of a form that was filled in."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields by name."""

    def has_error(self, field: str, code: str) -> bool:
        """Whether this is what is wrong with a field."""


def refusal(form: Filled, name: str, field: str, why: str) -> str:
    """What a form says beside its field: which field is meant, and what it takes."""
    if name == "__all__":
        return why
    label, choices = form.fields[name].label, getattr(form.fields[name], "choices", ())
    if form.has_error(name, "required"):
        why = str(_("This value is missing."))
    if taken := ", ".join(str(key) for key, _word in choices if key):
        why += " " + _("One of these is expected: %(expected)s") % {"expected": taken}
    return _("Check the value of %(field)s: %(why)s") % {"field": f"{field} ({label})", "why": why}


def source_settings(
    cls: type[Source], given: Mapping[str, Any], source: OrderSource | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings of a source of orders as its screen would keep them, and the secrets that are given.

    What is left out is what the source has, or what the form begins with. Invalid names the first wrong value, and a
    name the form does not have.
    """
    if cls.settings_form is None:
        if given:
            raise Invalid(_("This connector has no settings."), field="settings")
        return {}, {}
    fields: dict[str, Any] = cls.settings_form.base_fields
    for name, value in given.items():
        if name not in fields or not isinstance(value, str | int | float | None):
            raise Invalid(_("There is no setting of this name and sort."), field=f"settings.{name[:60]}")
    stored = source.settings if source else {name: field.initial for name, field in fields.items()}
    known = {name: value for name, value in stored.items() if name in fields}
    form = cls.settings_form({**known, **given})
    kept = source.secrets if source else {}
    for name in cls.secret_fields:
        if kept.get(name) and name not in given:
            form.fields[name].required = False
    if not form.is_valid():
        name, why = next(iter(form.errors.items()))
        field = "settings" if name == "__all__" else f"settings.{name}"
        raise Invalid(refusal(form, name, field, " ".join(str(each) for each in why)), field=field)
    plain = {name: value for name, value in form.cleaned_data.items() if name not in cls.secret_fields}
    return plain, {name: form.cleaned_data[name] for name in cls.secret_fields if name in given}
