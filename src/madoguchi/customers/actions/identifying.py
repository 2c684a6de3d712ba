"""Who writes to us: finding or making the customer of an address, and the locks that keep two from doing so at once."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db import connection

from madoguchi.core.addresses import fold_address
from madoguchi.core.rows import insert_rows
from madoguchi.customers.choices import CUSTOMER_CREATED, Honorific, IdentityKind
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer, Identity
from madoguchi.customers.naming import index_customers
from madoguchi.customers.phones import phone_key
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all

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
        return key_of(self.kind, self.address)


def key_of(kind: str, address: str) -> str:
    """The form in which two addresses of a kind are compared: mail folded, a phone number in E.164."""
    match kind:
        case IdentityKind.MAIL:
            return fold_address(address)[:320]
        case IdentityKind.PHONE:
            return phone_key(address)[:320]
    return address.strip()[:320]


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
    # Of a phone number that several people have, whoever had it first is meant.
    found = sorted(Identity.objects.raw(_LOCK, [kinds, wanted]), key=attrgetter("pk"), reverse=True)
    return {(identity.kind, identity.key): identity for identity in found}


def _create_identities(parties: Mapping[tuple[str, str], Party]) -> dict[tuple[str, str], Identity]:
    customers = [
        Customer(
            display_name=cut_whole(party.name or party.address, 300),
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
            name=cut_whole(party.name, 300),
            is_primary=True,
        )
        for customer, ((kind, key), party) in zip(customers, parties.items(), strict=True)
    }
    insert_rows(list(identities.values()))
    index_customers(customers, {identity.customer_id: [identity] for identity in identities.values()})
    by = Actor.system("intake")
    record_all([new_event(CUSTOMER_CREATED, f"customer:{customer.pk}", by=by) for customer in customers])
    return identities
