"""Custom fields of customers."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from madoguchi.accounts.models import User
from madoguchi.api.schemas.base import In, Out
from madoguchi.api.schemas.fields import OptionIn, OptionOut
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.customers.actions.field_keeping import CustomerDefinition
from madoguchi.customers.choices import ChangeKind
from madoguchi.customers.fields import HIDDEN, all_customer_fields, customer_values, may_read, values_for
from madoguchi.customers.models import Customer, CustomerField, RecordChange


class CustomerFieldOut(Out):
    """A custom field of customers (顧客項目)."""

    id: int
    """Its id: the key of `fields` at customers."""
    name: str
    """What it is called."""
    kind: Annotated[str, Field(json_schema_extra={"enum": list(FieldKind.values)})]
    """What it holds: `number` as text, `date` in ISO 8601, `choice` and `multi` ids of choices, `check` true."""
    help_text: str
    """What it is for."""
    section: str
    """The heading it stands below."""
    position: int
    """Its place in the order."""
    is_personal: bool
    """True where callers whose role reads masked see dots in place of values."""
    options: list[OptionOut]
    """The choices, retired ones too, in their order."""
    is_retired: bool
    """True when it is not offered any more; what stands in it is kept."""
    version: int
    """Goes up with each change; send it along with yours."""


class CustomerFieldChangesIn(In):
    """What changes of a field; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What it is called."""
    kind: FieldKind | None = None
    """`text` may become `long`, `choice` may become `multi`; nothing else."""
    help_text: Annotated[str, Field(max_length=300)] | None = None
    """What it is for."""
    section: Annotated[str, Field(max_length=60)] | None = None
    """The heading it stands below."""
    position: Annotated[int, Field(ge=0, le=999)] | None = None
    """Its place in the order."""
    is_personal: bool | None = None
    """True to hide its values from callers whose role reads masked."""
    options: Annotated[list[OptionIn], Field(max_length=300)] | None = None
    """All choices from now on; one left out is deleted unless a customer has it, and only with `version`."""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The `version` that was read: when somebody has changed the field since, nothing is saved (409)."""

    def definition(self, field: CustomerField) -> CustomerDefinition:
        """All of a field as it is to be: what was said, and the rest as it is."""
        names = ("name", "kind", "help_text", "section", "position", "is_personal")
        said = {name: value if (value := getattr(self, name)) is not None else getattr(field, name) for name in names}
        wanted = [Option(each.id, each.name, (), each.is_retired) for each in self.options or ()]
        return CustomerDefinition(**said, options=field.all_options if self.options is None else wanted)


class CustomerFieldIn(CustomerFieldChangesIn):
    """A field to add."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["会員番号"])]
    """What it is called."""
    kind: FieldKind
    """What it holds."""
    version: None = None
    """A new field has none yet."""


class FreedOut(Out):
    """What was deleted."""

    customers: int
    """At how many customers something stood there."""


def show_customer_field(field: CustomerField) -> CustomerFieldOut:
    """A field with its choices."""
    names = ("name", "kind", "help_text", "section", "position", "is_personal", "version")
    options = [OptionOut(id=e.id, name=e.name, when=[], is_retired=e.is_retired) for e in field.all_options]
    plain = {name: getattr(field, name) for name in names}
    return CustomerFieldOut(id=field.pk, options=options, is_retired=field.retired_at is not None, **plain)


def shown_fields(user: User, customers: list[Customer]) -> dict[int, dict[str, Any]]:
    """What stands in the custom fields of customers as this person may see it, by customer and the field's number."""
    found = customer_values(row.pk for row in customers)
    fields = list(all_customer_fields()) if found else []
    return {
        number: {str(pk): value for pk, value in values_for(user, fields, values).items()}
        for number, values in found.items()
    }


def shown_change(user: User, row: RecordChange) -> dict[str, Any]:
    """Both sides of a change; what is not for this person's eyes as dots."""
    if row.what != ChangeKind.CUSTOM or not user.masks_contacts:
        return {"before": row.before, "after": row.after}
    known = {str(field.pk): may_read(user, field) for field in all_customer_fields()}

    def side(values: Mapping[str, Any]) -> dict[str, Any]:
        return {pk: value if value is None or known.get(pk) else HIDDEN for pk, value in values.items()}

    return {"before": side(row.before), "after": side(row.after)}
