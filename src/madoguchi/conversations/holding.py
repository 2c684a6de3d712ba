"""Holding conversations for a change: their customers first, then their rows, each in one order everywhere.

Whoever changes a conversation or adds to it holds it. So changes follow each other, their events have ids in the same
order, nobody writes into a conversation that has just been merged into another, and no two wait for each other.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.continuing import surviving
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import DomainError
from madoguchi.customers.actions import lock_customers


class MergedAway(DomainError):
    """What was asked for is the empty shell of a merged conversation; `facts["into"]` says where it went on."""

    code = "merged"


def check_not_merged(conversation: Conversation) -> None:
    """Raise MergedAway for a shell: what is done to it nobody would see."""
    if conversation.merged_into_id is not None:
        into = surviving(conversation.pk)
        message = _("#%(number)d was merged into #%(into)d. Open that one.")
        raise MergedAway(message % {"number": conversation.pk, "into": into}, into=into)


def hold(numbers: Iterable[int]) -> list[Conversation]:
    """Lock these conversations until the transaction ends and read them as they are now, by number."""
    rows = Conversation.objects.filter(pk__in=list(numbers))
    locked = set(rows.values_list("customer_id", flat=True))
    lock_customers(locked)
    # Of a customer who was merged in between, the survivor: so that the events of one customer keep their order.
    lock_customers(set(rows.values_list("customer_id", flat=True)) - locked)
    return list(rows.select_for_update(of=("self",), no_key=True).select_related("inbox", "customer").order_by("pk"))


def hold_surviving(number: int) -> Conversation:
    """Hold this conversation, or the one it has been merged into."""
    while True:
        held = hold([surviving(number)])[0]
        if held.merged_into_id is None:
            return held
        number = held.merged_into_id  # merged between the look and the lock


def share_surviving(number: int) -> Conversation:
    """Keep a conversation, or the one it has been merged into, from being merged away until the transaction ends.

    For what is saved at every key: it makes nobody wait but those who merge.
    """
    while True:
        shared = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=surviving(number))
        if shared.merged_into_id is None:
            return shared
        number = shared.merged_into_id


def hold_with(message: Message) -> Conversation:
    """Hold the conversation in which this message stands now; splitting and merging move messages."""
    place = Message.objects.filter(pk=message.pk).values_list("conversation_id", flat=True)
    number = place.get()
    while True:
        held = hold([number])[0]
        number = place.get()
        if number == held.pk:
            return held
