"""The conversations that mails of a batch may continue: each locked and read once, whoever of them belongs to it."""

from collections.abc import Collection, Iterable

from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.customers.actions import lock_customers

#: Merges form no loops (merge_conversations sees to it); the bound is a second belt.
_MAX_MERGES = 20


class Continuable:
    """Conversations by number; all mails that continue one get, and change, the same object."""

    def __init__(self, customers: Collection[int] = ()) -> None:
        """`customers` are those that the transaction has locked already."""
        self._customers = set(customers)
        self._asked: set[int] = set()
        self._found: dict[int, Conversation] = {}

    def get(self, number: int) -> Conversation | None:
        """The conversation of this number, or the one it was merged into; None when it is 終了 or unknown."""
        self.load([number])
        found = self._found.get(number)
        for _hop in range(_MAX_MERGES):
            if found is None or found.merged_into_id is None:
                break
            found = self._found.get(found.merged_into_id)
        return found if found and found.status != Status.CLOSED else None

    def load(self, numbers: Iterable[int]) -> None:
        """Lock and read what was not asked for before, with what it was merged into."""
        wanted = set(numbers)
        for _hop in range(_MAX_MERGES):
            missing = wanted - self._asked
            if not missing:
                return
            self._read(missing)
            merged = (self._found[number].merged_into_id for number in missing & self._found.keys())
            wanted = {number for number in merged if number is not None}

    def _read(self, numbers: Collection[int]) -> None:
        """Other people's conversations wait behind whoever is sending to them: event ids stay in order."""
        self._asked |= set(numbers)
        rows = Conversation.objects.filter(pk__in=numbers)
        others = set(rows.values_list("customer_id", flat=True)) - self._customers
        if others:
            lock_customers(others)
            self._customers |= others
        locked = rows.select_for_update(of=("self",), no_key=True).select_related("inbox__calendar").order_by("pk")
        self._found |= {conversation.pk: conversation for conversation in locked}


def surviving(number: int) -> int:
    """The number of the conversation into which this one was merged, or its own; nothing is locked."""
    for _hop in range(_MAX_MERGES):
        into = Conversation.objects.filter(pk=number).values_list("merged_into", flat=True).first()
        if into is None:
            break
        number = into
    return number
