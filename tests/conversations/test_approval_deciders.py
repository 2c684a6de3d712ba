"""Who decides about a reply that waits: steps, several of several, substitutes, those who left, deadlines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from tests.factories.accounts import make_team, make_user
from tests.factories.approval import make_rule, make_waiting, people, request_of
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.actions.absences import end_absence, set_absence
from madoguchi.conversations.actions.approval_deadlines import see_to_deadlines
from madoguchi.conversations.actions.approvals import (
    AlreadyDecided,
    OwnReply,
    approve_reply,
)
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.choices import (
    APPROVAL_ESCALATED,
    APPROVAL_REDIRECTED,
    APPROVAL_REMINDED,
    APPROVAL_STEPPED,
    MessageState,
)
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_several_steps_are_decided_one_after_the_other_by_different_people():
    first, second = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(first)), Step(people(first, second))))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    with pytest.raises(NotAllowed):
        approve_reply(message, user=second)
    approve_reply(message, user=first)
    assert message.state == MessageState.AWAITING_APPROVAL
    with pytest.raises(AlreadyDecided):
        approve_reply(message, user=first)
    approve_reply(message, user=second)

    assert message.state == MessageState.QUEUED
    assert message.approved_by == second


def test_n_of_several_approve():
    leaders = [make_user(Role.SUPERVISOR) for _each in range(3)]
    make_rule(steps=(Step(people(*leaders), needed=2),))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    approve_reply(message, user=leaders[0])
    assert message.state == MessageState.AWAITING_APPROVAL
    approve_reply(message, user=leaders[2])

    assert message.state == MessageState.QUEUED


def test_one_look_is_enough_for_the_steps_of_different_rules():
    boss, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(boss)),))
    make_rule(Condition("attachment"), steps=(Step(people(other)),))
    make_rule(Condition("keyword", ("返金",)), steps=(Step(people(boss, other)),))

    message = make_waiting(make_user(), text="返金は85,000円です。")
    approve_reply(message, user=boss)

    assert message.state == MessageState.QUEUED


def test_an_agent_whom_a_rule_names_may_approve_and_another_may_not():
    named, other = make_user(), make_user()
    make_rule(steps=(Step(people(named)),))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    with pytest.raises(NotAllowed):
        approve_reply(message, user=other)
    approve_reply(message, user=named)

    assert message.state == MessageState.QUEUED


def test_an_approver_who_left_gives_way_to_everybody_who_may_approve():
    gone, boss = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(gone)),))
    User.objects.filter(pk=gone.pk).update(is_active=False)

    message = make_waiting(make_user(), text="返金は85,000円です。")

    request = request_of(message)
    assert (request.approver_ids, request.is_fallback) == (
        [boss.pk] + [u.pk for u in User.objects.filter(role=Role.ADMIN)],
        True,
    )
    approve_reply(message, user=boss)
    assert message.state == MessageState.QUEUED


def test_nobody_approves_their_own_even_when_a_rule_names_them():
    boss = make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(boss)),))

    message = make_waiting(boss, text="返金は85,000円です。")

    assert boss.pk not in request_of(message).approver_ids
    with pytest.raises(OwnReply):
        approve_reply(message, user=boss)


def test_a_step_whose_only_decider_has_decided_another_goes_to_everybody_who_may_approve():
    one, two, third = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(one)), Step(people(two))))
    set_absence(one, until=datetime.now(UTC) + timedelta(days=3), substitute=two, user=one)
    message = make_waiting(make_user(), text="返金は85,000円です。")

    approve_reply(message, user=two)

    assert two.pk not in request_of(message).approver_ids
    assert approve_reply(message, user=third).state == MessageState.QUEUED


def test_where_nobody_else_is_left_the_same_person_decides_both_steps():
    author = make_user(Role.OWNER)
    make_rule(Condition("role", (Role.OWNER,)), steps=(Step(), Step()))
    User.objects.exclude(pk=author.pk).update(is_active=False)
    boss = make_user(Role.SUPERVISOR)
    message = make_waiting(author)
    approve_reply(message, user=boss)

    assert request_of(message).approver_ids == [boss.pk]
    assert approve_reply(message, user=boss).state == MessageState.QUEUED


def test_while_somebody_is_away_the_substitute_decides():
    boss, agent = make_user(Role.SUPERVISOR), make_user()
    make_rule(steps=(Step(people(boss)),))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    set_absence(boss, until=datetime.now(UTC) + timedelta(days=3), substitute=agent, user=boss)

    assert request_of(message).approver_ids == [agent.pk]
    end_absence(boss, user=boss)
    assert request_of(message).approver_ids == [boss.pk]


def test_a_circle_of_substitutes_is_refused():
    one, two, three = (make_user(Role.SUPERVISOR) for _each in range(3))
    until = datetime.now(UTC) + timedelta(days=3)
    set_absence(one, until=until, substitute=two, user=one)
    set_absence(two, until=until, substitute=three, user=two)

    with pytest.raises(Invalid) as refused:
        set_absence(three, until=until, substitute=one, user=three)

    assert refused.value.field == "substitute"


@pytest.mark.parametrize("case", ["past", "self", "trainee"])
def test_an_absence_that_cannot_be_is_refused(case):
    boss, now = make_user(Role.SUPERVISOR), datetime.now(UTC)
    until = now - timedelta(hours=1) if case == "past" else now + timedelta(hours=1)
    substitute = {"self": boss, "trainee": make_user(Role.TRAINEE)}.get(case)

    with pytest.raises(Invalid):
        set_absence(boss, until=until, substitute=substitute, user=boss)
    with pytest.raises(NotAllowed):
        set_absence(boss, until=now + timedelta(days=1), user=make_user())


def test_after_its_business_minutes_it_is_reminded_of_and_then_others_are_asked():
    boss, team_mate = make_user(Role.SUPERVISOR), make_user()
    inbox = make_inbox(calendar=make_calendar())
    make_rule(steps=(Step(people(boss), minutes=120, then=people(team_mate)),))
    friday = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # 16:00 in Tokyo; the desk closes at 17:00
    with time_machine.travel(friday, tick=False):
        message = reply_to(make_conversation(inbox), make_user(), text="返金は85,000円です。")
    due = request_of(message).due_at

    see_to_deadlines(due - timedelta(minutes=1))
    assert request_of(message).reminded_at is None
    see_to_deadlines(due)
    see_to_deadlines(due + timedelta(minutes=1))
    assert Event.objects.filter(kind=APPROVAL_REMINDED).count() == 1
    see_to_deadlines(due + timedelta(hours=2))

    # Saturday, Sunday and 勤労感謝の日 do not count: 60 minutes on Friday, 60 on Tuesday.
    assert due == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert Event.objects.filter(kind=APPROVAL_ESCALATED).count() == 1
    assert request_of(message).approver_ids == sorted([boss.pk, team_mate.pk])


def test_a_deciders_new_role_or_team_counts_from_then_on():
    boss, agent = make_user(Role.SUPERVISOR), make_user()
    team = make_team("")
    make_rule(steps=(Step(replace(people(), teams=(team.pk,))),))
    message = make_waiting(make_user(), text="返金は85,000円です。")
    admins = [user.pk for user in User.objects.filter(role=Role.ADMIN)]
    assert request_of(message).approver_ids == sorted([boss.pk, *admins])

    team.members.add(agent)
    see_to_deadlines(datetime.now(UTC))

    assert request_of(message).approver_ids == [agent.pk]


def test_the_history_says_who_approved_and_that_nobody_of_the_next_step_can():
    first, gone = make_user(Role.SUPERVISOR, name="佐伯 由紀子"), make_user(Role.SUPERVISOR)
    others = make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(first)), Step(people(gone))))
    User.objects.filter(pk=gone.pk).update(is_active=False)
    message = make_waiting(make_user(), text="返金は85,000円です。")

    approve_reply(message, user=first)
    see_to_deadlines(datetime.now(UTC))

    stepped = Event.objects.get(kind=APPROVAL_STEPPED)
    assert (stepped.actor_label, stepped.data["is_fallback"]) == ("佐伯 由紀子", True)
    assert others.pk in request_of(message).approver_ids
    assert not Event.objects.filter(kind=APPROVAL_REDIRECTED).exists()


def test_who_goes_away_while_it_waits_leaves_no_approval_in_the_history():
    boss, gone = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(gone)),))
    message = make_waiting(make_user(), text="返金は85,000円です。")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    see_to_deadlines(datetime.now(UTC))

    assert not Event.objects.filter(kind=APPROVAL_STEPPED).exists()
    assert Event.objects.get(kind=APPROVAL_REDIRECTED).data["is_fallback"]
    assert boss.pk in request_of(message).approver_ids


def test_who_stands_in_for_the_author_decides_nothing_by_that():
    """Else whoever writes would choose who approves it, by naming a substitute."""
    author, chosen, other = make_user(Role.SUPERVISOR), make_user(), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(author, other)),))
    set_absence(author, until=datetime.now(UTC) + timedelta(days=1), substitute=chosen, user=author)

    message = make_waiting(author, text="返金は85,000円です。")

    assert request_of(message).approver_ids == [other.pk]
    with pytest.raises(NotAllowed):
        approve_reply(message, user=chosen)


def test_a_chain_of_substitutes_does_not_lead_through_the_author():
    first, author, chosen, other = (
        make_user(Role.SUPERVISOR),
        make_user(Role.SUPERVISOR),
        make_user(),
        make_user(Role.SUPERVISOR),
    )
    make_rule(steps=(Step(people(first, other)),))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    set_absence(first, until=tomorrow, substitute=author, user=first)
    set_absence(author, until=tomorrow, substitute=chosen, user=author)

    message = make_waiting(author, text="返金は85,000円です。")

    assert request_of(message).approver_ids == [other.pk]
