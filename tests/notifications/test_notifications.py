"""Who is told what, once."""

import pytest
from tests.factories.accounts import make_admin, make_owner, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.actions import mark_failing
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import send_back_reply
from madoguchi.conversations.actions.notes import add_note, mentioned_users
from madoguchi.conversations.actions.triage import assign, follow
from madoguchi.flows.reactor import drain
from madoguchi.notifications.actions import mark_read
from madoguchi.notifications.models import Notification
from madoguchi.notifications.queries import notices_of, unread_count

pytestmark = pytest.mark.django_db


def told():
    return set(Notification.objects.values_list("user_id", "kind"))


@pytest.mark.parametrize("text", ["@中村さん お願いします", "＠中村、確認を", "見てください@中村大輔", "@nakamura"])
def test_mention_by_any_name(text):
    nakamura = make_user(name="中村 大輔", email="nakamura@shop.example")
    make_user(name="中森 明")

    assert mentioned_users(text) == [nakamura]


def test_mentioned_people_are_told_once_and_not_oneself():
    author, friend = make_user(name="小林 あかり"), make_user(name="中村 大輔")
    add_note(make_conversation(), "@中村 @小林 確認済み", user=author)

    drain()

    assert told() == {(friend.pk, "mention")}
    assert unread_count(friend) == 1


def test_assignee_is_told_unless_they_took_it():
    leader, agent = make_user(Role.SUPERVISOR), make_user()
    assign([make_conversation()], agent, user=leader)
    assign([make_conversation(subject="別の件")], leader, user=leader)

    drain()

    assert told() == {(agent.pk, "assigned")}


def test_answer_of_the_customer_is_told_to_assignee_and_followers():
    agent, follower = make_user(), make_user()
    conversation = make_conversation()
    assign([conversation], agent, user=agent)
    follow(conversation, user=follower, is_on=True)
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    drain()

    assert told() == {(agent.pk, "answered"), (follower.pk, "answered")}


def test_author_is_told_of_a_reply_sent_back():
    trainee = make_user(Role.TRAINEE)
    message = reply_to(make_conversation(), trainee)
    send_back_reply(message, user=make_user(Role.SUPERVISOR), reason="敬称")

    drain()

    assert (trainee.pk, "reply_sent_back") in told()


def test_approvers_are_told_of_a_reply_that_waits_for_them():
    approver, trainee, other = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE), make_user()
    reply_to(make_conversation(), trainee)
    reply_to(make_conversation(sender=Address("b@mail.example")), other)

    drain()

    assert told() == {(approver.pk, "approval_asked")}


def test_keepers_are_told_of_a_failing_mailbox():
    owner = make_owner()
    make_user()
    mark_failing(make_conversation().inbox, "接続できません。")

    drain()

    assert told() == {(owner.pk, "inbox_failing")}


def test_notices_are_marked_read_by_subject_or_all():
    author, friend = make_user(), make_user(name="中村 大輔")
    first, second = make_conversation(), make_conversation(subject="別の件")
    for conversation in (first, second):
        add_note(conversation, "@中村", user=author)
    drain()

    assert mark_read(friend, subject=first.event_subject) == 1
    assert [notice.subject for notice in notices_of(friend) if notice.read_at is None] == [second.event_subject]
    assert mark_read(friend) == 1
    assert unread_count(friend) == 0


def test_who_may_not_see_the_conversation_is_not_told():
    author, outsider, guest = make_admin(), make_user(name="中村 大輔"), make_user(Role.GUEST, name="石川 誠")
    conversation = make_conversation(make_inbox(is_open_to_all=False))
    conversation.followers.add(outsider, guest)
    add_note(conversation, "@中村 @石川 確認済み", user=author)
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.first().external_id)

    drain()

    assert told() == {(guest.pk, "mention"), (guest.pk, "answered")}
