"""Which mails of a batch may be handled side by side: those that say nothing of each other.

A mail that may be a duplicate of an earlier one of its batch, its answer, or threaded by what it brought, goes into a
later wave and finds it in the database. So a wave needs one look and one write, and nobody has to know what is only
half there. Most batches are one wave; a chain of answers has as many waves as links. Pure: no database.
"""

from collections.abc import Sequence

from madoguchi.channels.contract import InboundMessage
from madoguchi.conversations.threading import is_threaded_by_customer, shared_ids
from madoguchi.core.addresses import fold_address
from madoguchi.customers.models import Identity


def divide(mails: Sequence[tuple[InboundMessage, Identity]]) -> list[list[int]]:
    """The positions of the mails, wave by wave; within a wave, and along everything shared, in the order given."""
    waves: list[list[int]] = []
    newest: dict[str, int] = {}  # of each name: the last wave that brings it
    for position, (inbound, identity) in enumerate(mails):
        ids = shared_ids(inbound)
        asked = [*ids, *_customer_names(identity)] if is_threaded_by_customer(inbound) else ids
        wave = max((newest[name] + 1 for name in asked if name in newest), default=0)
        if wave == len(waves):
            waves.append([])
        waves[wave].append(position)
        for name in (*ids, *_customer_names(identity), *_participants(inbound)):
            newest[name] = max(wave, newest.get(name, 0))
    return waves


def _customer_names(identity: Identity) -> tuple[str, str]:
    """A space stands in no Message-ID, so that these names meet no id."""
    return f"customer {identity.customer_id}", f"address {identity.key}"


def _participants(inbound: InboundMessage) -> list[str]:
    return [f"address {fold_address(address.email)}" for address in (*inbound.to, *inbound.cc)[:200]]
