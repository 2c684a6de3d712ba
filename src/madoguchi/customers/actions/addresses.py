"""Postal addresses, consents and files of a customer."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions.changing import hold_customer, kept, note_change
from madoguchi.customers.choices import ChangeKind
from madoguchi.customers.models import Consent, Customer, CustomerFile, PostalAddress
from madoguchi.customers.postcodes import tidy_code
from madoguchi.events.actor import Actor
from madoguchi.files.actions import store_blob

#: Bytes; more is no paper about a customer.
MAX_FILE = 20 * 1024 * 1024
_MOST_ADDRESSES, _MOST_FILES = 20, 200
_PARTS = ("prefecture", "city", "street", "building")


@transaction.atomic
def add_postal_address(customer: Customer, *, by: Actor, is_primary: bool = False, **values: Any) -> PostalAddress:
    """Add a postal address of these parts; the first one is the primary one. Invalid when all are empty."""
    require(by, Permission.REPLY)
    held = hold_customer(customer)
    row = PostalAddress(customer=held, **_tidy(values))
    _check_some(row)
    others = PostalAddress.objects.filter(customer=held)
    count = others.count()
    if count >= _MOST_ADDRESSES:
        raise Invalid(_("A customer can have %(most)d addresses at most.") % {"most": _MOST_ADDRESSES})
    row.is_primary = is_primary or not count
    if row.is_primary:
        others.update(is_primary=False)
    row.save(force_insert=True)
    note_change(held, ChangeKind.ADDRESS, None, kept(ChangeKind.ADDRESS, row), by=by, row=row.pk)
    customer.version = held.version
    return row


@transaction.atomic
def change_postal_address(address: PostalAddress, *, by: Actor, **values: Any) -> PostalAddress:
    """Change parts of a postal address, or make it the primary one."""
    require(by, Permission.REPLY)
    held = hold_customer(Customer(pk=address.customer_id))
    row = PostalAddress.objects.get(pk=address.pk)
    before = kept(ChangeKind.ADDRESS, row)
    for name, value in _tidy(values).items():
        setattr(row, name, value)
    _check_some(row)
    if row.is_primary and not before["is_primary"]:
        PostalAddress.objects.filter(customer=held, is_primary=True).update(is_primary=False)
    row.save()
    if (after := kept(ChangeKind.ADDRESS, row)) != before:
        note_change(held, ChangeKind.ADDRESS, before, after, by=by, row=row.pk)
    return row


@transaction.atomic
def remove_postal_address(address: PostalAddress, *, by: Actor) -> None:
    """Forget a postal address; another one becomes the primary one."""
    require(by, Permission.REPLY)
    held = hold_customer(Customer(pk=address.customer_id))
    row = PostalAddress.objects.filter(pk=address.pk, customer=held).first()
    if row is None:
        return
    before, pk = kept(ChangeKind.ADDRESS, row), row.pk
    row.delete()
    if row.is_primary and (other := PostalAddress.objects.filter(customer=held).order_by("pk").first()):
        PostalAddress.objects.filter(pk=other.pk).update(is_primary=True)
    note_change(held, ChangeKind.ADDRESS, before, None, by=by, row=pk)


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    tidied = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()}
    if "postal_code" in tidied:
        tidied["postal_code"] = tidy_code(tidied["postal_code"])[:16]
    if "country" in tidied:
        tidied["country"] = (tidied["country"] or "JP").upper()
    return tidied


def _check_some(row: PostalAddress) -> None:
    if not (row.postal_code or any(getattr(row, name) for name in _PARTS)):
        raise Invalid(_("Enter an address."), field="street")


@transaction.atomic
def note_consent(customer: Customer, purpose: str, *, is_given: bool, source: str, by: Actor, **more: Any) -> Consent:
    """Write down that a customer agreed to something or took it back; `at` (default: now), `wording` are optional."""
    require(by, Permission.REPLY)
    held = hold_customer(customer)
    at = more.get("at") or timezone.now()
    if at > timezone.now():
        raise Invalid(_("This time has not come yet."), field="at")
    if not source.strip():
        raise Invalid(_("Enter where the customer said so."), field="source")
    consent = Consent.objects.create(
        customer=held, purpose=purpose, is_given=is_given, at=at, source=source.strip()[:100],
        wording=more.get("wording", "").strip()[:100], by_label=by.label[:200],
    )  # fmt: skip
    note_change(held, ChangeKind.CONSENT, None, {"purpose": purpose, "is_given": is_given}, by=by, row=consent.pk)
    return consent


@transaction.atomic
def attach_file(customer: Customer, name: str, content: bytes, *, content_type: str, by: Actor) -> CustomerFile:
    """Keep a file with the customer."""
    require(by, Permission.REPLY)
    if not content:
        raise Invalid(_("The file is empty."), field="file")
    if len(content) > MAX_FILE:
        raise Invalid(_("A file may have %(most)d MB at most.") % {"most": MAX_FILE // 1024**2}, field="file")
    held = hold_customer(customer)
    if held.files.count() >= _MOST_FILES:
        raise Invalid(_("A customer can have %(most)d files at most.") % {"most": _MOST_FILES}, field="file")
    row = CustomerFile.objects.create(
        customer=held,
        blob=store_blob(content),
        name=name[:255],
        content_type=content_type[:100],
        by_label=by.label[:200],
    )
    note_change(held, ChangeKind.FILE, None, kept(ChangeKind.FILE, row), by=by, row=row.pk)
    return row


@transaction.atomic
def remove_file(file: CustomerFile, *, by: Actor) -> None:
    """Take a file away from the customer."""
    require(by, Permission.REPLY)
    held = hold_customer(Customer(pk=file.customer_id))
    row = CustomerFile.objects.filter(pk=file.pk, customer=held).first()
    if row is None:
        return
    before, pk = kept(ChangeKind.FILE, row), row.pk
    row.delete()
    note_change(held, ChangeKind.FILE, before, None, by=by, row=pk)
