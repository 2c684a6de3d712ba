"""Mails of the demo that wait for their time: one as planned, one held back because its customer wrote again."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.channels.hours import next_start
from madoguchi.conversations.actions.planning import stop_disturbed
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import reply_subject
from madoguchi.flows.inbound import receive

_PLANNED, _HELD_BACK = "Q008", "Q034"
_MISSING = """{name} 様

いつもお世話になっております。はるかぜ日用品店の小林でございます。

このたびは、納品数に不足があり、誠に申し訳ございません。
不足しておりましたフェイスタオル5枚組1セットを、本日発送いたします。
追跡番号は、発送後にあらためてご連絡いたします。

ご不便をおかけいたしますが、何卒よろしくお願い申し上げます。
"""
_SLOT = """Dear {name},

Thank you for your message. We have asked the carrier to deliver order HK-104815 in the slot 19:00-21:00 again.
You will get a confirmation from them tomorrow morning.

Kind regards,
Nakamura, Harukaze Nichiyohin
"""
_AGAIN = """Hello again,

Please do not change the slot after all: a neighbour will be at home in the morning and takes the parcel.

Best regards
"""


def plan_mails(conversations: dict[str, Conversation], staff: dict[str, User]) -> None:
    """Plan two replies for the next opening of their desk; to one the customer has written since."""
    _plan(conversations[_PLANNED], _MISSING, staff["小林"])
    held_back = conversations[_HELD_BACK]
    _plan(held_back, _SLOT, staff["中村"])
    first = _first_of(held_back)
    again = InboundMessage(
        external_id=f"again.{first.external_id}",
        sender=Address(first.sender_address, first.sender_name),
        to=(Address(held_back.inbox.address),),
        subject=f"Re: {first.subject}",
        text=_AGAIN,
        fingerprint=f"{_HELD_BACK}-again",
        in_reply_to=first.external_id,
        references=(first.external_id,),
        language="en",
    )
    receive(held_back.inbox, again)
    stop_disturbed(held_back.pk)


def _plan(conversation: Conversation, text: str, author: User) -> None:
    first = _first_of(conversation)
    letter = Letter(
        to=(Address(first.sender_address, conversation.customer.label),),
        subject=reply_subject(conversation.subject, conversation.pk, language=conversation.language),
        text=text.format(name=conversation.customer.label),
    )
    now = timezone.now()
    at = next_start(conversation.inbox, now) or now + timedelta(days=1)
    write_reply(conversation, letter, user=author, sending=Sending(latest_event_id(conversation), send_at=at))


def _first_of(conversation: Conversation) -> Message:
    return Message.objects.filter(conversation=conversation).exclude(sender_address="").order_by("pk")[0]
