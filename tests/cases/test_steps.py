"""Steps, closing, and what two people decide."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calendars import make_calendar
from tests.factories.cases import agreed, judged, make_complaint, make_harassment, make_incident
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.decisions import (
    AlreadyDecided,
    Proposal,
    SamePerson,
    ask_decision,
    decide,
    withdraw_decision,
)
from madoguchi.cases.actions.holding import CaseClosed
from madoguchi.cases.actions.opening import change_case, change_people
from madoguchi.cases.actions.steps import StepTaken, do_step, move_step, skip_step, undo_step
from madoguchi.cases.choices import DecisionKind, Judgement
from madoguchi.cases.clocks import act_on, clocks_of
from madoguchi.cases.models import CaseDecision, Incident
from madoguchi.cases.queries import get_case, waiting_decisions
from madoguchi.cases.watching import tell_of_passed_steps, tell_of_reviews, warn_of_steps
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.models import Customer
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def finish(case, user):
    for step in case.steps.filter(state="open").exclude(key="closing"):
        do_step(case, step.key, user=user)


def kinds(case):
    return list(Event.objects.about(case.event_subject).values_list("kind", flat=True))


def test_a_case_closes_when_every_step_is_done_or_left_out(agent):
    case = make_complaint(agent)

    with pytest.raises(Invalid, match=r"受理通知|Acknowledgement"):
        do_step(case, "closing", user=agent)
    skip_step(case, "investigation", reason="お客様が取り下げられた", user=agent)
    finish(case, agent)
    do_step(case, "closing", user=agent)

    closed = get_case(agent, case.pk)
    assert (closed.state, closed.closed_by) == ("closed", agent)
    with pytest.raises(CaseClosed):
        change_case(case, seen=1, values={"facts": "あとから"}, user=agent)
    undo_step(case, "closing", user=agent)
    assert get_case(agent, case.pk).is_open


def test_who_is_taken_out_keeps_no_notice_of_it(agent, leader):
    case, other = make_complaint(leader), agent
    change_people(case, owner=leader, second=None, members=[other], user=leader)
    drain()
    told = Notification.objects.filter(subject=case.event_subject, user=other).count()
    change_people(case, owner=leader, second=None, members=[], user=leader)
    drain()

    assert (told, Notification.objects.filter(subject=case.event_subject, user=other).count()) == (1, 0)


def test_a_step_is_done_once_and_can_be_taken_back(agent):
    case = make_complaint(agent)
    at = timezone.now() - timedelta(hours=1)
    step = do_step(case, "acknowledgement", note="お電話で", at=at, user=agent)

    assert (step.done_at, step.done_by, step.note) == (at, agent, "お電話で")
    with pytest.raises(StepTaken):
        do_step(case, "acknowledgement", user=agent)
    undo_step(case, "acknowledgement", user=agent)
    assert case.steps.get(key="acknowledgement").state == "open"
    with pytest.raises(Invalid):
        undo_step(case, "receipt", user=agent)
    with pytest.raises(Invalid):
        do_step(case, "assessment", at=timezone.now() + timedelta(hours=1), user=agent)
    with pytest.raises(Invalid):
        skip_step(case, "assessment", reason=" ", user=agent)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_a_step_together_one_is_told():
    one, other = make_user(), make_user()
    case = make_complaint(one, second=other)

    outcomes = together(
        lambda: do_step(case, "assessment", user=one).state, lambda: do_step(case, "assessment", user=other).state
    )

    assert sorted(map(str, outcomes)) == ["done", "step_taken"]
    assert kinds(case).count("case_step_done") == 1


def test_times_are_business_days_of_the_desk(agent):
    inbox = make_inbox(calendar=make_calendar())
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=TOKYO)
    case = make_complaint(agent, conversations=[make_conversation(inbox)], received_at=friday)

    due = case.steps.get(key="acknowledgement").due_at.astimezone(TOKYO)

    assert due > friday
    assert due.weekday() < 5
    moved = move_step(case, "acknowledgement", due_at=timezone.now() + timedelta(days=2), user=agent)
    assert moved.due_at > due


def test_the_clock_tells_once_of_what_is_due(agent):
    case = make_complaint(agent, second=make_user())
    now = timezone.now()
    move_step(case, "assessment", due_at=now + timedelta(hours=3), user=agent)

    assert [warn_of_steps(now), warn_of_steps(now), tell_of_passed_steps(now)] == [1, 0, 0]
    assert [tell_of_passed_steps(now + timedelta(hours=4)), tell_of_passed_steps(now + timedelta(hours=5))] == [1, 0]
    drain()
    notices = Notification.objects.filter(subject=case.event_subject).values_list("kind", "user_id")
    assert sorted(kind for kind, user in notices if user == agent.pk) == ["case_due_passed", "case_due_soon"]


def test_the_days_of_the_law():
    found = datetime(2026, 11, 23, 23, 30, tzinfo=TOKYO)

    plain, dishonest = (clocks_of(found.astimezone(UTC), is_dishonest=each) for each in (False, True))

    assert [each.isoformat() for each in (plain.preliminary_aim, plain.preliminary, plain.final, dishonest.final)] == [
        "2026-11-26T23:59:59+09:00", "2026-11-28T23:59:59+09:00", "2026-12-23T23:59:59+09:00",
        "2027-01-22T23:59:59+09:00",
    ]  # fmt: skip
    plan = make_calendar().plan
    assert act_on(plain.preliminary, plan).isoformat() == "2026-11-27"  # the 28th is a Saturday
    assert act_on(plain.preliminary, None).isoformat() == "2026-11-28"


def test_both_clocks_follow_from_the_discovery_and_the_purpose(agent):
    found = timezone.now() - timedelta(days=2)
    case = make_incident(agent, values={"discovered_at": found})
    due = {each.key: each.due_at for each in case.steps.all()}
    clocks = clocks_of(found, is_dishonest=False)
    assert (due["preliminary"], due["final"]) == (clocks.preliminary, clocks.final)

    change_case(case, seen=1, values={"is_dishonest": True}, user=agent)

    assert case.steps.get(key="final").due_at == clocks_of(found, is_dishonest=True).final
    with pytest.raises(Invalid):
        move_step(case, "final", due_at=timezone.now() + timedelta(days=90), user=agent)
    with pytest.raises(Invalid):
        skip_step(case, "preliminary", reason="間に合わない", user=agent)


def test_only_two_people_stop_the_clocks(agent, leader):
    case = make_incident(agent, second=leader)
    decision = ask_decision(case, Proposal(DecisionKind.NO_DUTY, "受信者が未開封のまま削除"), user=agent)
    with pytest.raises(NotAllowed):
        decide(case, decision.position, is_agreed=True, user=agent)
    assert [each.pk for each in waiting_decisions(leader)] == [decision.pk]

    decide(case, decision.position, is_agreed=True, user=leader)

    assert Incident.objects.get(case=case).duty == "none"
    assert case.steps.get(key="preliminary").due_at is None
    skip_step(case, "preliminary", reason="報告義務なし", user=agent)
    assert waiting_decisions(leader) == []


def test_one_person_is_never_both(leader):
    case = make_complaint(leader)
    decision = ask_decision(case, Proposal(DecisionKind.PROPOSAL, "交換します"), user=leader)

    with pytest.raises(SamePerson):
        decide(case, decision.position, is_agreed=True, user=leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseDecision.objects.filter(pk=decision.pk).update(state="approved", decided_by=leader)
    withdraw_decision(case, decision.position, user=leader)
    with pytest.raises(AlreadyDecided):
        withdraw_decision(case, decision.position, user=leader)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_together_one_is_told():
    asker, one, other = make_user(), make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    case = make_complaint(asker, owner=one, second=other)
    position = ask_decision(case, Proposal(DecisionKind.PROPOSAL, "返金します"), user=asker).position

    outcomes = together(
        lambda: decide(case, position, is_agreed=True, user=one).state,
        lambda: decide(case, position, is_agreed=False, reply="高すぎます", user=other).state,
    )

    assert "already_decided" in outcomes
    assert len(set(map(str, outcomes)) & {"approved", "rejected"}) == 1


def test_harassment_needs_its_three_elements_and_two_people(agent, leader):
    case = make_harassment(agent, leader, conversations=[make_conversation()])
    wanted = Proposal(DecisionKind.JUDGEMENT, "脅迫があった", value=Judgement.HARASSMENT)

    with pytest.raises(Invalid, match=r"three elements|要素"):
        ask_decision(case, wanted, user=agent)
    with pytest.raises(Invalid):
        ask_decision(case, Proposal(DecisionKind.WARNING, "警告書"), user=agent)
    with pytest.raises(Invalid):
        do_step(case, "judgement", user=agent)
    assert judged(case, asker=agent, second=leader).harassment.judgement == "harassment"
    do_step(case, "judgement", user=agent)


def test_the_mark_on_the_customer_takes_two_and_a_day_of_review(agent, leader):
    conversation = make_conversation()
    case = judged(make_harassment(agent, leader, conversations=[conversation]), asker=agent, second=leader)
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(Invalid):
        ask_decision(case, Proposal(DecisionKind.CARE_FLAG, "必ず2名で"), user=agent)
    agreed(case, DecisionKind.CARE_FLAG, asker=agent, second=leader, review_on=tomorrow)
    assert Customer.objects.get(pk=conversation.customer_id).needs_care

    later = timezone.now() + timedelta(days=1)
    assert [tell_of_reviews(timezone.now()), tell_of_reviews(later), tell_of_reviews(later)] == [0, 1, 0]
    agreed(case, DecisionKind.CARE_FLAG_OFF, asker=leader, second=make_second(case, leader))
    assert not Customer.objects.get(pk=conversation.customer_id).needs_care


def make_second(case, user):
    other = make_user(Role.SUPERVISOR)
    change_people(case, owner=case.owner, second=case.second, members=[other], user=user)
    return other
