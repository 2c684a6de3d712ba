"""What changes the customers."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.calendars.checking import time_zones
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid
from madoguchi.core.rows import insert_rows
from madoguchi.customers.choices import (
    CUSTOMER_CHANGED,
    CUSTOMER_CREATED,
    IDENTITY_ADDED,
    IDENTITY_BOUNCED,
    IDENTITY_CHANGED,
    Honorific,
    IdentityKind,
)
from madoguchi.customers.models import Customer, Identity, Organisation, label_of
from madoguchi.customers.naming import index_customers, reindex_customer
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record, record_all

#: The first key of our advisory locks, so that they meet nobody else's.
_LOCK_SPACE = 0x4D41  # "MA"
#: Identities by kind and key, their customers locked in one order everywhere.
_LOCK = """
SELECT identity.* FROM customers_identity identity JOIN customers_customer customer ON customer.id = customer_id
WHERE (kind, key) IN (SELECT * FROM unnest(%s::text[], %s::text[])) ORDER BY customer_id
FOR NO KEY UPDATE OF customer
"""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as a message names them."""

    kind: str  #: IdentityKind
    address: str
    name: str = ""
    language: str = ""
    message: str = ""  #: the id of what they wrote
    is_machine: bool = False  #: a mail server that reports: nobody to be addressed with 様

    @property
    def key(self) -> str:
        """The form of the address that is compared; of a sender without one the message: nobody else is the same."""
        if not self.address:
            return f"? {self.message}"[:320]
        return (fold_address(self.address) if self.kind == IdentityKind.MAIL else self.address)[:320]


def lock_identities(keys: Iterable[tuple[str, str]]) -> None:
    """Queue up behind everybody who handles the same (kind, key) addresses until the transaction ends.

    Two first messages at once must not make two customers; a row lock cannot help while there is no row. In one order
    everywhere, so that two batches do not wait for each other in a circle.
    """
    numbers = sorted({zlib.crc32(f"{kind}:{key}".encode()) - 2**31 for kind, key in keys})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) number", [_LOCK_SPACE, numbers])


def lock_customer(customer_id: int) -> None:
    """Let one transaction at a time write for a customer: messages in, replies out. Call it before reading."""
    lock_customers([customer_id])


def lock_customers(customer_ids: Iterable[int]) -> None:
    """Lock several customers, in one order everywhere."""
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=list(customer_ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def identify_customer(kind: str, address: str, *, name: str = "", language: str = "") -> Identity:
    """Find or create the customer of one address, as `identify_customers` does of many."""
    return identify_customers([Party(kind, address, name, language)])[0]


def identify_customers(parties: Sequence[Party]) -> list[Identity]:
    """Find or create the customers of these addresses; call inside the transaction that stores their messages.

    Locks the addresses and the customers until the transaction ends: bursts and redeliveries queue up here, and a
    message waits for a reply to the same customer that is just being written. Of an address that comes twice the
    first name counts.
    """
    keys = [(party.kind, party.key) for party in parties]
    lock_identities(keys)
    known = _locked_identities(keys)
    fresh = {key: party for key, party in zip(reversed(keys), reversed(parties), strict=True) if key not in known}
    known |= _create_identities({key: fresh[key] for key in dict.fromkeys(keys) if key in fresh})
    return [known[key] for key in keys]


def _locked_identities(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Identity]:
    kinds, wanted = (list(column) for column in zip(*keys, strict=True))
    return {(identity.kind, identity.key): identity for identity in Identity.objects.raw(_LOCK, [kinds, wanted])}


def _create_identities(parties: Mapping[tuple[str, str], Party]) -> dict[tuple[str, str], Identity]:
    customers = [
        Customer(
            display_name=(party.name or party.address)[:300],
            language=party.language,
            honorific="" if party.is_machine else Honorific.SAMA,
        )
        for party in parties.values()
    ]
    insert_rows(customers)
    identities = {
        (kind, key): Identity(
            customer=customer,
            kind=kind,
            key=key,
            shown=party.address[:320],
            name=party.name[:300],
            is_primary=True,
        )
        for customer, ((kind, key), party) in zip(customers, parties.items(), strict=True)
    }
    insert_rows(list(identities.values()))
    index_customers(customers, {identity.customer_id: [identity] for identity in identities.values()})
    by = Actor.system("intake")
    record_all([new_event(CUSTOMER_CREATED, f"customer:{customer.pk}", by=by) for customer in customers])
    return identities


@transaction.atomic
def create_customer(
    *, by: Actor, emails: list[str], phones: list[str] | None = None, company: str = "", **values: object
) -> Customer:
    """Add a customer with addresses; an address that belongs to somebody else raises Invalid."""
    require(by, Permission.REPLY)
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
    reindex_customer(customer)
    record(CUSTOMER_CREATED, f"customer:{customer.pk}", by=by)
    return customer


@transaction.atomic
def add_identity(customer: Customer, kind: str, address: str, *, is_primary: bool = False, by: Actor) -> Identity:
    """Let an address lead to this customer; Invalid when it leads to another one already.

    The refusal names nobody: whose it is may be hidden from the one who asks.
    """
    require(by, Permission.REPLY)
    key = fold_address(address) if kind == IdentityKind.MAIL else address.replace("-", "")
    lock_identities([(kind, key)])
    known = Identity.objects.filter(kind=kind, key=key).first()
    if known is not None and known.customer_id != customer.pk:
        raise Invalid(_("This address cannot be added: it may be in use. Look for it in the search."), field="address")
    if known is not None:
        return known
    name = label_of(customer.family_name, customer.given_name, customer.display_name, customer.language)
    identity = Identity.objects.create(
        customer=customer, kind=kind, key=key, shown=address, name=name[:300], is_primary=is_primary
    )
    reindex_customer(customer)
    record(IDENTITY_ADDED, f"customer:{customer.pk}", by=by)
    return identity


@transaction.atomic
def change_customer(customer: Customer, *, by: Actor, **values: object) -> Customer:
    """Change plain fields of the record."""
    require(by, Permission.REPLY)
    if values.get("time_zone") and values["time_zone"] not in time_zones():
        raise Invalid(_("There is no such time zone. Choose one from the list."), field="time_zone")
    for field, value in values.items():
        setattr(customer, field, value)
    customer.save(update_fields=[*values])
    reindex_customer(customer)
    record(CUSTOMER_CHANGED, f"customer:{customer.pk}", by=by, data={"fields": sorted(values)})
    return customer


@transaction.atomic
def set_charset(identity: Identity, charset: str, *, by: Actor) -> None:
    """Encode mail to this address so from now on (`SendCharset`); empty for as its 窓口 sends."""
    require(by, Permission.REPLY)
    if Identity.objects.filter(pk=identity.pk).exclude(charset=charset).update(charset=charset):
        data = {"identity": identity.pk, "charset": charset}
        record(IDENTITY_CHANGED, f"customer:{identity.customer_id}", by=by, data=data)


@transaction.atomic
def replace_address(customer: Customer, old: str, new: str, *, by: Actor) -> Identity:
    """Write to a customer at another mail address from now on; the old one stays on record, as one that bounced.

    `Invalid` when the new one leads to somebody else.
    """
    require(by, Permission.REPLY)
    former = Identity.objects.filter(customer=customer, kind=IdentityKind.MAIL, key=fold_address(old)).first()
    was_primary = former is not None and former.is_primary
    identity = add_identity(customer, IdentityKind.MAIL, new, is_primary=was_primary, by=by)
    if former is not None:
        Identity.objects.filter(pk=former.pk).update(is_primary=False)
        mark_bounced(former.shown, former.bounce_reason)
    if was_primary and not identity.is_primary:
        Identity.objects.filter(pk=identity.pk).update(is_primary=True)
    Identity.objects.filter(pk=identity.pk).update(bounced_at=None, bounce_reason="")
    identity.refresh_from_db()
    return identity


def mark_bounced(address: str, reason: str) -> None:
    """Note that mail to this address does not arrive, so that the next writer is warned."""
    key = fold_address(address)
    changed = Identity.objects.filter(kind=IdentityKind.MAIL, key=key, bounced_at=None)
    for identity in changed:
        Identity.objects.filter(pk=identity.pk).update(bounced_at=timezone.now(), bounce_reason=reason[:200])
        record(IDENTITY_BOUNCED, f"customer:{identity.customer_id}", by=Actor.system("intake"))
