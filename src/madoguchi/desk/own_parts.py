"""The custom fields of a customer as pages show them: name and value below their headings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.conversations.beside import customer_fields_beside, customer_values_beside
from madoguchi.core.fields.kinds import Values
from madoguchi.customers.fields import customer_values, text_for, told_values
from madoguchi.customers.models import Customer, CustomerField


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Some custom fields below a heading: name and value of each that is filled in."""

    word: str
    lines: list[tuple[str, str]]


def own_parts(user: User, fields: Iterable[CustomerField], values: Values) -> list[OwnPart]:
    """What stands in the custom fields of a customer as this person may see it; those without a heading first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field in fields:
        if text := text_for(user, field, values.get(field.pk)):
            found.setdefault(field.section, []).append((field.name, text))
    return [OwnPart(word, lines) for word, lines in sorted(found.items(), key=lambda item: item[0] != "")]


def own_parts_of(user: User, customer: Customer, fields: Iterable[CustomerField]) -> list[OwnPart]:
    """The same, read."""
    return own_parts(user, fields, customer_values([customer.pk]).get(customer.pk, {}))


class OwnPartReads:
    """What they are made of beside a conversation, to be fetched together with it."""

    def __init__(self, user: User, number: int) -> None:
        self.user = user
        self._fields, self._values = customer_fields_beside(), customer_values_beside(number)

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return self._fields, self._values

    def parts(self) -> list[OwnPart]:
        """What is filled in, as this person may see it."""
        told = next(iter(told_values(self._values).values()), {})
        return own_parts(self.user, self._fields, told)
