"""The one door in: every inbound message of every channel passes here, alone or in a batch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from madoguchi.channels.contract import REPORTS, AutoKind, InboundMessage
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.conversations import waves
from madoguchi.conversations.actions.receiving import Received, add_inbound_messages, note_also_arrived
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.threading import (
    NEW_PARTICIPANT,
    Neighbours,
    disambiguated,
    find_conversation,
    find_neighbours,
    takes_part,
)
from madoguchi.customers.actions import Party, identify_customers
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Identity

_MAX_ADDRESS = 320


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at the door."""

    inbox: Inbox
    inbound: InboundMessage
    raw: RawMessage | None = None
    at: datetime | None = None  #: when it reached us (default: when the raw message did), which orders the timeline
    is_history: bool = False  #: from an archive: nobody waits for an answer


def receive(
    inbox: Inbox, inbound: InboundMessage, *, raw: RawMessage | None = None, at: datetime | None = None
) -> Message | None:
    """Store one inbound message in its conversation; None if we already have it."""
    return receive_all([Arrival(inbox, inbound, raw, at)])[0]


@transaction.atomic(savepoint=False)
def receive_all(arrivals: Sequence[Arrival]) -> list[Message | None]:
    """Store inbound messages in their conversations, in the order given; None for each that we already have.

    All or none of them. The outcome is that of receiving them one by one: what depends on an earlier one of the batch
    waits for the next wave.
    """
    if not arrivals:
        return []
    senders = [_sender(arrival.inbound) for arrival in arrivals]
    identities = identify_customers(senders)  # locks them: bursts and redeliveries queue up here
    locked = {identity.customer_id for identity in identities}
    at_door = list(zip(arrivals, identities, strict=True))
    stored: dict[int, Message | None] = {}
    for wave in waves.divide([(arrival.inbound, identity) for arrival, identity in at_door]):
        stored |= zip(wave, _receive_wave([at_door[position] for position in wave], locked), strict=True)
    return [stored[position] for position in range(len(arrivals))]


def _sender(inbound: InboundMessage) -> Party:
    """Who wrote it; what is longer than an address can be (RFC 5321 §4.5.3.1) is none."""
    email = inbound.sender.email if len(inbound.sender.email) <= _MAX_ADDRESS else ""
    is_machine = inbound.auto_kind in REPORTS
    return Party(IdentityKind.MAIL, email, inbound.sender.name, inbound.language, inbound.external_id, is_machine)


def _receive_wave(wave: Sequence[tuple[Arrival, Identity]], locked: Collection[int]) -> list[Message | None]:
    neighbours = find_neighbours([arrival.inbound for arrival, _identity in wave], customers=locked)
    received = [_received(arrival, identity, neighbours) for arrival, identity in wave]
    added = iter(add_inbound_messages([each for each in received if each]))
    return [next(added) if each else None for each in received]


def _received(arrival: Arrival, identity: Identity, neighbours: Neighbours) -> Received | None:
    """Where the message belongs; None if we already have it."""
    inbound = arrival.inbound
    if known := neighbours.known(inbound):
        note_also_arrived(known, arrival.inbox)
        return None
    if neighbours.is_id_taken(inbound):
        inbound = replace(inbound, external_id=disambiguated(inbound), warnings=(*inbound.warnings, "reused_id"))
    conversation = find_conversation(identity, inbound, neighbours)  # None opens a new one
    if conversation is not None and _is_stranger(inbound, identity, conversation):
        inbound = replace(inbound, warnings=(*inbound.warnings, NEW_PARTICIPANT))
    at = arrival.at or (arrival.raw.received_at if arrival.raw else timezone.now())
    return Received(inbound, identity, arrival.inbox, conversation, at, arrival.raw, arrival.is_history)


def _is_stranger(inbound: InboundMessage, identity: Identity, conversation: Conversation) -> bool:
    """True when a person writes who had no part in the conversation: the customer's colleagues do, and impostors."""
    if inbound.auto_kind is not AutoKind.NONE or conversation.customer_id == identity.customer_id:
        return False
    return not takes_part(conversation.pk, identity)
