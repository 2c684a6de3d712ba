"""Custom fields of customers read: which there are, what customers have in them, and for whose eyes it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.fields.kinds import FieldKind, Plain, Values, plain_of
from madoguchi.core.fields.values import value_text
from madoguchi.customers.masking import DOT
from madoguchi.customers.models import CustomerField, CustomerValue

type ValueRow = tuple[int, int, str, int | None, str, Decimal | None, date | None]

#: What stands in place of what is not for somebody's eyes.
HIDDEN = DOT * 3


def all_customer_fields() -> QuerySet[CustomerField]:
    """Every field, retired ones too, in their order."""
    return CustomerField.objects.order_by("position", "pk")


def customer_fields() -> QuerySet[CustomerField]:
    """The fields that are offered."""
    return all_customer_fields().filter(retired_at=None)


def fields_to_change(user: User) -> list[CustomerField]:
    """The fields this person may write into: of a personal one only who reads it."""
    return [field for field in customer_fields() if may_read(user, field)]


def may_read(user: User, field: CustomerField) -> bool:
    """Whether a field is for this person's eyes."""
    return not (field.is_personal and user.masks_contacts)


def get_customer_field(pk: int) -> CustomerField:
    """One field; NotFound otherwise."""
    field = CustomerField.objects.filter(pk=pk).first()
    if field is None:
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    return field


def customer_values(customers: Iterable[int]) -> dict[int, Values]:
    """What customers have in all fields, also in retired ones, by customer; one query."""
    return told_values(value_rows(CustomerValue.objects.filter(customer__in=list(customers))))


def value_rows(values: QuerySet[CustomerValue]) -> QuerySet[CustomerValue, ValueRow]:
    """What `told_values` makes values of."""
    columns = ("customer_id", "field_id", "field__kind", "option", "text", "number", "day")
    return values.order_by("customer_id", "field_id", "option").values_list(*columns)


def told_values(rows: Iterable[ValueRow]) -> dict[int, Values]:
    """The values in these rows by customer."""
    found: dict[int, Values] = defaultdict(dict)
    for number, pk, kind, option, text, amount, day in rows:
        if kind == FieldKind.MULTI and option is not None:
            chosen = found[number].setdefault(pk, [])
            assert isinstance(chosen, list)
            chosen.append(option)
        else:
            found[number][pk] = True if kind == FieldKind.CHECK else plain_of(option, text, amount, day)
    return dict(found)


def values_for(user: User, fields: Iterable[CustomerField], values: Values) -> Values:
    """The values as this person may see them: what is filled in but hidden is dots."""
    return {
        field.pk: values[field.pk] if may_read(user, field) else HIDDEN
        for field in fields
        if values.get(field.pk) is not None
    }


def text_for(user: User, field: CustomerField, value: Plain) -> str:
    """A value in words as this person may see it."""
    return value_text(field, value) if value is None or may_read(user, field) else HIDDEN


def field_numbers(named: Mapping[str, Any]) -> dict[int, Any]:
    """The same values by the number of the field, where programs name fields by number or name; Invalid if unknown."""
    fields = list(customer_fields())
    numbers = {str(field.pk): field.pk for field in fields} | {field.name: field.pk for field in fields}
    for name in named:
        if name not in numbers:
            raise Invalid(_("There is no field “%(name)s”.") % {"name": name}, field="fields")
    return {numbers[name]: value for name, value in named.items()}


def customers_with(field: CustomerField) -> int:
    """How many customers have something in a field."""
    return CustomerValue.objects.filter(field=field).values("customer").distinct().count()


def customers_with_options(field: CustomerField) -> dict[int, int]:
    """How many customers have each option of a field."""
    rows = CustomerValue.objects.filter(field=field, option__isnull=False).values_list("option")
    counted = rows.annotate(amount=Count("pk")).values_list("option", "amount")
    return {option: amount for option, amount in counted if option is not None}


def customers_with_fields() -> dict[int, int]:
    """How many customers have something in each field."""
    rows = CustomerValue.objects.values_list("field").annotate(amount=Count("customer", distinct=True))
    return dict(rows.values_list("field", "amount"))
