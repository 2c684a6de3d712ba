"""The one door in: every inbound message of every channel passes here."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from madoguchi.channels.contract import InboundMessage
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.conversations.actions.messages import (
    add_inbound_message,
    note_also_arrived,
)
from madoguchi.conversations.models import Message
from madoguchi.conversations.threading import disambiguated, find_conversation, find_neighbours
from madoguchi.customers.actions import identify_customer
from madoguchi.customers.choices import IdentityKind


@transaction.atomic(savepoint=False)
def receive(
    inbox: Inbox, inbound: InboundMessage, *, raw: RawMessage | None = None, at: datetime | None = None
) -> Message | None:
    """Store one inbound message in its conversation; None if we already have it.

    `at` is when it reached us (default: when the raw message did), which orders the timeline.
    """
    identity = identify_customer(
        IdentityKind.MAIL, inbound.sender.email, name=inbound.sender.name, language=inbound.language
    )  # locks the identity: bursts and redeliveries queue up here
    neighbours = find_neighbours(inbound)
    if known := neighbours.known(inbound):
        note_also_arrived(known, inbox)
        return None
    if neighbours.is_id_taken(inbound):
        inbound = replace(inbound, external_id=disambiguated(inbound), warnings=(*inbound.warnings, "reused_id"))
    conversation = find_conversation(identity, inbound, neighbours)  # None opens a new one
    return add_inbound_message(conversation, inbound, identity=identity, inbox=inbox, raw=raw, at=at)
