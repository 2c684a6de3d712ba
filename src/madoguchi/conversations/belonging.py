"""Whose is what was said while conversations were joined: theirs who wrote it, or to whom it went.

Every way back of a merge and of a move asks here, so that nobody's words end in somebody else's conversation.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from madoguchi.channels.contract import REPORTS
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message, UndoStep
from madoguchi.conversations.subjects import number_in
from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Identity


@dataclass(slots=True)
class Strand:
    """One of several matters that stand in one place, and where it goes back to."""

    home: int  #: the number of a conversation
    numbers: Collection[int]  #: under which people write to it: its own, and of what was merged into it
    messages: Collection[int] = ()  #: known to be its
    customers: set[int] = field(default_factory=set)
    writers: set[str] = field(default_factory=set)  #: folded addresses from which its messages came
    addresses: set[str] = field(default_factory=set)  #: folded, of its customers
    ids: set[str] = field(default_factory=set)  #: Message-IDs
    rows: set[int] = field(default_factory=set)

    def take(self, said: Message) -> None:
        """Note that this message is one of its."""
        self.rows.add(said.pk)
        self.ids.add(said.external_id)


def sort_out(place: Conversation, strands: Sequence[Strand], came: Callable[[Message], bool]) -> dict[int, list[int]]:
    """The messages of a place by the conversation to which they go back; the first strand is what stays there.

    `came` tells what was said since they were joined. What was said before is known; notes stay where they are.
    """
    stays = strands[0]
    known = {pk: strand for strand in strands for pk in strand.messages}
    later = []
    for said in _said_in(place):
        strand = known.get(said.pk)
        if strand is None and said.kind != MessageKind.NOTE and came(said):
            later.append(said)
            continue
        _know(strand or stays, said)
    _know_customers(strands)
    for said in later:
        _whose(said, strands).take(said)
    homes: dict[int, list[int]] = {strand.home: [] for strand in strands}
    for strand in strands:
        homes[strand.home] += sorted(strand.rows)
    return homes


def came_since(data: Mapping[str, Any]) -> Callable[[Message], bool]:
    """Tell of a message whether it came to the place after this step."""
    newest: int | None = data.get("newest")

    def came(said: Message) -> bool:
        return bool(said.at >= data["since"]) if newest is None else said.pk > newest

    return came


def joined_since(place: Conversation, later: Iterable[UndoStep]) -> list[Strand]:
    """What later steps that still stand put into a place: it stays, since each of them has a way back of its own."""
    strands = []
    for step in later:
        if step.data.get("into") == place.pk:
            strands += [Strand(place.pk, {int(number)}, moved) for number, moved in step.data["moved"].items()]
        if step.kind == "move" and step.data["to"] == place.pk:
            strands.append(Strand(place.pk, (), [step.data["message"]]))
    return strands


def _said_in(place: Conversation) -> Iterable[Message]:
    columns = ("kind", "at", "auto_kind", "customer", "sender_address", "to", "subject", "external_id", "in_reply_to")
    return Message.objects.filter(conversation=place).only(*columns, "about").order_by("pk")


def _know(strand: Strand, said: Message) -> None:
    strand.take(said)
    if said.kind == MessageKind.INBOUND:
        strand.writers.add(fold_address(said.sender_address))
        if said.customer_id is not None:
            strand.customers.add(said.customer_id)


def _know_customers(strands: Sequence[Strand]) -> None:
    numbers = {number for strand in strands for number in strand.numbers}
    owners = dict(Conversation.objects.filter(pk__in=numbers).values_list("pk", "customer_id"))
    for strand in strands:
        strand.customers |= {owners[number] for number in strand.numbers if number in owners}
    people = {customer for strand in strands for customer in strand.customers}
    mail = Identity.objects.filter(customer__in=people, kind=IdentityKind.MAIL).values_list("customer_id", "key")
    for customer, key in mail:
        for strand in strands:
            if customer in strand.customers:
                strand.addresses.add(key)


def _whose(said: Message, strands: Sequence[Strand]) -> Strand:
    """By the strongest fact that tells them apart; a weaker one only decides between those the stronger left."""
    left = strands
    for fits in (_answers,) if said.auto_kind in REPORTS else (_wrote, _owns, _answers, _names):
        fitting = [strand for strand in left if fits(strand, said)]
        if len(fitting) == 1:
            return fitting[0]
        left = fitting or left
    return left[0]


def _people(said: Message) -> set[str]:
    if said.kind == MessageKind.INBOUND:
        return {fold_address(said.sender_address)}
    return {fold_address(party["email"]) for party in said.to}


def _wrote(strand: Strand, said: Message) -> bool:
    return not strand.writers.isdisjoint(_people(said))


def _owns(strand: Strand, said: Message) -> bool:
    return said.customer_id in strand.customers or not strand.addresses.isdisjoint(_people(said))


def _answers(strand: Strand, said: Message) -> bool:
    if said.about_id:
        return said.about_id in strand.rows
    return bool(said.in_reply_to) and said.in_reply_to in strand.ids


def _names(strand: Strand, said: Message) -> bool:
    return said.kind == MessageKind.INBOUND and number_in(said.subject) in strand.numbers
