"""Filing conversations, one or many, and taking it back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.triage import (
    MAX_BULK,
    assign,
    assign_team,
    change_status,
    change_subject,
    change_tags,
    follow,
    resume_due_conversations,
    set_category,
    set_priority,
)
from madoguchi.conversations.actions.undo import AlreadyUndone, undo
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Category, Conversation
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_done_clears_the_deadline():
    conversation = make_conversation()
    assert conversation.due_at is not None

    change_status([conversation], Status.DONE, user=make_user())

    conversation.refresh_from_db()
    assert (conversation.is_open, conversation.due_at, conversation.done_at is not None) == (False, None, True)


def test_hold_keeps_reason_and_date_and_comes_back():
    conversation = make_conversation()
    later = timezone.now() + timedelta(hours=2)
    change_status([conversation], Status.HOLD, user=make_user(), hold_reason="入荷待ち", resume_at=later)
    assert (conversation.hold_reason, conversation.resume_at) == ("入荷待ち", later)

    assert resume_due_conversations(timezone.now()) == 0
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert resume_due_conversations(timezone.now()) == 1

    conversation.refresh_from_db()
    assert (conversation.status, conversation.resume_at, conversation.hold_reason) == (Status.NEW, None, "")


def test_hold_until_the_past_is_refused():
    with pytest.raises(Invalid) as refused:
        change_status(
            [make_conversation()], Status.HOLD, user=make_user(), resume_at=timezone.now() - timedelta(minutes=1)
        )

    assert refused.value.field == "resume_at"


def test_awaiting_approval_cannot_be_set_by_hand():
    with pytest.raises(Invalid):
        change_status([make_conversation()], Status.APPROVAL, user=make_user())


def test_customers_answer_reopens():
    conversation = make_conversation()
    user = make_user()
    assign([conversation], user, user=user)
    change_status([conversation], Status.DONE, user=user)

    receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    conversation.refresh_from_db()
    assert (conversation.status, conversation.due_at is not None) == (Status.OPEN, True)


def test_second_mail_does_not_restart_the_deadline():
    conversation = make_conversation()
    due = conversation.due_at

    receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    conversation.refresh_from_db()
    assert conversation.due_at == due


def test_assigning_a_new_conversation_opens_it():
    conversation = make_conversation()
    user = make_user()

    assign([conversation], user, user=make_user(Role.SUPERVISOR))

    assert (conversation.assignee, conversation.status) == (user, Status.OPEN)
    assert Event.objects.get(kind="assigned").data == {"before": None, "assignee": user.pk}


def test_nobody_gets_what_they_do_not_see():
    seen, hidden = make_conversation(), make_conversation(make_inbox(name="法人窓口", is_open_to_all=False))
    blind = make_user(name="中村 健")

    with pytest.raises(Invalid) as refused:
        assign([seen, hidden], blind, user=make_admin())

    assert "中村 健" in str(refused.value)
    assert "法人窓口" in str(refused.value)
    assert not Conversation.objects.filter(assignee=blind).exists()


def test_guests_are_not_made_responsible():
    with pytest.raises(Invalid):
        assign([make_conversation()], make_user(Role.GUEST), user=make_user())


def test_viewers_change_nothing():
    with pytest.raises(NotAllowed):
        change_status([make_conversation()], Status.DONE, user=make_user(Role.VIEWER))


def test_bulk_change_is_undone_in_one_step():
    inbox = make_inbox()
    user = make_user()
    conversations = [make_conversation(inbox, subject=f"件{n}") for n in range(3)]
    change_tags(conversations[:1], add=["先"], user=user)

    step = change_tags(conversations, add=["後"], remove=["先"], user=user)
    undo(step.pk, user=user)

    names = [[tag.name for tag in each.tags.all()] for each in conversations]
    assert names == [["先"], [], []]


def test_undo_keeps_what_somebody_changed_later():
    user = make_user()
    conversations = [make_conversation(subject=f"件{n}") for n in range(2)]
    step = change_status(conversations, Status.DONE, user=user)
    set_priority(conversations[:1], Priority.HIGH, user=make_user())

    touched = undo(step.pk, user=user).conversations

    for conversation in conversations:
        conversation.refresh_from_db()
    assert touched == [conversations[1].pk]
    assert [each.status for each in conversations] == [Status.DONE, Status.NEW]


def test_undo_works_once_and_for_its_owner_only():
    user = make_user()
    step = change_status([make_conversation()], Status.DONE, user=user)

    with pytest.raises(NotFound):
        undo(step.pk, user=make_user())
    undo(step.pk, user=user)

    with pytest.raises(AlreadyUndone):
        undo(step.pk, user=user)


def test_category_team_subject_and_priority_are_kept():
    conversation = make_conversation()
    user = make_user()
    category = Category.objects.create(name="配送")
    team = make_team("物流")

    set_category([conversation], category, user=user)
    assign_team([conversation], team, user=user)
    change_subject(conversation, "  土鍋の\n遅れ ", user=user)
    set_priority([conversation], Priority.URGENT, user=user)

    conversation.refresh_from_db()
    kept = (conversation.category, conversation.team, conversation.subject, conversation.priority)
    assert kept == (category, team, "土鍋の 遅れ", Priority.URGENT)


@pytest.mark.parametrize("call", [
    lambda conversation, user: set_priority([conversation], 9, user=user),
    lambda conversation, user: change_subject(conversation, " ", user=user),
    lambda conversation, user: change_tags([conversation], add=[" "], user=user),
    lambda conversation, user: change_tags([conversation], add=["x" * 51], user=user),
    lambda conversation, user: change_status([conversation] * (MAX_BULK + 1), Status.DONE, user=user),
])  # fmt: skip
def test_impossible_values_are_refused(call):
    with pytest.raises(Invalid):
        call(make_conversation(), make_user())


def test_closed_conversations_are_changed_by_administrators_only():
    conversation = make_conversation()
    change_status([conversation], Status.CLOSED, user=make_user())

    with pytest.raises(Invalid):
        set_priority([conversation], Priority.HIGH, user=make_user())
    change_status([conversation], Status.OPEN, user=make_user(Role.ADMIN))

    assert conversation.status == Status.OPEN


def test_following_and_not():
    conversation = make_conversation()
    user = make_user()

    follow(conversation, user=user, is_on=True)
    assert list(conversation.followers.all()) == [user]
    follow(conversation, user=user, is_on=False)

    assert list(conversation.followers.all()) == []


def test_undo_is_for_those_who_still_may_change_and_see_it():
    person, inbox = make_user(), make_inbox()
    step = change_status([make_conversation(inbox)], Status.DONE, user=person)
    User.objects.filter(pk=person.pk).update(role=Role.VIEWER)

    with pytest.raises(NotAllowed):
        undo(step.pk, user=User.objects.get(pk=person.pk))

    User.objects.filter(pk=person.pk).update(role=Role.AGENT)
    Inbox.objects.filter(pk=inbox.pk).update(is_open_to_all=False)
    with pytest.raises(NotFound):
        undo(step.pk, user=User.objects.get(pk=person.pk))
