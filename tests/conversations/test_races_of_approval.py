"""Approval by several people at the same instant."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.approval import make_rule, make_waiting, people
from tests.factories.conversations import make_conversation, make_letter, reply_to
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, edit_reply, send_back_reply
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.approval import Step
from madoguchi.conversations.approval_choices import VersionKind
from madoguchi.conversations.choices import REPLY_QUEUED, MessageState
from madoguchi.conversations.models import ApprovalRequest, Message
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_who_approve_exactly_one_decides(number):
    first, second, message = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_waiting()

    outcomes = together(
        lambda: approve_reply(message, user=first, verdict=Verdict("1.0")).state,
        lambda: approve_reply(message, user=second, verdict=Verdict("1.0")).state,
    )

    assert sorted(outcomes) == ["already_decided", MessageState.QUEUED]
    assert Event.objects.filter(kind=REPLY_QUEUED).count() == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_who_decide_one_step_the_second_does_not_decide_the_next(number):
    first, second = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(first, second)), Step(people(first, second))))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    outcomes = together(
        lambda: approve_reply(message, user=first, verdict=Verdict("1.0")).state,
        lambda: approve_reply(message, user=second, verdict=Verdict("1.0")).state,
    )

    assert sorted(outcomes) == ["already_decided", MessageState.AWAITING_APPROVAL]
    assert ApprovalRequest.objects.get().step == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_approving_and_sending_back_at_once_is_one_of_them(number):
    first, second, message = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_waiting()

    outcomes = together(
        lambda: approve_reply(message, user=first).state,
        lambda: send_back_reply(message, user=second, reason="敬称").state,
    )

    assert "already_decided" in outcomes
    assert Message.objects.get(pk=message.pk).state in (MessageState.QUEUED, MessageState.SENT_BACK)
    assert Message.objects.get(pk=message.pk).state in outcomes


@pytest.mark.parametrize("number", range(ROUNDS))
def test_withdrawing_while_it_is_edited_keeps_the_edit_and_lets_nothing_leave(number):
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)
    message = reply_to(make_conversation(), author)
    letter = make_letter(subject=message.subject, text="直した文章です。")

    together(
        lambda: cancel_reply(message, user=author),
        lambda: edit_reply(message, letter, user=boss, verdict=Verdict("1.0")),
    )

    kinds = [each.kind for each in ApprovalRequest.objects.get().versions.all()]
    assert kinds[1:] in ([VersionKind.KEPT], [VersionKind.EDITED])
    assert Message.objects.get(pk=message.pk).state == MessageState.CANCELLED


@pytest.mark.parametrize("number", range(ROUNDS))
def test_approving_while_it_is_edited_never_lets_an_unseen_text_leave(number):
    editor, boss, message = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_waiting()
    before = message.text
    letter = make_letter(subject=message.subject, text="直した文章です。")

    together(
        lambda: edit_reply(Message.objects.get(pk=message.pk), letter, user=editor, verdict=Verdict("1.0")),
        lambda: approve_reply(Message.objects.get(pk=message.pk), user=boss, verdict=Verdict("1.0")),
    )

    after = Message.objects.get(pk=message.pk)
    assert (after.state, after.text) in (
        (MessageState.QUEUED, before),
        (MessageState.AWAITING_APPROVAL, "直した文章です。"),
    )
