"""What changes the customers."""

import zlib

from django.db import connection, transaction
from django.utils import timezone

from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid
from madoguchi.customers.choices import (
    CUSTOMER_CHANGED,
    CUSTOMER_CREATED,
    IDENTITY_ADDED,
    IDENTITY_BOUNCED,
    IDENTITY_CHANGED,
    Honorific,
    IdentityKind,
)
from madoguchi.customers.models import Customer, Identity, Organisation
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: The first key of our advisory locks, so that they meet nobody else's.
_LOCK_SPACE = 0x4D41  # "MA"


def lock_identity(kind: str, key: str) -> None:
    """Queue up behind everybody who handles the same address until the transaction ends.

    Two first messages at once must not make two customers; a row lock cannot help while there is no row.
    """
    with connection.cursor() as cursor:
        number = zlib.crc32(f"{kind}:{key}".encode()) - 2**31
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, number])


def lock_customer(customer_id: int) -> None:
    """Let one transaction at a time write for a customer: messages in, replies out. Call it before reading."""
    Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).values_list("pk", flat=True).first()


def identify_customer(kind: str, address: str, *, name: str = "", language: str = "") -> Identity:
    """Find or create the customer of an address; call inside the transaction that stores the message.

    Locks the address and the customer until the transaction ends: bursts and redeliveries queue up here, and a
    message waits for a reply to the same customer that is just being written.
    """
    key = fold_address(address) if kind == IdentityKind.MAIL else address
    key = key[:320]
    lock_identity(kind, key)
    locked = Identity.objects.select_related("customer").select_for_update(of=("customer",), no_key=True)
    identity = locked.filter(kind=kind, key=key).first()
    if identity is not None:
        return identity
    customer = Customer.objects.create(display_name=(name or address)[:300], language=language)
    identity = Identity.objects.create(
        customer=customer, kind=kind, key=key, shown=address[:320], name=name[:300], is_primary=True
    )
    record(CUSTOMER_CREATED, f"customer:{customer.pk}", by=Actor.system("intake"))
    return identity


@transaction.atomic
def create_customer(
    *, by: Actor, emails: list[str], phones: list[str] | None = None, company: str = "", **values: object
) -> Customer:
    """Add a customer with addresses; an address that belongs to somebody else raises Invalid."""
    customer = Customer(**values)
    if company:
        customer.organisation, _created = Organisation.objects.get_or_create(name=company)
        if not customer.family_name:
            customer.display_name = customer.display_name or company
            customer.honorific = Honorific.ONCHU
    customer.display_name = customer.display_name or (emails[0] if emails else "–")
    customer.save(force_insert=True)
    for position, email in enumerate(emails):
        add_identity(customer, IdentityKind.MAIL, email, is_primary=position == 0, by=by)
    for phone in phones or []:
        add_identity(customer, IdentityKind.PHONE, phone, by=by)
    record(CUSTOMER_CREATED, f"customer:{customer.pk}", by=by)
    return customer


@transaction.atomic
def add_identity(customer: Customer, kind: str, address: str, *, is_primary: bool = False, by: Actor) -> Identity:
    """Let an address lead to this customer; Invalid when it leads to another one already."""
    key = fold_address(address) if kind == IdentityKind.MAIL else address.replace("-", "")
    lock_identity(kind, key)
    known = Identity.objects.filter(kind=kind, key=key).first()
    if known is not None and known.customer_id != customer.pk:
        raise Invalid("This address belongs to another customer.", field="address", customer=known.customer_id)
    if known is not None:
        return known
    identity = Identity.objects.create(
        customer=customer, kind=kind, key=key, shown=address, name=customer.label[:300], is_primary=is_primary
    )
    record(IDENTITY_ADDED, f"customer:{customer.pk}", by=by)
    return identity


@transaction.atomic
def change_customer(customer: Customer, *, by: Actor, **values: object) -> Customer:
    """Change plain fields of the record."""
    for field, value in values.items():
        setattr(customer, field, value)
    customer.save(update_fields=[*values])
    record(CUSTOMER_CHANGED, f"customer:{customer.pk}", by=by, data={"fields": sorted(values)})
    return customer


@transaction.atomic
def set_charset(identity: Identity, charset: str, *, by: Actor) -> None:
    """Encode mail to this address so from now on (`SendCharset`); empty for as its 窓口 sends."""
    if Identity.objects.filter(pk=identity.pk).exclude(charset=charset).update(charset=charset):
        data = {"identity": identity.pk, "charset": charset}
        record(IDENTITY_CHANGED, f"customer:{identity.customer_id}", by=by, data=data)


def mark_bounced(address: str, reason: str) -> None:
    """Note that mail to this address does not arrive, so that the next writer is warned."""
    key = fold_address(address)
    changed = Identity.objects.filter(kind=IdentityKind.MAIL, key=key, bounced_at=None)
    for identity in changed:
        Identity.objects.filter(pk=identity.pk).update(bounced_at=timezone.now(), bounce_reason=reason[:200])
        record(IDENTITY_BOUNCED, f"customer:{identity.customer_id}", by=Actor.system("intake"))
