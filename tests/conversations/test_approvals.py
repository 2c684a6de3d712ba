"""Requests for approval: steps, edits in place, sending back and trying again, what leaves."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import leave_now, make_rule, make_waiting, people, request_of
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import (
    Verdict,
    approve_reply,
    send_back_reply,
)
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.delivery import send_again
from madoguchi.conversations.actions.guests import Shared
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.approval_choices import RequestState, VersionKind
from madoguchi.conversations.approval_facts import approval_of
from madoguchi.conversations.approval_queue import waiting_for, waiting_ids
from madoguchi.conversations.choices import (
    MessageState,
    Status,
)
from madoguchi.conversations.models import ApprovalRequest, Message
from madoguchi.core.errors import Invalid

pytestmark = pytest.mark.django_db


def test_a_rule_lets_an_agents_reply_wait_and_says_why():
    make_user(Role.SUPERVISOR)
    make_rule(Condition("amount", (50_000,)), name="高額")

    message = make_waiting(make_user(), text="返金は85,000円です。")

    request = request_of(message)
    assert message.state == MessageState.AWAITING_APPROVAL
    assert request.reasons == [
        {"rule": request.reasons[0]["rule"], "name": "高額", "found": [
            {"kind": "amount", "values": [50_000], "found": [85_000]}
        ]}
    ]  # fmt: skip
    assert request.versions.get().letter["text"] == "返金は85,000円です。"


def test_below_the_amount_it_leaves_by_itself():
    make_rule(Condition("amount", (50_000,)))

    message = make_waiting(make_user(), text="返金は4,980円です。")

    assert message.state == MessageState.QUEUED
    assert not ApprovalRequest.objects.exists()


def test_amounts_in_quotations_and_signatures_do_not_count():
    make_rule(Condition("amount", (50_000,)))

    conversation = make_conversation(text="85,000円を返金してください")

    message = reply_to(conversation, make_user(), text="承知いたしました。\n\n> 85,000円を返金してください\n")

    assert message.state == MessageState.QUEUED


def test_an_address_never_written_with_is_told_from_a_known_one():
    rule = make_rule(Condition("new_address"))
    conversation, author = make_conversation(), make_user()
    known, other = make_letter(), make_letter(to=(Address("else@other.example"),))

    assert approval_of(author, conversation.inbox, known, conversation) == []
    assert [each.rule for each in approval_of(author, conversation.inbox, other, conversation)] == [rule.pk]


def test_what_was_sent_back_continues_as_the_same_request():
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)
    conversation = make_conversation()
    message = reply_to(conversation, author)
    send_back_reply(message, user=boss, verdict=Verdict("1.0", reasons=("omission",)))

    again = reply_to(conversation, author, text="髙橋 由美子 様\n\n本日発送いたします。追跡番号は後ほどです。")

    request = ApprovalRequest.objects.get()
    assert (request.message, request.version, request.state) == (again, 2, RequestState.WAITING)
    assert [each.kind for each in request.versions.all()] == [VersionKind.ASKED, VersionKind.RESUBMITTED]
    approve_reply(again, user=boss, verdict=Verdict("2.0"))
    request.refresh_from_db()
    assert (request.state, request.was_sent_back) == (RequestState.APPROVED, True)


def test_an_approval_of_what_was_sent_back_or_withdrawn_does_not_count_for_the_next_letter():
    one, two, author = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_user()
    make_rule(steps=(Step(people(one, two), needed=2),))
    conversation = make_conversation()
    first = reply_to(conversation, author, text="返金は85,000円です。")
    approve_reply(first, user=one)
    cancel_reply(first, user=author)

    again = reply_to(conversation, author, text="返金は95,000円です。")

    assert approve_reply(again, user=two).state == MessageState.AWAITING_APPROVAL
    assert approve_reply(again, user=one).state == MessageState.QUEUED


def test_a_guests_link_put_in_as_it_leaves_is_as_approved():
    boss, parent = make_user(Role.SUPERVISOR), make_conversation()
    question = Question(Address("ito@touki.example"), "在庫", "在庫はありますか。", page=Shared())
    message = ask_aside(parent, question, user=make_user(Role.TRAINEE))
    approve_reply(message, user=boss)

    assert leave_now(message).state == MessageState.SENT


def test_an_author_cannot_have_seen_what_has_not_happened_yet():
    author, conversation = make_user(Role.TRAINEE), make_conversation()

    with pytest.raises(Invalid) as refused:
        write_reply(conversation, make_letter(), user=author, sending=Sending(9 * 10**17))

    assert refused.value.field == "seen_event_id"


def test_an_approver_cannot_have_seen_what_has_not_happened_yet():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    receive_mail(message.inbox, in_reply_to=message.conversation.messages.get(kind="inbound").external_id)

    with pytest.raises(Invalid):
        approve_reply(message, user=boss, verdict=Verdict(seen_event_id=9 * 10**17, override_reason="急ぎ"))


def test_what_was_sent_back_is_looked_at_again_even_when_no_rule_applies_any_more():
    boss, author = make_user(Role.SUPERVISOR), make_user()
    make_rule(steps=(Step(people(boss)),))
    conversation = make_conversation()
    send_back_reply(reply_to(conversation, author, text="返金は85,000円です。"), user=boss, reason="金額は書かないで")

    again = reply_to(conversation, author, text="返金いたします。")

    assert again.state == MessageState.AWAITING_APPROVAL
    assert request_of(again).approver_ids == [boss.pk]


def test_sending_back_needs_a_reason_or_a_code_that_is_known():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    with pytest.raises(Invalid):
        send_back_reply(message, user=boss, reason="  ")
    with pytest.raises(Invalid):
        send_back_reply(message, user=boss, verdict=Verdict(reasons=("nonsense",)))

    message.refresh_from_db()
    assert message.state == MessageState.AWAITING_APPROVAL


def test_what_was_approved_leaves():
    boss, message = make_user(Role.SUPERVISOR), make_waiting(cc=(Address("b@mail.example", "佐藤 健"),))
    approve_reply(message, user=boss)

    assert leave_now(message).state == MessageState.SENT


@pytest.mark.parametrize(
    "change",
    [
        {"text": "別の文章"},
        {"subject": "別の件名"},
        {"html": "<p>別の文章</p>"},
        {"to": [{"email": "other@mail.example", "name": ""}]},
        {"bcc": [{"email": "other@mail.example", "name": ""}]},
    ],
)
def test_what_was_changed_after_its_approval_does_not_leave(change):
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    approve_reply(message, user=boss)
    Message.objects.filter(pk=message.pk).update(**change)

    leave_now(message)

    assert message.state == MessageState.FAILED
    assert message.failure_detail == "not_as_approved"
    again = send_again(message, user=make_user())
    assert (again.state, request_of(message).version) == (MessageState.AWAITING_APPROVAL, 2)
    again.conversation.refresh_from_db()
    assert again.conversation.status == Status.APPROVAL
    approve_reply(again, user=boss)
    assert leave_now(again).state == MessageState.SENT


def test_the_queue_tells_what_is_mine_from_the_others_and_shows_only_what_one_may_see():
    boss, other, author = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_user()
    make_rule(steps=(Step(people(boss)),))
    message = make_waiting(author, text="返金は85,000円です。")
    closed = make_inbox(is_open_to_all=False)
    hidden = reply_to(make_conversation(closed), make_user(Role.TRAINEE, name="高橋"))

    assert [each.message for each in waiting_for(boss).mine] == [message]
    assert [each.message for each in waiting_for(other).others] == [message]
    assert [each.message for each in waiting_for(author).own] == [message]
    assert list(waiting_ids(boss)) == [request_of(message).pk]
    assert list(waiting_ids(other)) == []
    assert request_of(hidden).approver_ids == [user.pk for user in User.objects.filter(role=Role.ADMIN)]


def test_rules_are_kept_by_administrators_and_checked():
    with pytest.raises(Invalid):
        make_rule(Condition("amount", ("viel",)))
    with pytest.raises(Invalid):
        make_rule(Condition("category", (999_999,)))
    with pytest.raises(Invalid):
        make_rule(Condition("role", ("king",)))
    with pytest.raises(Invalid):
        make_rule(steps=())
    with pytest.raises(Invalid):
        make_rule(steps=(Step(people(User(pk=999_999))),))
    make_admin()


def test_a_further_letter_leaves_what_waits_in_sight_with_its_deadline():
    author, conversation = make_user(Role.TRAINEE), make_conversation()
    waiting = reply_to(conversation, author, text="少々お待ちください。")
    conversation.refresh_from_db()
    due_at = conversation.due_at

    further = reply_to(conversation, make_user(), text="お届けが遅れております。")

    conversation.refresh_from_db()
    assert (further.state, due_at is not None) == (MessageState.QUEUED, True)
    assert (conversation.status, conversation.due_at) == (Status.APPROVAL, due_at)

    cancel_reply(waiting, user=author)
    conversation.refresh_from_db()
    assert conversation.status != Status.APPROVAL
