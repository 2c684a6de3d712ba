"""Who reads along is seen in the head of a message."""

import re

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import browser_of, text_of

from madoguchi.channels.contract import Address

pytestmark = pytest.mark.django_db

INBOX = "support@shop.example"
BOSS = Address("boss@mail.example", "上司")


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="ja"))


def heads(client, number):
    """What stands behind the names, and where it leads."""
    page = text_of(client.get(f"/c/{number}"))
    return re.findall(r'<(a|span) class="faint"[^>]*>([^<]*へ[^<]*)</\1>', page)


@pytest.mark.parametrize(
    ("values", "head"),
    [
        ({"to": (Address("Support@shop.example"),)}, ("span", "サポート窓口へ")),
        ({"to": (Address("help@shop.example"), Address("a@x.example"), BOSS)}, ("a", "サポート窓口ほか2名へ")),
        ({"to": (Address(INBOX),), "cc": (BOSS,)}, ("a", "サポート窓口へ、Cc 上司")),
        ({"to": (BOSS,), "cc": (Address(INBOX), BOSS, BOSS)}, ("a", "サポート窓口ほか1名へ、Cc 上司ほか1名")),
        ({"reply_to": (BOSS,)}, ("a", "サポート窓口ほか1名へ、返信先 上司")),
        ({"to": (), "reply_to": (Address("YUMIKO@mail.example"),)}, ("span", "サポート窓口へ")),
    ],
)
def test_the_head_of_a_received_mail_names_everybody_but_its_desk(client, values, head):
    inbox = make_inbox(name="サポート窓口", address=INBOX, aliases=["help@shop.example"])
    defaults = {"to": (Address("other@x.example"),)}

    message = receive_mail(inbox, **defaults | values)

    assert heads(client, message.conversation_id) == [head]


def test_the_head_of_our_mail_names_its_copies(client):
    conversation = make_conversation(make_inbox(address=INBOX))
    reply_to(conversation, make_user(), cc=(BOSS,))

    assert heads(client, conversation.pk)[1] == ("a", "髙橋 由美子へ、Cc 上司")


def test_folded_changes_are_counted_before_a_mark(client):
    conversation = make_conversation()
    for status in ("open", "internal"):
        client.post(f"/c/{conversation.pk}/status", {"status": status})

    page = text_of(client.get(f"/c/{conversation.pk}"))

    assert re.search(r"\d件の操作：", page)
