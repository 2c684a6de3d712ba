"""もう一度送信: what happened since the mail was written is looked at first, as for planned mail that is let go."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.delivery import send_again
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, SomethingHappened, write_new_mail
from madoguchi.conversations.choices import REPLY_QUEUED, MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

TROUBLE = pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN])


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def colleague():
    return make_user()


def troubled(message, state=MessageState.FAILED):
    Message.objects.filter(pk=message.pk).update(state=state)
    message.refresh_from_db()
    return message


def refused(message, user, **values):
    with pytest.raises(SomethingHappened) as error:
        send_again(message, user=user, **values)
    message.refresh_from_db()
    assert message.state in (MessageState.FAILED, MessageState.UNCERTAIN)
    return [each.kind for each in error.value.disturbances]


@TROUBLE
def test_what_colleagues_and_the_customer_did_since_is_told_before_it_leaves(agent, colleague, state):
    conversation = make_conversation()
    message = troubled(reply_to(conversation, agent), state)
    reply_to(conversation, colleague, text="髙橋 由美子 様\n\n発送できません。")
    add_note(conversation, "返信しないでください", user=colleague)
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.get(kind="inbound").external_id)

    assert refused(message, agent) == ["reply_written", "note_added", "message_received"]


def test_with_what_was_seen_and_a_reason_it_leaves_all_the_same_once(agent, colleague):
    conversation = make_conversation()
    message = troubled(reply_to(conversation, agent))
    add_note(conversation, "確認済み", user=colleague)
    seen = latest_event_id(conversation)

    with pytest.raises(Invalid) as without:
        send_again(message, user=agent, seen_event_id=seen)
    sent = send_again(message, user=agent, seen_event_id=seen, override_reason="電話で確認した")

    assert without.value.field == "override_reason"
    assert sent.state == MessageState.QUEUED
    assert Event.objects.filter(kind=REPLY_QUEUED).latest("pk").data["override_reason"] == "電話で確認した"
    assert send_again(troubled(message), user=agent).state == MessageState.QUEUED  # nothing new has happened


def test_what_came_after_the_look_is_told_too(agent, colleague):
    conversation = make_conversation()
    message = troubled(reply_to(conversation, agent))
    add_note(conversation, "ひとつめ", user=colleague)
    seen = latest_event_id(conversation)
    add_note(conversation, "ふたつめ", user=colleague)

    assert refused(message, agent, seen_event_id=seen, override_reason="急ぎ") == ["note_added", "note_added"]


def test_nobody_has_seen_the_future(agent, colleague):
    conversation = make_conversation()
    message = troubled(reply_to(conversation, agent))
    add_note(conversation, "返信しないでください", user=colleague)

    with pytest.raises(Invalid):
        send_again(message, user=agent, seen_event_id=9 * 10**17, override_reason="急ぎ")


def test_who_needs_approval_does_not_decide_that_it_leaves_all_the_same(agent, colleague):
    conversation, trainee = make_conversation(), make_user(Role.TRAINEE)
    message = troubled(reply_to(conversation, agent))
    add_note(conversation, "返信しないでください", user=colleague)

    with pytest.raises(NotAllowed):
        send_again(message, user=trainee, seen_event_id=latest_event_id(conversation), override_reason="大丈夫だと思う")


def test_another_person_is_told_what_its_author_did_since_but_not_what_before(agent, colleague):
    conversation = make_conversation()
    add_note(conversation, "調べています", user=agent)
    message = troubled(reply_to(conversation, agent))

    assert send_again(message, user=colleague).state == MessageState.QUEUED
    troubled(message)
    add_note(conversation, "やはり送らないで", user=agent)

    assert refused(message, colleague) == ["note_added"]


def test_a_new_mail_that_failed_is_not_held_by_what_was_before_it(agent, colleague):
    before = make_conversation()
    add_note(before, "以前の件", user=colleague)
    message = write_new_mail(make_inbox(), make_letter(), user=agent, sending=Sending(0))
    assert message.conversation.customer == before.customer

    assert send_again(troubled(message), user=agent).state == MessageState.QUEUED


def test_on_another_conversation_of_the_customer_too_and_unseen_only_that_it_was(colleague):
    seen, hidden = make_inbox(), make_inbox(is_open_to_all=False)
    agent = make_user()
    hidden.users.add(colleague)
    message = troubled(reply_to(make_conversation(seen), agent))
    other = make_conversation(hidden, sender=Address("yumiko@mail.example", "髙橋 由美子"))
    add_note(other, "内密", user=colleague)

    assert refused(message, agent) == ["unseen"]
