"""What stands in the custom fields of a customer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.fields.kinds import Plain, Values
from madoguchi.core.fields.models import FieldBase
from madoguchi.core.fields.texts import read_value
from madoguchi.customers.actions.changing import hold_customer, note_change
from madoguchi.customers.actions.record import Conflict, Theirs
from madoguchi.customers.choices import ChangeKind
from madoguchi.customers.field_store import hold_fields, write_values
from madoguchi.customers.fields import customer_values
from madoguchi.customers.models import Customer, CustomerField, RecordChange
from madoguchi.events.actor import Actor


@transaction.atomic
def set_customer_fields(
    customer: Customer, raw: Mapping[int, Any], *, by: Actor, seen: int | None = None
) -> dict[int, Plain]:
    """Write into custom fields of a customer, by the field's number; None or nothing empties one. What changed.

    All of it or nothing: Invalid names the field that cannot be read. `seen` is the version of the record on which
    the values were decided: what somebody else wrote into the same field since is a Conflict.
    """
    require(by, Permission.REPLY)
    if not raw:
        return {}
    held = hold_customer(customer)
    fields = hold_fields(raw)
    _check_known(raw, fields)
    present = customer_values([held.pk]).get(held.pk, {})
    wanted = {pk: _read(fields[pk], value, present.get(pk)) for pk, value in raw.items()}
    if seen is not None:
        wanted = _decided(held, seen, wanted, present)
    changed = {pk: value for pk, value in wanted.items() if present.get(pk) != value}
    if changed:
        write_values(held.pk, fields, changed)
        before = {str(pk): present.get(pk) for pk in changed}
        note_change(held, ChangeKind.CUSTOM, before, {str(pk): value for pk, value in changed.items()}, by=by)
    customer.version = held.version
    return changed


def _check_known(raw: Mapping[int, Any], fields: Mapping[int, CustomerField]) -> None:
    if set(raw) - set(fields):
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    for each in fields.values():
        if each.retired_at is not None:
            message = _("The field “%(name)s” has been retired. What stands in it is kept, but not changed any more.")
            raise Invalid(message % {"name": each.name}, field=f"field-{each.pk}")


def _read(field: FieldBase, raw: Any, present: Plain) -> Plain:
    """The value; a retired option may stay where it is, but not be chosen anew."""
    value = read_value(field, raw)
    stays = set(present) if isinstance(present, list) else {present}
    for option in field.all_options:
        chosen = option.id in value if isinstance(value, list) else option.id == value
        if option.is_retired and chosen and option.id not in stays:
            message = _("“%(option)s” is not offered in “%(name)s” any more. Choose another one.")
            raise Invalid(message % {"option": option.name, "name": field.name}, field=f"field-{field.pk}")
    return value


def _decided(held: Customer, seen: int, wanted: Values, present: Values) -> Values:
    """The values that differ from what was seen; Conflict where somebody else wrote into the same field since."""
    since = RecordChange.objects.filter(customer=held, what=ChangeKind.CUSTOM, version__gt=seen).order_by("version")
    base: dict[int, Plain] = {}
    theirs: dict[int, Theirs] = {}
    for change in since:
        for name, value in change.before.items():
            base.setdefault(int(name), value)
            theirs[int(name)] = Theirs(change.after[name], change.by_label, change.at.isoformat())
    mine = {pk: value for pk, value in wanted.items() if value != base.get(pk, present.get(pk))}
    clashes = [pk for pk, value in mine.items() if pk in theirs and present.get(pk) not in (base[pk], value)]
    if clashes:
        yours = {f"field-{pk}": value for pk, value in mine.items()}
        raise Conflict(held.version, yours, {f"field-{pk}": theirs[pk] for pk in clashes})
    return mine
