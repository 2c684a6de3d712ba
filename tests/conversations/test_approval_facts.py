"""What rules of approval read: a complaint does not end with a harmless mail after it."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.approval import make_rule
from tests.factories.conversations import make_conversation, make_letter, receive_mail, reply_to

from madoguchi.conversations.approval import Condition
from madoguchi.conversations.approval_facts import approval_of
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.core.html import html_to_text
from madoguchi.core.letter_html import sanitise_letter

pytestmark = pytest.mark.django_db

COMPLAINT = "弁護士に相談します。消費者センターにも連絡します。"


def write(conversation, text):
    receive_mail(conversation.inbox, text=text, in_reply_to=conversation.messages.earliest("pk").external_id)


def answer(conversation, state=MessageState.SENT):
    message = reply_to(conversation, make_user())
    Message.objects.filter(pk=message.pk).update(state=state)


def is_complaint(conversation):
    return bool(approval_of(make_user(), conversation.inbox, make_letter(), conversation))


@pytest.fixture
def conversation():
    found = make_conversation(text=COMPLAINT)
    make_rule(Condition("complaint"), name="苦情")
    return found


def test_a_harmless_mail_after_it_does_not_end_a_complaint(conversation):
    for number in range(5):
        write(conversation, f"写真を追加します。{number}")

    assert is_complaint(conversation)


@pytest.mark.parametrize("state", [MessageState.CANCELLED, MessageState.FAILED, MessageState.SENT_BACK])
def test_an_answer_that_did_not_leave_does_not_end_it(conversation, state):
    answer(conversation, state)
    for number in range(4):
        write(conversation, f"写真を追加します。{number}")

    assert is_complaint(conversation)


def test_the_last_three_mails_are_read_also_after_our_answer(conversation):
    answer(conversation)
    write(conversation, "承知しました。")
    before = is_complaint(conversation)
    for number in range(2):
        write(conversation, f"ありがとうございます。{number}")

    assert (before, is_complaint(conversation)) == (True, False)


@pytest.mark.parametrize(
    ("kind", "value", "html"),
    [
        ("amount", 50_000, "<p>承知しました。</p><table><tr><td>80,</td><td>000円を返金</td></tr></table>"),
        ("amount", 50_000, "<p>承知しました。</p><table><tr><td>返金は<br>80,</td><td>額<br>000円</td></tr></table>"),
        ("amount", 50_000, "<p>80,<a href='https://shop.example/'>000</a>円を返金します。</p>"),
        ("amount", 50_000, "<p>80,<img src='https://shop.example/a.png' alt='0'>000円を返金します。</p>"),
        ("keyword", "訴訟", "<p>承知しました。</p><table><tr><td>訴</td><td>訟</td></tr></table>"),
    ],
)
def test_what_stands_side_by_side_is_read_as_one(kind, value, html):
    make_rule(Condition(kind, (value,)), name="確認")
    found = make_conversation()
    clean = sanitise_letter(html)
    letter = make_letter(text=html_to_text(clean), html=clean)

    assert approval_of(make_user(), found.inbox, letter, found)


def test_quotation_in_html_is_not_read_as_own_words():
    make_rule(Condition("amount", (50_000,)), name="高額")
    found = make_conversation(text="80,000円のお支払いについて教えてください。")
    quoted = "<blockquote>80,000円のお支払いについて教えてください。</blockquote>"
    clean = sanitise_letter(f"<p><a href='https://shop.example/'>こちら</a>です。</p>{quoted}")
    letter = make_letter(text=html_to_text(clean), html=clean)

    assert approval_of(make_user(), found.inbox, letter, found) == []
