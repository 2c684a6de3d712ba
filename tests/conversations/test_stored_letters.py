"""What leaves later or by another hand: the pre-flight and the rules of approval look at it as of then."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import make_rule, make_waiting
from tests.factories.conversations import make_conversation, make_letter, receive_mail

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, edit_reply
from madoguchi.conversations.actions.delivery import send_again
from madoguchi.conversations.actions.planning import (
    claim_planned,
    move_plan,
    release_planned,
    send_planned_now,
    stop_disturbed,
)
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import ApprovalRequest, Message
from madoguchi.conversations.preflighting import LookFirst, findings_for_stored, look_at_reply
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Check, Level

pytestmark = pytest.mark.django_db

BLANK = "佐藤 花子 様\n\n{{?確認する日}}にご連絡いたします。"


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR)


def edit(message: Message, user, **values):
    edit_reply(message, replace(letter_of(message), **values), user=user, verdict=Verdict())


def held_back(author, **values) -> Message:
    """A planned mail to which the customer's next one came first."""
    conversation = make_conversation()
    sending = Sending(latest_event_id(conversation), send_at=timezone.now() + timedelta(days=1))
    message = write_reply(conversation, make_letter(**values), user=author, sending=sending)
    first = conversation.messages.order_by("pk")[0]
    receive_mail(conversation.inbox, in_reply_to=first.external_id, text="まだですか。責任者を出してください。")
    stop_disturbed(conversation.pk)
    message.refresh_from_db()
    return message


def release(message: Message, user, **values) -> Message:
    seen = latest_event_id(message.conversation)
    return release_planned(message, user=user, seen_event_id=seen, reason="読んだうえで送る", **values)


def test_the_panel_says_which_rules_ask_for_approval():
    make_rule(Condition("amount", (50_000,)), name="高額")
    agent, conversation = make_user(), make_conversation()

    texts = [
        [
            str(each.message)
            for each in look_at_reply(conversation, letter, user=agent).found
            if each.check == "approval"
        ]
        for letter in (make_letter(text="返金は85,000円です。"), make_letter(text="返金は980円です。"))
    ]

    assert ["高額" in text and "85,000" in text for text in texts[0]] == [True]
    assert texts[1] == []


@pytest.mark.parametrize("acknowledged", [None, frozenset()])
def test_an_edit_with_a_blank_is_not_approved(boss, acknowledged):
    message = make_waiting()
    edit(message, boss, text=BLANK)

    with pytest.raises(LookFirst) as refused:
        approve_reply(message, user=boss, verdict=Verdict(acknowledged=acknowledged))

    assert "{{?確認する日}}" in [each.words for each in refused.value.found]
    message.refresh_from_db()
    assert (message.state, message.approved_by) == (MessageState.AWAITING_APPROVAL, None)


def test_what_asks_is_approved_once_it_was_seen(boss):
    message = make_waiting()
    edit(message, boss, to=(Address("else@other.example"),), text="佐藤 花子 様\n\n承知いたしました。")

    with pytest.raises(LookFirst) as refused:
        approve_reply(message, user=boss, verdict=Verdict(acknowledged=frozenset()))
    keys = frozenset(each.key for each in refused.value.found)
    approve_reply(message, user=boss, verdict=Verdict(acknowledged=keys))

    assert Check.RECIPIENTS in {each.check for each in refused.value.found}
    assert message.state == MessageState.QUEUED


def test_a_letter_that_waits_is_no_repetition_of_itself():
    message = make_waiting(text="佐藤 花子 様\n\n本日発送いたします。どうぞよろしくお願いいたします。")

    found = findings_for_stored(message, message.conversation)

    assert Check.REPEATED not in {each.check for each in found}


def test_an_edit_that_comes_under_another_rule_needs_its_steps_too(boss):
    make_rule(Condition("amount", (50_000,)), steps=(Step(), Step(needed=2)), name="高額")
    message = make_waiting(text="佐藤 花子 様\n\n承知いたしました。")
    before = len(ApprovalRequest.objects.get(message=message).steps)

    edit(message, boss, text="佐藤 花子 様\n\n85,000円を返金いたします。")

    request = ApprovalRequest.objects.get(message=message)
    assert (before, "高額" in [each["name"] for each in request.reasons]) == (1, True)
    assert len(request.steps) > 1


def test_a_mail_held_back_leaves_only_past_the_check_of_now():
    agent = make_user()
    message = held_back(agent)
    add_watch_words([("発送いたします", "")], inbox=None, level=Level.BLOCK, user=make_admin())

    with pytest.raises(LookFirst):
        release(message, agent)

    message.refresh_from_db()
    assert message.state == MessageState.STOPPED


def test_a_mail_held_back_waits_where_a_rule_asks_for_approval_now(boss):
    agent = make_user()
    message = held_back(agent)
    make_rule(Condition("complaint"), name="苦情")

    release(message, agent)

    assert message.state == MessageState.AWAITING_APPROVAL
    assert [each["name"] for each in ApprovalRequest.objects.get(message=message).reasons] == ["苦情"]
    approve_reply(message, user=boss)
    assert message.state == MessageState.QUEUED


def test_what_was_approved_before_it_was_held_back_is_not_asked_about_again(boss):
    agent = make_user()
    make_rule(Condition("amount", (50_000,)), name="高額")
    conversation = make_conversation()
    sending = Sending(latest_event_id(conversation), send_at=timezone.now() + timedelta(days=1))
    letter = make_letter(text="髙橋 由美子 様\n\n85,000円を返金いたします。")
    message = write_reply(conversation, letter, user=agent, sending=sending)
    approve_reply(message, user=boss)
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.order_by("pk")[0].external_id)
    stop_disturbed(conversation.pk)

    release(message, agent)

    assert message.state == MessageState.QUEUED
    assert ApprovalRequest.objects.get(message=message).state == RequestState.APPROVED


def planned(author, **values) -> Message:
    conversation = make_conversation()
    sending = Sending(latest_event_id(conversation), send_at=timezone.now() + timedelta(days=1))
    return write_reply(conversation, make_letter(**values), user=author, sending=sending)


def watch(word: str, level: str) -> None:
    add_watch_words([(word, "")], inbox=None, level=level, user=make_admin())


def failed(author, **values) -> Message:
    conversation = make_conversation()
    sending = Sending(latest_event_id(conversation))
    message = write_reply(conversation, make_letter(**values), user=author, sending=sending)
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, failure="smtp")
    message.refresh_from_db()
    return message


def move(message: Message, **values) -> Message:
    return move_plan(message, timezone.now() + timedelta(days=2), **values)


LATER = pytest.mark.parametrize(
    ("make", "go"), [(planned, send_planned_now), (planned, move), (failed, send_again)], ids=["now", "moved", "again"]
)


@LATER
def test_what_leaves_later_is_refused_for_what_blocks_now(make, go):
    agent = make_user()
    message = make(agent)
    before = message.state
    watch("発送いたします", Level.BLOCK)

    with pytest.raises(LookFirst):
        go(message, user=agent)

    message.refresh_from_db()
    assert message.state == before


@LATER
def test_what_leaves_later_asks_about_what_is_new_and_goes_once_that_was_seen(make, go):
    agent = make_user()
    message = make(agent)
    watch("発送いたします", Level.WARN)

    with pytest.raises(LookFirst) as refused:
        go(message, user=agent, acknowledged=frozenset())
    keys = frozenset(each.key for each in refused.value.found)
    gone = go(message, user=agent, acknowledged=keys)

    assert gone.state == MessageState.QUEUED
    assert keys <= set(gone.before["acknowledged"])


@LATER
def test_what_leaves_later_waits_where_a_rule_of_now_asks_for_approval(make, go):
    agent = make_user()
    message = make(agent, text="髙橋 由美子 様\n\n85,000円を返金いたします。")
    make_rule(Condition("amount", (50_000,)), name="高額")

    waits = go(message, user=agent)

    assert (waits.state, waits.send_after) == (MessageState.AWAITING_APPROVAL, None)
    assert ApprovalRequest.objects.get(message=message).state == RequestState.WAITING
    assert waits.conversation.status == Status.APPROVAL


def test_what_was_acknowledged_while_writing_is_not_asked_about_again():
    agent, conversation = make_user(), make_conversation()
    watch("発送いたします", Level.WARN)
    sending = Sending(latest_event_id(conversation), send_at=timezone.now() + timedelta(days=1))
    with pytest.raises(LookFirst) as refused:
        write_reply(conversation, make_letter(), user=agent, sending=replace(sending, acknowledged=frozenset()))
    keys = frozenset(each.key for each in refused.value.found)
    message = write_reply(conversation, make_letter(), user=agent, sending=replace(sending, acknowledged=keys))

    gone = send_planned_now(message, user=agent, acknowledged=frozenset())

    assert gone.state == MessageState.QUEUED


def test_at_its_time_a_planned_mail_is_held_back_by_what_blocks_then():
    agent = make_user()
    message = planned(agent)
    watch("発送いたします", Level.BLOCK)
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now())

    claimed = claim_planned(message.pk)

    message.refresh_from_db()
    assert (claimed, message.state) == (False, MessageState.STOPPED)
    assert "check before sending" in message.failure
    assert message.conversation.has_failed


def test_at_its_time_a_planned_mail_waits_for_an_approval_that_rules_ask_for_then():
    agent, boss = make_user(), make_user(Role.SUPERVISOR)
    message = planned(agent, text="髙橋 由美子 様\n\n85,000円を返金いたします。")
    make_rule(Condition("amount", (50_000,)), name="高額")
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now(), planned_at=timezone.now())

    claimed = claim_planned(message.pk)
    message.refresh_from_db()
    waited = message.state
    approved = approve_reply(message, user=boss)

    assert (claimed, waited) == (False, MessageState.AWAITING_APPROVAL)
    assert approved.state == MessageState.QUEUED
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now())
    assert claim_planned(message.pk)
