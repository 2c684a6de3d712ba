"""Custom fields of customers as fields of templates: {{customer.field.Rank}}, in Japanese {{顧客項目.ランク}}.

They are named as administrators named them. What names a field that was renamed or retired since is not filled any
more, and stays visible.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import override

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.fields.kinds import FieldKind, Plain
from madoguchi.core.fields.values import value_text
from madoguchi.customers.fields import customer_fields, customer_values, may_read
from madoguchi.customers.models import Customer, CustomerField
from madoguchi.wording.dates import day_text
from madoguchi.wording.fields import OWN
from madoguchi.wording.filling import MAX_FAULTS, BrokenFields, Fault, Place, faults_of, pieces

#: What ends a field, or says what stands in its place: a name with one of these cannot be written between braces.
_NOT_WRITTEN = frozenset("{}|｜\n")
_YES = {"ja": "はい", "zh": "是", "ko": "예"}


class OwnValues(Mapping[str, str]):
    """What a customer has in their custom fields, by name, as a letter says it; read when a template asks for it.

    What is not for the eyes of who writes is not there: they would see it in the letter.
    """

    def __init__(self, customer: Customer, user: User | None, language: str) -> None:
        """Of this customer, for who writes; for nobody's eyes everything is there."""
        self._customer, self._user, self._language = customer, user, language

    @cached_property
    def _texts(self) -> dict[str, str]:
        values = customer_values([self._customer.pk]).get(self._customer.pk, {})
        fields = [each for each in customer_fields() if self._user is None or may_read(self._user, each)]
        said = ((each, letter_text(each, values.get(each.pk), self._language)) for each in fields)
        return {_plain(each.name): text for each, text in said if text}

    @override
    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    @override
    def __len__(self) -> int:
        return len(self._texts)


def letter_text(field: CustomerField, value: Plain, language: str) -> str:
    """A value as a letter says it: days with their weekday, a tick as a word."""
    if value is not None and field.kind == FieldKind.CHECK:
        return _YES.get(language[:2], "Yes")
    if isinstance(value, str) and field.kind == FieldKind.DATE:
        return day_text(date.fromisoformat(value), language, with_year=True)
    if isinstance(value, list) and language[:2] not in ("ja", "zh"):
        return ", ".join(value_text(field, [each]) for each in value)
    return value_text(field, value)


def writable_fields() -> list[CustomerField]:
    """The custom fields that can be named between braces, in their order."""
    return [each for each in customer_fields() if not _NOT_WRITTEN & set(each.name)]


def sample_values(language: str) -> dict[str, str]:
    """What somebody who does not exist has in each: the first choice, today, or the name of the field."""
    return {_plain(each.name): _sample(each, language) for each in writable_fields()}


def _sample(field: CustomerField, language: str) -> str:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.MULTI:
            return next((option.name for option in field.offered), field.name)
        case FieldKind.DATE:
            return day_text(date(2026, 4, 1), language, with_year=True)
        case FieldKind.NUMBER:
            return "100"
        case FieldKind.CHECK:
            return _YES.get(language[:2], "Yes")
    return field.name


def check_fields(text: str, *, field: str) -> None:
    """Raise BrokenFields unless everything between double braces is a field, a custom one that there is, or a blank."""
    if faults := [*faults_of(text), *_unknown_ones(text)][:MAX_FAULTS]:
        raise BrokenFields(sorted(faults, key=lambda each: (each.line, each.column)), field=field)


def _unknown_ones(text: str) -> list[Fault]:
    own = [each for each in pieces(text) if isinstance(each, Place) and each.name.startswith(OWN)]
    if not own:
        return []
    known = [_plain(each.name) for each in customer_fields()]
    return [_unknown(text, each, known) for each in own if each.name.removeprefix(OWN) not in known]


def _unknown(text: str, place: Place, known: list[str]) -> Fault:
    name = place.name.removeprefix(OWN)
    line, column = text.count("\n", 0, place.start) + 1, place.start - text.rfind("\n", 0, place.start)
    problem = _("There is no custom field of customers “%(name)s”.") % {"name": name}
    if likely := get_close_matches(name, known, n=1, cutoff=0.6):
        problem = f"{problem} {_('Did you mean “%(name)s”?') % {'name': likely[0]}}"
    return Fault(line, column, text[place.start : place.end], problem)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()
