"""A bulk reply on the screen: its conversations, what its form sends."""

from tests.factories.conversations import make_conversation

from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Conversation


def conversations(inbox: Inbox, amount: int) -> list[Conversation]:
    """Of as many customers."""
    return [make_conversation(inbox, sender=Address(f"c{n}@mail.example", f"山本 {n}")) for n in range(amount)]


def form(rows: list[Conversation], **values: object) -> dict[str, object]:
    """What the page of a new bulk reply to these sends."""
    return {
        "conversation": [str(each.pk) for each in rows],
        "text": "{{customer.name}} 様\n\n遅れております。",
    } | values
