"""How every change of a record is made: on the row as it is now, with what stood there before, and the way back."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.customers.actions.identifying import lock_identities
from madoguchi.customers.choices import CUSTOMER_CHANGED, ChangeKind
from madoguchi.customers.field_store import hold_fields, still_possible, write_values
from madoguchi.customers.fields import customer_values
from madoguchi.customers.merged import MergedCustomer, surviving_id
from madoguchi.customers.models import (
    Customer,
    CustomerFile,
    CustomerTag,
    Identity,
    PostalAddress,
    RecordChange,
)
from madoguchi.customers.naming import reindex_customer
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: What of a row beside the record is kept in its history.
KEPT: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    ChangeKind.IDENTITY: (
        Identity,
        ("kind", "key", "shown", "name", "label", "is_primary", "is_valid", "verified_at", "charset"),
    ),
    ChangeKind.ADDRESS: (
        PostalAddress,
        ("label", "postal_code", "prefecture", "city", "street", "building", "country", "is_primary"),
    ),
    ChangeKind.FILE: (CustomerFile, ("blob_id", "name", "content_type", "by_label", "created_at")),
}


class ChangedSince(DomainError):
    """What was done later builds on this change."""

    code = "changed_since"


def hold_customer(customer: Customer) -> Customer:
    """Lock a customer until the transaction ends and read them as they are now; MergedCustomer for a shell."""
    held = Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk).first()
    if held is None:
        raise NotFound(_("There is no such customer."))
    if held.merged_into_id is not None:
        raise MergedCustomer(
            _("This customer was merged into another one. Open that one."), into=surviving_id(held.merged_into_id)
        )
    return held


def note_change(held: Customer, what: str, before: Any, after: Any, *, by: Actor, row: int | None = None) -> None:
    """Write down a change of a held customer and count its version up; tells everybody (`customer_changed`).

    A record that is just being made (version 0) has no history yet.
    """
    if not held.version:
        return
    Customer.objects.filter(pk=held.pk).update(version=F("version") + 1)
    held.version += 1
    change = RecordChange.objects.create(
        customer=held, version=held.version, what=what, row=row, before=before, after=after,
        by_id=by.id, by_label=by.label[:200],
    )  # fmt: skip
    names = sorted(after) if what == ChangeKind.FIELDS else []
    record(
        CUSTOMER_CHANGED,
        f"customer:{held.pk}",
        by=by,
        data={"what": str(what), "change": change.pk} | ({"fields": names} if names else {}),
    )


def kept(what: str, row: models.Model) -> dict[str, Any]:
    """The values of a row as its history keeps them."""
    return {name: _plain(getattr(row, name)) for name in KEPT[what][1]}


def plain_values(customer: Customer, names: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a record as its history keeps them."""
    return {name: _plain(getattr(customer, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if hasattr(value, "isoformat") else value


@transaction.atomic
def undo_change(customer: Customer, change_id: int, *, by: Actor) -> RecordChange:
    """Take one change of a record back.

    Fields that somebody has changed again since keep the later value; ChangedSince when nothing is left to put back.
    """
    require(by, Permission.REPLY)
    change = RecordChange.objects.filter(customer=customer, pk=change_id).first()
    if change is None or change.what == ChangeKind.CONSENT:
        raise NotFound(_("There is nothing to undo."))
    if change.what == ChangeKind.IDENTITY:
        lock_identities((each["kind"], each["key"]) for each in (change.before, change.after) if each)
    held = hold_customer(customer)
    change.refresh_from_db()
    if change.undone_at is not None:
        raise ChangedSince(_("This has already been undone."))
    before, after = _BACK.get(ChangeKind(change.what), _row_back)(held, change)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    note_change(held, change.what, before, after, by=by, row=change.row)
    reindex_customer(Customer.objects.select_related("organisation").get(pk=held.pk))
    return change


def _later() -> ChangedSince:
    return ChangedSince(_("This has been changed again since. Look at the history and change it by hand."))


def _fields_back(held: Customer, change: RecordChange) -> tuple[Any, Any]:
    now = plain_values(held, change.after)
    # The mark 要注意対応 takes two people both ways (`caring`).
    same = [name for name, value in change.after.items() if now[name] == value and name != "needs_care"]
    if not same:
        raise _later()
    back = {name: change.before[name] for name in same}
    for name, value in back.items():
        setattr(held, "organisation_id" if name == "organisation" else name, value)
    held.save(update_fields=list(back))
    return {name: now[name] for name in same}, back


def _tags_back(held: Customer, change: RecordChange) -> tuple[Any, Any]:
    now = sorted(tag.name for tag in held.tags.all())
    put_on, taken_off = {*change.after} - {*change.before}, {*change.before} - {*change.after}
    wanted = sorted({*now} - put_on | taken_off)
    held.tags.set(CustomerTag.objects.get_or_create(name=name)[0] for name in wanted)
    return now, wanted


def _custom_back(held: Customer, change: RecordChange) -> tuple[Any, Any]:
    fields = hold_fields(map(int, change.after))
    present = customer_values([held.pk]).get(held.pk, {})
    same = [pk for pk in fields if present.get(pk) == change.after[str(pk)]]
    if not same:
        raise _later()
    back = {pk: still_possible(fields[pk], change.before[str(pk)]) for pk in same}
    write_values(held.pk, fields, back)
    return {str(pk): present.get(pk) for pk in same}, {str(pk): value for pk, value in back.items()}


def _row_back(held: Customer, change: RecordChange) -> tuple[Any, Any]:
    model, _names = KEPT[change.what]
    row = model._default_manager.filter(pk=change.row, customer=held).first()  # noqa: SLF001 - the documented name
    now = kept(change.what, row) if row else None
    if now != change.after:
        raise _later()
    if row and change.before is None:
        row.delete()
        return now, None
    if change.what == ChangeKind.IDENTITY:
        _check_free(held, change.before)
    _let_be_primary(held, model, change.before)
    model(pk=change.row, customer=held, **change.before).save(force_insert=row is None)
    return now, change.before


def _check_free(held: Customer, values: Mapping[str, Any]) -> None:
    taken = Identity.objects.filter(kind=values["kind"], key=values["key"]).exclude(customer=held)
    if taken.exists() and values["kind"] != "phone":
        raise Invalid(_("This address cannot be added: it may be in use. Look for it in the search."), field="address")


def _let_be_primary(held: Customer, model: type[models.Model], values: Mapping[str, Any]) -> None:
    if values.get("is_primary"):
        others = model._default_manager.filter(customer=held, is_primary=True)  # noqa: SLF001
        (others.filter(kind=values["kind"]) if "kind" in values else others).update(is_primary=False)


_BACK = {ChangeKind.FIELDS: _fields_back, ChangeKind.TAGS: _tags_back, ChangeKind.CUSTOM: _custom_back}
