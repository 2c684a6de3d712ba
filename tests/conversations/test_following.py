"""Where conversations stand when a merge or a split is taken back, and something was said or withdrawn since."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.approval import leave_now, make_rule, people
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import approve_reply, send_back_reply
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.delivery import mark_failed, mark_uncertain
from madoguchi.conversations.actions.planning import send_planned_now
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import assign, change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.approval import Step
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation, Draft, Message

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def done(agent):
    """A conversation that is done, into which another goes by mistake."""
    conversation = make_conversation(make_inbox(), sender=Address("done@mail.example", "田中 太郎"))
    change_status([conversation], Status.DONE, user=agent)
    return conversation


@pytest.fixture
def waiting(done):
    """Another customer's, who waits for an answer until `DUE`."""
    conversation = make_conversation(done.inbox, subject="桐箱の湿気について")
    conversation.set_due(DUE)
    conversation.save(update_fields=["due_at", "queue_at"])
    return conversation


def merge(done, waiting, agent):
    rows = Conversation.objects.select_related("inbox", "customer").in_bulk([done.pk, waiting.pk])
    return merge_conversations(rows[done.pk], [rows[waiting.pk]], user=agent)


def stands(conversation):
    conversation.refresh_from_db()
    return conversation.status, conversation.due_at


def asked_for(waiting, approver):
    """A trainee's letter that waits for this person."""
    make_rule(steps=(Step(people(approver)),))
    return reply_to(waiting, make_user(Role.TRAINEE), text="80,000円を返金いたします。")


def test_a_reply_cancelled_in_the_survivor_leaves_the_customer_waiting(done, waiting, agent):
    reply = reply_to(waiting, agent)
    step = merge(done, waiting, agent)
    cancel_reply(reply, user=agent)

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.NEW, DUE)
    assert stands(done) == (Status.DONE, None)
    assert list(Draft.objects.values_list("conversation", flat=True)) == [waiting.pk]


def test_a_reply_cancelled_where_two_were_joined_brings_its_deadline_back(done, waiting, agent):
    reply = reply_to(waiting, agent)
    merge(done, waiting, agent)

    cancel_reply(reply, user=agent)

    assert stands(done) == (Status.OPEN, DUE)


def test_a_draft_of_the_survivors_own_letter_stays_there(done, waiting, agent):
    receive_mail(done.inbox, sender=Address("done@mail.example"), in_reply_to=done.messages.get().external_id)
    step = merge(done, waiting, agent)
    done.refresh_from_db()
    reply = reply_to(done, agent, to=(Address("done@mail.example"),), text="別件のお知らせです。")
    cancel_reply(reply, user=agent)

    undo(step.pk, user=agent)

    assert list(Draft.objects.values_list("conversation", flat=True)) == [done.pk]


def test_a_letter_approved_in_the_survivor_is_the_answer(done, waiting, agent):
    reply, step = asked_for(waiting, agent), merge(done, waiting, agent)
    approve_reply(reply, user=agent)

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.WAIT, None)
    assert stands(done) == (Status.DONE, None)


def test_a_letter_sent_back_in_the_survivor_leaves_the_customer_waiting(done, waiting, agent):
    reply, step = asked_for(waiting, agent), merge(done, waiting, agent)
    send_back_reply(reply, user=agent, reason="直してください。")

    undo(step.pk, user=agent)

    assert stands(waiting)[1] == DUE
    assert waiting.status in (Status.NEW, Status.OPEN)
    assert Draft.objects.get(text__contains="80,000円").conversation_id == waiting.pk


def test_a_letter_that_still_waits_is_waited_for(done, waiting, agent):
    asked_for(waiting, agent)
    step = merge(done, waiting, agent)

    undo(step.pk, user=agent)

    assert stands(waiting)[0] == Status.APPROVAL


def test_a_letter_sent_back_after_the_customer_wrote_again_is_no_longer_waited_for(done, waiting, agent):
    reply, step = asked_for(waiting, agent), merge(done, waiting, agent)
    receive_mail(waiting.inbox, in_reply_to=reply.external_id)
    send_back_reply(reply, user=agent, reason="直してください。")

    undo(step.pk, user=agent)

    assert waiting.messages.count() == 3
    assert stands(waiting)[0] in (Status.NEW, Status.OPEN)
    assert waiting.due_at is not None


def test_a_letter_that_waits_in_the_survivor_itself_keeps_it_waiting(done, waiting, agent):
    make_rule(steps=(Step(people(agent)),))
    step = merge(done, waiting, agent)
    done.refresh_from_db()
    reply_to(done, make_user(Role.TRAINEE), to=(Address("done@mail.example"),), text="80,000円を返金いたします。")

    undo(step.pk, user=agent)

    assert stands(done)[0] == Status.APPROVAL
    assert stands(waiting) == (Status.NEW, DUE)


def test_a_planned_letter_that_left_since_is_the_answer(done, waiting, agent):
    sending = Sending(latest_event_id(waiting), send_at=timezone.now() + timedelta(days=2))
    reply = write_reply(waiting, make_letter(), user=agent, sending=sending)
    step = merge(done, waiting, agent)
    send_planned_now(reply, user=agent)
    leave_now(reply)

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.WAIT, None)
    assert stands(done) == (Status.DONE, None)


@pytest.mark.parametrize("fail", [mark_failed, mark_uncertain])
def test_a_letter_that_failed_in_the_survivor_leaves_the_customer_waiting(done, waiting, agent, fail):
    reply = reply_to(waiting, agent)
    step = merge(done, waiting, agent)
    Message.objects.filter(pk=reply.pk).update(state=MessageState.SENDING)
    fail(reply, reason="接続できません", detail="")

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.NEW, DUE)
    assert (waiting.has_failed, stands(done)) == (True, (Status.DONE, None))


def test_a_letter_that_failed_before_the_merge_changes_nothing(done, waiting, agent):
    reply = reply_to(waiting, agent)
    Message.objects.filter(pk=reply.pk).update(state=MessageState.SENDING)
    mark_failed(reply, reason="接続できません", detail="")
    waiting.refresh_from_db()
    change_status([waiting], Status.INTERNAL, user=agent)
    step = merge(done, waiting, agent)

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.INTERNAL, DUE)


def test_a_status_chosen_since_stays_where_it_was_chosen(done, waiting, agent):
    step = merge(done, waiting, agent)
    done.refresh_from_db()
    change_status([done], Status.NOREPLY, user=agent)

    undo(step.pk, user=agent)

    assert stands(done)[0] == Status.NOREPLY
    assert stands(waiting) == (Status.NEW, DUE)


def test_who_has_left_gets_nothing_back(done, waiting, agent):
    gone = make_user()
    assign([waiting], gone, user=agent)
    waiting.refresh_from_db()
    step = merge(done, waiting, agent)
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    undo(step.pk, user=agent)

    waiting.refresh_from_db()
    assert waiting.assignee_id is None


def test_a_split_taken_back_leaves_open_what_was_open_in_either(waiting, agent):
    later = receive_mail(waiting.inbox, in_reply_to=waiting.messages.get().external_id, text="もう一つ質問です。")
    waiting.refresh_from_db()
    new, step = split_conversation(waiting, later, user=agent)
    reply_to(Conversation.objects.select_related("inbox", "customer").get(pk=new.pk), agent)
    due = stands(waiting)[1]

    undo(step.pk, user=agent)

    assert due is not None
    assert stands(waiting) == (Status.NEW, due)


def test_a_split_taken_back_brings_an_open_question_to_what_was_done(waiting, agent):
    later = receive_mail(waiting.inbox, in_reply_to=waiting.messages.get().external_id, text="もう一つ質問です。")
    waiting.refresh_from_db()
    new, step = split_conversation(waiting, later, user=agent)
    change_status([waiting], Status.DONE, user=agent)

    undo(step.pk, user=agent)

    assert stands(waiting) == (Status.OPEN, new.due_at)
    assert new.due_at is not None


def test_a_mail_with_the_number_of_the_other_goes_back_to_it(waiting, agent):
    mine = make_conversation(waiting.inbox)
    step = merge(mine, waiting, agent)
    later = receive_mail(waiting.inbox, subject=f"Re: 桐箱の湿気について(受付番号:{waiting.pk})")
    reply = reply_to(Conversation.objects.select_related("inbox", "customer").get(pk=mine.pk), agent)

    undo(step.pk, user=agent)

    assert set(waiting.messages.order_by("pk")[1:]) == {later, reply}
    assert stands(waiting)[0] == Status.WAIT


def test_a_mail_of_the_others_customer_goes_back_with_them(done, waiting, agent):
    step = merge(done, waiting, agent)
    later = receive_mail(done.inbox, subject=f"Re: (受付番号:{done.pk})")

    undo(step.pk, user=agent)

    later.refresh_from_db()
    assert later.conversation_id == waiting.pk


def test_what_was_merged_before_is_found_from_where_it_went_and_comes_back(done, waiting, agent):
    first = make_conversation(done.inbox)
    merge(waiting, first, agent)
    step = merge(done, waiting, agent)
    first.refresh_from_db()
    place = first.merged_into_id

    undo(step.pk, user=agent)

    first.refresh_from_db()
    assert (place, first.merged_into_id) == (done.pk, waiting.pk)


def test_a_letter_to_the_survivors_customer_stays_though_it_answers_the_others_mail(done, waiting, agent):
    step = merge(done, waiting, agent)
    later = receive_mail(waiting.inbox, subject=f"Re: 桐箱(受付番号:{waiting.pk})")
    done.refresh_from_db()
    reply = reply_to(done, agent, to=(Address("Done@mail.example"),))
    was = reply.in_reply_to

    undo(step.pk, user=agent)

    reply.refresh_from_db()
    assert (was, reply.conversation_id) == (later.external_id, done.pk)
    assert stands(waiting)[0] in (Status.NEW, Status.OPEN)
    assert waiting.due_at is not None


def test_a_mail_for_what_was_merged_twice_goes_all_the_way_back(done, waiting, agent):
    first = make_conversation(done.inbox, sender=Address("first@mail.example"), subject="箸の色")
    inner = merge(waiting, first, agent)
    outer = merge(done, waiting, agent)
    later = receive_mail(done.inbox, sender=Address("first@mail.example"), subject=f"Re: 箸(受付番号:{first.pk})")
    arrived = later.conversation_id

    undo(outer.pk, user=agent)
    undo(inner.pk, user=agent)

    later.refresh_from_db()
    assert (arrived, later.conversation_id) == (done.pk, first.pk)
    assert stands(first)[0] in (Status.NEW, Status.OPEN)
    assert first.due_at is not None
