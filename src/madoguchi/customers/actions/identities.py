"""Addresses that lead to a customer: adding, marking, removing, and what bounces tell."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions.changing import hold_customer, kept, note_change
from madoguchi.customers.actions.identifying import key_of, lock_identities
from madoguchi.customers.choices import (
    IDENTITY_ADDED,
    IDENTITY_BOUNCED,
    IDENTITY_CHANGED,
    IDENTITY_REMOVED,
    ChangeKind,
    IdentityKind,
)
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer, Identity, label_of
from madoguchi.customers.naming import reindex_customer
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


class AddressTaken(Invalid):
    """The address leads to somebody else; whose it is may be hidden from the one who asks."""


@transaction.atomic
def add_identity(
    customer: Customer, kind: str, address: str, *, is_primary: bool = False, label: str = "", by: Actor
) -> Identity:
    """Let an address lead to this customer; Invalid when it leads to another one already.

    The refusal names nobody: whose it is may be hidden from the one who asks. A phone number may be that of several.
    """
    require(by, Permission.REPLY)
    key = key_of(kind, address)
    lock_identities([(kind, key)])
    held = hold_customer(customer)
    known = Identity.objects.filter(kind=kind, key=key)
    if kind != IdentityKind.PHONE and known.exclude(customer=held).exists():
        raise AddressTaken(
            _("This address cannot be added: it may be in use. Look for it in the search."), field="address"
        )
    if mine := known.filter(customer=held).first():
        return mine
    is_first = not Identity.objects.filter(customer=held, kind=kind).exists()
    name = label_of(held.family_name, held.given_name, held.display_name, held.language)
    if is_primary:
        Identity.objects.filter(customer=held, kind=kind, is_primary=True).update(is_primary=False)
    identity = Identity.objects.create(
        customer=held, kind=kind, key=key, shown=address[:320], name=cut_whole(name, 300), label=cut_whole(label, 40),
        is_primary=is_primary or is_first,
    )  # fmt: skip
    reindex_customer(held)
    note_change(held, ChangeKind.IDENTITY, None, kept(ChangeKind.IDENTITY, identity), by=by, row=identity.pk)
    record(IDENTITY_ADDED, f"customer:{held.pk}", by=by)
    customer.version = held.version
    return identity


@transaction.atomic
def change_identity(identity: Identity, *, by: Actor, is_verified: bool | None = None, **values: Any) -> Identity:
    """Change `label`, `is_primary`, `is_valid` or `charset` of an address, or whether it is known to be theirs.

    To be primary takes it from the other one of the kind. Marking an address valid forgets that it bounced.
    """
    require(by, Permission.REPLY)
    held = hold_customer(Customer(pk=identity.customer_id))
    row = Identity.objects.get(pk=identity.pk)
    before = kept(ChangeKind.IDENTITY, row)
    for name, value in values.items():
        setattr(row, name, value)
    if is_verified is not None and is_verified != (row.verified_at is not None):
        row.verified_at = timezone.now() if is_verified else None
    if values.get("is_primary") and not before["is_primary"]:
        Identity.objects.filter(customer=held, kind=row.kind, is_primary=True).update(is_primary=False)
    if values.get("is_valid") and row.bounced_at:
        row.bounced_at, row.bounce_reason = None, ""
    row.save()
    after = kept(ChangeKind.IDENTITY, row)
    if after != before:
        note_change(held, ChangeKind.IDENTITY, before, after, by=by, row=row.pk)
        changed = sorted(name for name in after if after[name] != before[name])
        record(IDENTITY_CHANGED, f"customer:{held.pk}", by=by, data={"identity": row.pk, "fields": changed})
    return row


@transaction.atomic
def replace_address(customer: Customer, old: str, new: str, *, by: Actor) -> Identity:
    """Write to a customer at another mail address from now on; the old one stays on record, as one that bounced.

    `Invalid` when the new one leads to somebody else.
    """
    require(by, Permission.REPLY)
    former = Identity.objects.filter(customer=customer, kind=IdentityKind.MAIL, key=fold_address(old)).first()
    identity = add_identity(customer, IdentityKind.MAIL, new, by=by)
    if former is not None and former.is_primary:
        identity = change_identity(identity, by=by, is_primary=True)
    if former is not None:
        mark_bounced(former.shown, former.bounce_reason)
    Identity.objects.filter(pk=identity.pk).update(bounced_at=None, bounce_reason="")
    identity.refresh_from_db()
    return identity


@transaction.atomic
def remove_identity(identity: Identity, *, by: Actor) -> None:
    """Let an address lead to this customer no more; what came from it stays. Mail from it makes a new customer."""
    require(by, Permission.REPLY)
    lock_identities([(identity.kind, identity.key)])
    held = hold_customer(Customer(pk=identity.customer_id))
    row = Identity.objects.filter(pk=identity.pk, customer=held).first()
    if row is None:
        return
    before, pk = kept(ChangeKind.IDENTITY, row), row.pk
    row.delete()
    others = Identity.objects.filter(customer=held, kind=row.kind).order_by("pk")
    if row.is_primary and (other := others.first()):
        Identity.objects.filter(pk=other.pk).update(is_primary=True)
    note_change(held, ChangeKind.IDENTITY, before, None, by=by, row=pk)
    record(IDENTITY_REMOVED, f"customer:{held.pk}", by=by)
    reindex_customer(Customer.objects.select_related("organisation").get(pk=held.pk))


def set_charset(identity: Identity, charset: str, *, by: Actor) -> None:
    """Encode mail to this address so from now on (`SendCharset`); empty for as its 窓口 sends."""
    change_identity(identity, by=by, charset=charset)


def mark_bounced(address: str, reason: str) -> None:
    """Note that mail to this address does not arrive, so that the next writer is warned."""
    key = fold_address(address)
    changed = Identity.objects.filter(kind=IdentityKind.MAIL, key=key, bounced_at=None)
    for identity in changed:
        Identity.objects.filter(pk=identity.pk).update(bounced_at=timezone.now(), bounce_reason=reason[:200])
        record(IDENTITY_BOUNCED, f"customer:{identity.customer_id}", by=Actor.system("intake"))
