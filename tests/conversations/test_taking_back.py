"""Taking replies back and letting them out: exactly as before, and never past what happened meanwhile."""

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.approvals import Verdict, approve_reply
from madoguchi.conversations.actions.cancelling import NotCancellable, cancel_reply
from madoguchi.conversations.actions.replies import SomethingHappened
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.models import Draft, DraftAttachment, Message
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db


def state_of(conversation):
    conversation.refresh_from_db()
    names = ("status", "due_at", "queue_at", "first_reply_at", "preview", "last_message_at", "message_count")
    return {name: getattr(conversation, name) for name in names}


def test_taking_back_leaves_the_conversation_as_it_was():
    user, conversation = make_user(), make_conversation()
    before = state_of(conversation)
    message = reply_to(conversation, user)

    cancel_reply(message, user=user)

    assert state_of(conversation) == before
    assert before["due_at"] is not None


def test_taking_back_does_not_hide_an_answer_that_came_meanwhile():
    user, conversation = make_user(), make_conversation()
    change_status([conversation], Status.WAIT, user=user)
    message = reply_to(conversation, user)
    receive_mail(conversation.inbox, in_reply_to=message.external_id)

    cancel_reply(message, user=user)

    conversation.refresh_from_db()
    assert conversation.status == Status.OPEN
    assert conversation.due_at is not None


def test_a_mail_that_a_server_does_not_take_yet_can_be_taken_back():
    user, conversation = make_user(), make_conversation()
    message = reply_to(conversation, user)
    Message.objects.filter(pk=message.pk).update(state=MessageState.RETRYING, send_after=timezone.now())

    draft = cancel_reply(message, user=user)

    message.refresh_from_db()
    assert (message.state, draft.text) == (MessageState.CANCELLED, message.text)


def test_what_one_has_begun_meanwhile_stays_below_what_is_taken_back():
    user, conversation = make_user(), make_conversation()
    message = reply_to(conversation, user)
    begun = Draft.objects.create(user=user, conversation=conversation, kind="reply", text="二通目の書きかけです。")
    blob = store_blob(b"list")
    DraftAttachment.objects.create(draft=begun, blob=blob, name="一覧.pdf", content_type="application/pdf")

    draft = cancel_reply(message, user=user)

    assert draft.text.startswith(message.text.rstrip())
    assert draft.text.rstrip().endswith("二通目の書きかけです。")
    assert [each.name for each in draft.attachments.all()] == ["一覧.pdf"]
    assert Draft.objects.get(user=user, conversation=conversation) == draft
    with pytest.raises(LookFirst):
        reply_to(conversation, user, text=draft.text)


def test_a_request_for_approval_is_withdrawn_by_its_author_only():
    trainee, conversation = make_user(Role.TRAINEE), make_conversation()
    before = state_of(conversation)
    message = reply_to(conversation, trainee)
    with pytest.raises(NotCancellable):
        cancel_reply(message, user=make_user())

    draft = cancel_reply(message, user=trainee)

    assert state_of(conversation) == before
    assert (draft.user, draft.text) == (trainee, message.text)


def test_waiting_for_approval_counts_as_no_answer():
    conversation, boss = make_conversation(), make_user(Role.SUPERVISOR)
    message = reply_to(conversation, make_user(Role.TRAINEE))
    waiting = state_of(conversation)

    approve_reply(message, user=boss)

    assert waiting["first_reply_at"] is None
    assert state_of(conversation)["first_reply_at"] is not None


def test_approval_is_refused_when_something_happened_until_the_approver_has_seen_it():
    conversation, boss = make_conversation(), make_user(Role.SUPERVISOR)
    message = reply_to(conversation, make_user(Role.TRAINEE))
    receive_mail(conversation.inbox, text="もう解決しました。")

    with pytest.raises(SomethingHappened) as refused:
        approve_reply(message, user=boss)
    seen_now = refused.value.disturbances[-1].event_id
    approve_reply(message, user=boss, verdict=Verdict(seen_event_id=seen_now, override_reason="別件です"))

    message.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert Event.objects.get(kind="reply_queued").data["override_reason"] == "別件です"


def test_a_reply_that_waits_is_not_lost_by_another_status():
    conversation, boss = make_conversation(), make_user(Role.SUPERVISOR)
    reply_to(conversation, make_user(Role.TRAINEE))

    with pytest.raises(Invalid, match="承認待ち"):
        change_status([conversation], Status.DONE, user=boss)
