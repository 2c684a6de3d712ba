"""What the composer's form sends, and what came of it."""

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Message


def letter(conversation, **values):
    return {
        "mode": "reply",
        "to": "髙橋 由美子 <yumiko@mail.example>",
        "subject": "Re: 商品がまだ届きません",
        "text": "本日発送いたします。",
        "seen_event_id": str(latest_event_id(conversation)),
        "request_key": "key-1",
        "status_after": "wait",
    } | values


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)
