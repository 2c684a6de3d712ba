"""In which parts the fields of a case are shown and edited, in their order: the check list of the trade. Pure."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.cases.choices import CaseKind
from madoguchi.cases.models import Complaint, Harassment, Incident

MODELS: dict[str, type[Complaint | Harassment | Incident]] = {
    CaseKind.COMPLAINT: Complaint,
    CaseKind.HARASSMENT: Harassment,
    CaseKind.INCIDENT: Incident,
}
#: The nine items of the report to the commission.
NINE_ITEMS = (
    "overview", "items", "persons", "cause", "secondary", "to_persons", "publication", "prevention", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields below a heading."""

    key: str
    word: Promise
    fields: tuple[str, ...]


PARTS: dict[str, tuple[Part, ...]] = {
    CaseKind.COMPLAINT: (
        Part("receipt", _("Receipt"), ("via", "complainant", "product", "order_number", "content", "demand")),
        Part(
            "assessment",
            _("Initial assessment"),
            ("severity", "is_safety", "impact", "complexity", "immediate_action"),
        ),
        Part("investigation", _("Investigation"), ("facts", "cause_class", "cause")),
        Part("response", _("Response"), ("proposal", "remedy", "reaction", "outside_body")),
        Part("prevention", _("Prevention"), ("prevention", "effect_on")),
    ),
    CaseKind.HARASSMENT: (
        Part("what", _("What happened"), ("happened_at", "via", "times", "minutes", "conduct", "words", "recording")),
        Part("demand", _("Demand and answer"), ("demand", "our_answer")),
        Part("elements", _("The three elements"), ("is_by_customer", "is_beyond", "is_harmful")),
        Part("prevention", _("Prevention"), ("prevention",)),
    ),
    CaseKind.INCIDENT: (
        Part(
            "duty",
            _("Which of the four cases"),
            ("discovered_at", "is_sensitive", "is_financial", "is_dishonest", "is_many"),
        ),
        Part("items", _("The nine items"), (*NINE_ITEMS, "unknown")),
        Part("recovery", _("Recovery"), ("recovery",)),
    ),
}


def parts_of(kind: str) -> tuple[Part, ...]:
    """The parts of a kind."""
    return PARTS[kind]


def fields_of(kind: str) -> tuple[str, ...]:
    """Every field a person fills, of all parts."""
    return tuple(name for part in PARTS[kind] for name in part.fields)


def word_of(kind: str, name: str) -> Any:
    """What a field is called."""
    if name == "unknown":
        return _("Not yet known")
    return column(kind, name).verbose_name


def column(kind: str, name: str) -> "models.Field[Any, Any]":
    """The column that keeps a field."""
    found = MODELS[kind]._meta.get_field(name)  # noqa: SLF001 - Django documents it as public
    assert isinstance(found, models.Field)
    return found
