"""Who writes in the composer and where, what its form sends, and what came of it."""

from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation, Message


def make_writer(**values) -> User:
    """Somebody with a signature of their own, who reads English."""
    return make_user(**{"name": "小林 あかり", "language": "en", "signature": "担当:小林"} | values)


def make_signed_conversation() -> Conversation:
    """A conversation of a desk whose signature stands between rules."""
    return make_conversation(make_inbox(signature="────────\nはるかぜ日用品店\n────────"))


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
