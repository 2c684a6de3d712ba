"""What single colleagues are spared (`cases.actions.shielding`): nobody is told of it here, and nothing shows it."""

from collections.abc import Iterable

from madoguchi.conversations.models import Conversation


def hidden_pairs(numbers: Iterable[int]) -> set[tuple[int, int]]:
    """Of these conversations, each with whoever is spared it."""
    rows = Conversation.hidden_from.through.objects.filter(conversation_id__in=list(numbers))
    return set(rows.values_list("conversation_id", "user_id"))
