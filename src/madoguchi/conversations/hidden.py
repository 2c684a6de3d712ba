"""What single colleagues are spared (`cases.actions.shielding`): nobody is told of it here, and nothing shows it."""

from collections import defaultdict
from collections.abc import Iterable

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.customers.models import CustomerSpared


def hidden_pairs(numbers: Iterable[int]) -> set[tuple[int, int]]:
    """Of these conversations, each with whoever is spared it, or its customer, or the one it asks about (依頼)."""
    wanted = list(numbers)
    rows = Conversation.hidden_from.through.objects.filter(conversation_id__in=wanted)
    pairs = set(rows.values_list("conversation_id", "user_id"))
    customers: dict[int, list[int]] = defaultdict(list)
    whose = Conversation.objects.filter(pk__in=wanted).values_list("pk", "customer_id", "side_of__customer_id")
    for number, customer, asked_about in whose:
        for each in {customer, asked_about} - {None}:
            customers[each].append(number)
    spared = CustomerSpared.objects.filter(customer__in=list(customers))
    for customer, person in spared.values_list("customer_id", "person_id"):
        pairs |= {(number, person) for number in customers[customer]}
    return pairs


def hidden_people(conversation: Conversation) -> set[int]:
    """Who is spared this conversation."""
    return {person for _number, person in hidden_pairs([conversation.pk])}


def is_spared_any(user: User) -> bool:
    """True when a person is spared anything at all."""
    hidden = Conversation.hidden_from.through.objects.filter(user=user)
    spared = CustomerSpared.objects.filter(person=user)
    return hidden.order_by().values("pk").union(spared.order_by().values("pk")).exists()
