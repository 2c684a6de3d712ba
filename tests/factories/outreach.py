"""Bulk replies for tests: whom they go to, their letters written, what became of each."""

from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation

from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Conversation
from madoguchi.customers.actions import change_customer
from madoguchi.outreach.actions import write_next
from madoguchi.outreach.models import BulkReply


def address_of(name: str) -> Address:
    """The address of a 山本 of this given name."""
    local = name if name.isascii() else f"u{ord(name[0])}"
    return Address(f"{local}@mail.example", f"山本 {name}")


def someone(inbox: Inbox, name: str) -> Conversation:
    """The conversation of such a customer."""
    made = make_conversation(inbox, sender=address_of(name))
    change_customer(made.customer, by=make_user().actor, family_name="山本", given_name=name)
    return made


def work_off(bulk: BulkReply) -> None:
    """Write all letters that wait, as the job does."""
    while write_next(bulk.pk):
        pass
    bulk.refresh_from_db()


def states(bulk: BulkReply) -> list[tuple[str, str]]:
    """What became of each letter, and why."""
    return list(bulk.items.values_list("state", "code"))
