"""Conversations, messages and 窓口 for tests, made by the product's own doors."""

from itertools import count

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.flows.inbound import receive

_numbers = count(1)
#: Another customer than the one who writes unless said otherwise.
OTHER = Address("kenji@mail.example", "佐藤 健司")


def make_inbox(**values) -> Inbox:
    number = next(_numbers)
    defaults = {"name": f"窓口{number}", "kind": "mail", "address": f"desk{number}@shop.example"}
    return Inbox.objects.create(**defaults | values)


def make_inbound(**values) -> InboundMessage:
    number = next(_numbers)
    defaults = {
        "external_id": f"mail-{number}@customer.example",
        "sender": Address("yumiko@mail.example", "髙橋 由美子"),
        "subject": "商品がまだ届きません",
        "text": "土鍋がまだ届きません。",
        "fingerprint": f"f{number}",
        "to": (Address("support@shop.example"),),
    }
    return InboundMessage(**defaults | values)


def receive_mail(inbox: Inbox, **values) -> Message:
    message = receive(inbox, make_inbound(**values))
    assert message is not None
    return message


def make_conversation(inbox: Inbox | None = None, **values) -> Conversation:
    message = receive_mail(inbox or make_inbox(), **values)
    return Conversation.objects.select_related("inbox", "customer").get(pk=message.conversation_id)


def make_letter(**values) -> Letter:
    defaults = {
        "to": (Address("yumiko@mail.example", "髙橋 由美子"),),
        "subject": "Re: 商品がまだ届きません",
        "text": "髙橋 由美子 様\n\n本日発送いたします。",
    }
    return Letter(**defaults | values)


def reply_to(conversation: Conversation, user: User, **values) -> Message:
    letter = make_letter(**values)
    return write_reply(conversation, letter, user=user, sending=Sending(latest_event_id(conversation)))


def private_inbox(*users, **values):
    inbox = make_inbox(is_open_to_all=False, **values)
    inbox.users.set(users)
    return inbox


def seen(conversation) -> Sending:
    return Sending(latest_event_id(conversation))


def make_many(inbox, number: int) -> list[Conversation]:
    return [
        make_conversation(inbox, sender=Address(f"customer{each}@mail.example", f"客{each}"), subject=f"件名{each}")
        for each in range(number)
    ]
