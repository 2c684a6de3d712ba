"""What rules of approval read: a complaint does not end with a harmless mail after it."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.approval import make_rule
from tests.factories.conversations import make_conversation, make_letter, receive_mail, reply_to

from madoguchi.conversations.approval import Condition
from madoguchi.conversations.approval_facts import approval_of
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message

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


def test_an_amount_written_from_its_end_counts_as_it_is_shown():
    make_rule(Condition("amount", (50_000,)), name="高額")
    found = make_conversation()
    letter = make_letter(text="\u202e円000,08\u202cを返金します。")

    assert approval_of(make_user(), found.inbox, letter, found)
