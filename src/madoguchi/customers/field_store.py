"""Writing values of customers' custom fields; the customer is held, and so is the field."""

from collections.abc import Iterable, Mapping

from madoguchi.core.fields.kinds import FieldKind, Plain, columns_of
from madoguchi.core.sharing import share
from madoguchi.customers.models import CustomerField, CustomerValue
from madoguchi.search.folding import fold

#: As much of a text as is compared when it is looked for.
FOLDED_CHARS = 200


def hold_fields(pks: Iterable[int]) -> dict[int, CustomerField]:
    """Fields as they are now, which nobody changes or deletes until the transaction ends; others may hold them too."""
    return share(CustomerField, pks)


def new_values(number: int, field: CustomerField, value: Plain) -> list[CustomerValue]:
    """The rows of a value, not written yet."""
    if value is None:
        return []
    many = value if isinstance(value, list) else [value]
    rows = [CustomerValue(customer_id=number, field=field, **columns_of(field.kind, each)) for each in many]
    for row in rows:
        row.folded = fold(row.text[: 2 * FOLDED_CHARS])[:FOLDED_CHARS]
    return rows


def write_values(number: int, fields: Mapping[int, CustomerField], values: Mapping[int, Plain]) -> None:
    """Let a customer have these values in these fields and no others; None empties one."""
    CustomerValue.objects.filter(customer=number, field__in=list(values)).delete()
    rows = [row for pk, value in values.items() for row in new_values(number, fields[pk], value)]
    CustomerValue.objects.bulk_create(rows)


def still_possible(field: CustomerField, value: Plain) -> Plain:
    """A value that stood there before, without options that have been deleted since."""
    if not field.has_options:
        return value
    known = {option.id for option in field.all_options}
    left = [each for each in (value if isinstance(value, list) else [value]) if each in known]
    if field.kind == FieldKind.MULTI:
        return [each for each in left if isinstance(each, int)] or None
    return next(iter(left), None)
