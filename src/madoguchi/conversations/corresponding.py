"""The addresses that have taken part in a conversation."""

from madoguchi.conversations.models import Message

#: Of the newest messages: enough to answer any of them.
_LOOKED_AT = 200


def addresses_of(number: int) -> list[str]:
    """Every mail address its messages came from, went to, or want answers at; one query."""
    rows = Message.objects.filter(conversation=number).order_by("-pk")
    found: dict[str, None] = {}
    for sender, *groups in rows.values_list("sender_address", "to", "cc", "bcc", "reply_to")[:_LOOKED_AT]:
        found |= dict.fromkeys([sender, *(each["email"] for group in groups for each in group)])
    return [each for each in found if each]
