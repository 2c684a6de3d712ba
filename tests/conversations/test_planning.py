"""Planned mails: they leave at their time, unless something happened that their author has not seen."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import TextChanged, Verdict, approve_reply
from madoguchi.conversations.actions.cancelling import NotCancellable, cancel_reply
from madoguchi.conversations.actions.delivery import claim_for_sending
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.planning import (
    NotPlanned,
    move_plan,
    release_planned,
    send_planned_now,
    stop_disturbed,
)
from madoguchi.conversations.actions.replies import (
    ConversationClosed,
    Sending,
    SomethingHappened,
    write_new_mail,
    write_reply,
)
from madoguchi.conversations.actions.triage import assign, change_status
from madoguchi.conversations.choices import REPLY_STOPPED, MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def agent(db):
    return make_user()


@pytest.fixture
def conversation(agent):
    return make_conversation()


def plan(conversation: Conversation, user, at: datetime = TOMORROW, **how) -> Message:
    sending = Sending(latest_event_id(conversation), send_at=at, **how)
    return write_reply(conversation, make_letter(), user=user, sending=sending)


def answer(conversation: Conversation, text: str = "まだですか。") -> Message:
    first = conversation.messages.order_by("pk")[0]
    return receive_mail(
        conversation.inbox, sender=Address(first.sender_address), in_reply_to=first.external_id, text=text
    )


def state_of(message: Message) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=message.pk)


def test_a_planned_mail_waits_for_its_time_and_the_customer_still_waits_for_us(agent, conversation):
    due_at = conversation.due_at

    message = plan(conversation, agent)

    conversation.refresh_from_db()
    assert (message.state, message.planned_at, message.send_after) == (MessageState.QUEUED, TOMORROW, TOMORROW)
    assert (conversation.status, conversation.due_at) == (Status.OPEN, due_at)
    assert conversation.planned_at == TOMORROW
    assert conversation.first_reply_at is None
    assert not claim_for_sending(message.pk)


def test_at_its_time_it_leaves_and_its_conversation_moves_on(agent, conversation, now):
    message = plan(conversation, agent)

    now.move_to(TOMORROW)
    claimed = claim_for_sending(message.pk)

    message.refresh_from_db()
    conversation.refresh_from_db()
    assert claimed
    assert (message.state, message.at) == (MessageState.SENDING, TOMORROW)
    assert (conversation.status, conversation.due_at, conversation.planned_at) == (Status.WAIT, None, None)
    assert conversation.first_reply_at == TOMORROW


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=400), NOW + timedelta(days=400)])
def test_a_time_that_has_passed_or_is_a_year_away_is_refused(agent, conversation, at):
    with pytest.raises(Invalid) as refused:
        plan(conversation, agent, at)

    assert refused.value.field == "send_at"
    assert not conversation.messages.filter(user=agent).exists()


def test_a_time_within_the_undo_time_leaves_when_that_is_over(agent, conversation):
    message = plan(conversation, agent, NOW + timedelta(seconds=1))

    assert message.send_after == NOW + timedelta(seconds=conversation.inbox.undo_seconds)


def test_a_new_mail_is_planned_as_well(agent, now):
    sending = Sending(0, send_at=TOMORROW)

    message = write_new_mail(make_inbox(), make_letter(), user=agent, sending=sending)

    now.move_to(TOMORROW)
    assert message.send_after == TOMORROW
    assert claim_for_sending(message.pk)


def test_a_mail_that_comes_meanwhile_holds_it_back_and_brings_the_conversation_back(agent, conversation, now):
    message = plan(conversation, agent)
    answer(conversation)

    stopped = stop_disturbed(conversation.pk)

    conversation.refresh_from_db()
    now.move_to(TOMORROW)
    assert stopped == 1
    assert state_of(message) == MessageState.STOPPED
    assert (conversation.planned_at, conversation.has_failed) == (None, True)
    assert Event.objects.get(kind=REPLY_STOPPED).data == {"message": message.pk, "author": agent.pk}
    assert not claim_for_sending(message.pk)


def test_what_came_a_moment_before_its_time_holds_it_back_without_any_reaction(agent, conversation, now):
    message = plan(conversation, agent)
    add_note(conversation, "在庫がありません", user=make_user())

    now.move_to(TOMORROW)
    claimed = claim_for_sending(message.pk)

    assert not claimed
    assert state_of(message) == MessageState.STOPPED


def test_neither_its_author_nor_a_new_assignee_holds_it_back(agent, conversation, now):
    message = plan(conversation, agent)
    add_note(conversation, "明日届きます", user=agent)
    assign([conversation], make_user(), user=make_user(Role.SUPERVISOR))

    stopped = stop_disturbed(conversation.pk)
    now.move_to(TOMORROW)

    assert stopped == 0
    assert claim_for_sending(message.pk)


def test_a_second_reply_of_the_same_author_holds_it_back(agent, conversation):
    message = plan(conversation, agent)
    sending = Sending(latest_event_id(conversation))
    write_reply(conversation, make_letter(), user=agent, sending=sending)

    stop_disturbed(conversation.pk)

    assert state_of(message) == MessageState.STOPPED


def test_a_status_somebody_else_chose_meanwhile_holds_it_back(agent, conversation):
    message = plan(conversation, agent)
    change_status([conversation], Status.DONE, user=make_user())

    stop_disturbed(conversation.pk)

    assert state_of(message) == MessageState.STOPPED


def test_its_authors_later_status_stays_when_it_leaves(agent, conversation, now):
    message = plan(conversation, agent)
    change_status([conversation], Status.INTERNAL, user=agent)

    now.move_to(TOMORROW)
    claim_for_sending(message.pk)

    conversation.refresh_from_db()
    assert conversation.status == Status.INTERNAL


def test_edited_again_it_is_a_draft_with_its_time_and_what_was_seen(agent, conversation):
    message = plan(conversation, agent)
    seen = message.before["seen_event_id"]

    draft = cancel_reply(message, user=agent)

    conversation.refresh_from_db()
    assert state_of(message) == MessageState.CANCELLED
    assert (draft.planned_at, draft.text, draft.seen_event_id) == (TOMORROW, message.text, seen)
    assert conversation.planned_at is None


def test_moved_it_leaves_at_the_new_time(agent, conversation, now):
    message = plan(conversation, agent)
    later = TOMORROW + timedelta(hours=2)

    move_plan(message, later, user=make_user())

    now.move_to(TOMORROW)
    assert message.send_after == later
    assert not claim_for_sending(message.pk)
    now.move_to(later)
    assert claim_for_sending(message.pk)


def test_sent_now_it_can_still_be_taken_back_and_then_leaves(agent, conversation, now):
    message = plan(conversation, agent)

    send_planned_now(message, user=agent)

    undo = timedelta(seconds=conversation.inbox.undo_seconds)
    assert message.send_after == NOW + undo
    now.move_to(NOW + undo)
    assert claim_for_sending(message.pk)


def test_sent_now_it_tells_what_it_did_not_know_of(agent, conversation):
    message = plan(conversation, agent)
    answer(conversation)

    with pytest.raises(SomethingHappened):
        send_planned_now(message, user=agent)


def test_what_has_left_is_neither_moved_nor_sent_now_nor_taken_back(agent, conversation, now):
    message = plan(conversation, agent)
    now.move_to(TOMORROW)
    claim_for_sending(message.pk)

    with pytest.raises(NotPlanned):
        move_plan(message, TOMORROW + timedelta(hours=1), user=agent)
    with pytest.raises(NotPlanned):
        send_planned_now(message, user=agent)
    with pytest.raises(NotCancellable):
        cancel_reply(message, user=agent)


def test_held_back_it_leaves_after_all_for_a_reason_by_who_has_seen_what_happened(agent, conversation, now):
    message = plan(conversation, agent)
    answer(conversation)
    stop_disturbed(conversation.pk)

    with pytest.raises(Invalid):
        release_planned(message, user=agent, seen_event_id=latest_event_id(conversation), reason=" ")
    with pytest.raises(SomethingHappened):
        release_planned(message, user=agent, seen_event_id=0, reason="内容は変わらない")
    release_planned(message, user=agent, seen_event_id=latest_event_id(conversation), reason="内容は変わらない")

    conversation.refresh_from_db()
    now.move_to(TOMORROW)
    assert (message.state, message.send_after, message.failure) == (MessageState.QUEUED, TOMORROW, "")
    assert (conversation.planned_at, conversation.has_failed) == (TOMORROW, False)
    assert claim_for_sending(message.pk)


def test_a_trainee_does_not_let_it_go(conversation):
    trainee = make_user(Role.TRAINEE)
    message = plan(conversation, make_user())
    answer(conversation)
    stop_disturbed(conversation.pk)

    with pytest.raises(NotAllowed):
        release_planned(message, user=trainee, seen_event_id=latest_event_id(conversation), reason="大丈夫")


def test_approval_comes_first_and_then_its_time(conversation, now):
    message = plan(conversation, make_user(Role.TRAINEE))
    now.move_to(NOW + timedelta(hours=1))
    assert message.send_after is None

    approve_reply(message, user=make_user(Role.SUPERVISOR))

    conversation.refresh_from_db()
    assert (message.state, message.send_after) == (MessageState.QUEUED, TOMORROW)
    assert (conversation.status, conversation.first_reply_at) == (Status.OPEN, None)
    now.move_to(TOMORROW)
    assert claim_for_sending(message.pk)


def test_another_time_makes_approvers_look_again(conversation):
    author, boss = make_user(Role.TRAINEE), make_user(Role.SUPERVISOR)
    message = plan(conversation, author)
    seen = message.approval.seen

    move_plan(message, TOMORROW + timedelta(days=90), user=author)

    with pytest.raises(TextChanged):
        approve_reply(message, user=boss, verdict=Verdict(seen))
    message.approval.refresh_from_db()
    assert approve_reply(message, user=boss, verdict=Verdict(message.approval.seen)).state == MessageState.QUEUED


def test_the_same_time_again_changes_nothing(conversation):
    author = make_user(Role.TRAINEE)
    message = plan(conversation, author)
    seen = message.approval.seen

    move_plan(message, TOMORROW, user=author)

    message.approval.refresh_from_db()
    assert message.approval.seen == seen


@pytest.mark.parametrize("change", [lambda *how: move_plan(how[0], TOMORROW + timedelta(days=100), user=how[1]),
                                    lambda *how: send_planned_now(how[0], user=how[1])])  # fmt: skip
def test_what_was_approved_for_another_time_waits_again(conversation, change):
    author, boss = make_user(Role.TRAINEE), make_user(Role.SUPERVISOR)
    message = plan(conversation, author)
    approve_reply(message, user=boss)

    change(message, author)

    message.refresh_from_db()
    conversation.refresh_from_db()
    assert (message.state, message.send_after, message.approval.approver_ids) == ("awaiting_approval", None, [boss.pk])
    assert conversation.status == Status.APPROVAL
    assert approve_reply(message, user=boss).state == MessageState.QUEUED


def test_who_approved_it_moves_it_without_asking_again(conversation):
    author, boss = make_user(Role.TRAINEE), make_user(Role.SUPERVISOR)
    message = plan(conversation, author)
    approve_reply(message, user=boss)

    move_plan(message, TOMORROW + timedelta(days=1), user=boss)

    message.refresh_from_db()
    assert (message.state, message.send_after) == (MessageState.QUEUED, TOMORROW + timedelta(days=1))


def test_nothing_is_approved_in_a_closed_conversation(conversation):
    message = plan(conversation, make_user(Role.TRAINEE))
    Conversation.objects.filter(pk=conversation.pk).update(status=Status.CLOSED, is_open=False)

    with pytest.raises(ConversationClosed):
        approve_reply(message, user=make_user(Role.SUPERVISOR))

    message.refresh_from_db()
    assert message.state == MessageState.AWAITING_APPROVAL


def test_approved_after_its_time_it_leaves_after_the_undo_time(conversation, now):
    message = plan(conversation, make_user(Role.TRAINEE))
    now.move_to(TOMORROW + timedelta(hours=1))

    approve_reply(message, user=make_user(Role.SUPERVISOR))

    assert message.send_after == timezone.now() + timedelta(seconds=conversation.inbox.undo_seconds)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_taking_back_and_leaving_at_once_only_one_happens(_round, now):
    agent, conversation = make_user(), make_conversation()
    message = plan(conversation, agent)
    now.move_to(TOMORROW)

    left, taken = together(lambda: claim_for_sending(message.pk), lambda: cancel_reply(message, user=agent))

    if left:
        assert (state_of(message), taken) == (MessageState.SENDING, "not_cancellable")
        assert not Draft.objects.exists()
    else:
        assert state_of(message) == MessageState.CANCELLED
        assert Draft.objects.get().text == message.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_a_mail_that_arrives_while_it_leaves_is_either_before_or_after_it(_round, now):
    agent, conversation = make_user(), make_conversation()
    message = plan(conversation, agent)
    now.move_to(TOMORROW)

    left, _came = together(lambda: claim_for_sending(message.pk), lambda: answer(conversation))

    conversation.refresh_from_db()
    assert state_of(message) == (MessageState.SENDING if left else MessageState.STOPPED)
    assert conversation.status in (Status.OPEN, Status.NEW)  # either way somebody has to read what came
