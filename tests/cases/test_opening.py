"""Opening cases, who sees them, their fields and people."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_complaint, make_harassment, make_incident
from tests.factories.conversations import make_conversation, make_inbox, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.cases.actions.opening import (
    CaseChanged,
    Opening,
    change_case,
    change_people,
    link_conversation,
    open_case,
    unlink_conversation,
)
from madoguchi.cases.choices import CaseKind
from madoguchi.cases.models import Case
from madoguchi.cases.queries import (
    CaseFilter,
    cases_about,
    cases_of,
    complaint_figures,
    get_case,
    members_in,
    open_matters_of,
    timeline_of,
)
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def conversation():
    return make_conversation()


def listed(user, **values):
    return list(cases_of(user, CaseFilter(**values), now=timezone.now()))


def test_a_complaint_takes_customer_and_steps_with_it(agent, conversation):
    case = make_complaint(agent, conversations=[conversation], values={"content": "割れていた", "via": "mail"})

    found = get_case(agent, case.pk)
    assert (found.customer, found.owner, found.is_confidential) == (conversation.customer, agent, False)
    assert found.complaint.content == "割れていた"
    assert [(each.key, each.state) for each in found.steps.all()] == [
        ("receipt", "done"), ("tracking", "done"), ("acknowledgement", "open"), ("assessment", "open"),
        ("investigation", "open"), ("response", "open"), ("decision", "open"), ("closing", "open"),
    ]  # fmt: skip
    assert list(Event.objects.about(case.event_subject).values_list("kind", flat=True)) == ["case_opened"]
    assert not Event.objects.filter(subject=conversation.event_subject, kind__startswith="case").exists()


def test_a_complaint_is_seen_by_whoever_sees_its_conversation(agent):
    inbox = private_inbox(agent)
    case = make_complaint(agent, conversations=[make_conversation(inbox)])
    beside, stranger = make_user(), make_user()
    inbox.users.add(beside)

    assert listed(beside) == [case]
    assert listed(stranger) == []
    assert listed(make_user(Role.VIEWER)) == []
    with pytest.raises(NotFound):
        get_case(stranger, case.pk)


@pytest.mark.parametrize("make", [make_harassment, make_incident])
def test_what_is_confidential_is_for_those_named(make, agent, conversation):
    second = make_user(Role.SUPERVISOR)
    case = make(agent, second=second, conversations=[conversation])
    supervisor = make_user(Role.SUPERVISOR)

    assert [listed(each) for each in (agent, second, make_admin())] == [[case]] * 3
    assert listed(supervisor) == []
    assert cases_about(supervisor, conversation.pk) == []
    assert timeline_of(conversation.customer, supervisor) == []
    assert open_matters_of(conversation.customer, supervisor) == []
    assert [each.id for each in open_matters_of(conversation.customer, second)] == [case.pk]


def test_a_confidential_complaint_is_for_those_named(agent, conversation):
    case = make_complaint(agent, conversations=[conversation], is_confidential=True)

    assert listed(make_user()) == []
    assert listed(agent) == [case]


def test_numbers_tell_nothing_of_how_many_there_are(agent):
    numbers = [make_complaint(agent).pk for _each in range(3)]

    assert all(abs(one - other) > 1 for one in numbers for other in numbers if one != other)


def test_nobody_deals_with_harassment_alone(agent):
    with pytest.raises(Invalid) as refused:
        open_case(Opening(CaseKind.HARASSMENT, "暴言"), user=agent)

    assert refused.value.field == "second"
    with pytest.raises(Invalid):
        make_harassment(agent, second=agent)
    with pytest.raises(Invalid):
        make_harassment(agent, second=make_user())
    assert Case.objects.count() == 0


def test_viewers_and_guests_open_nothing():
    for role in (Role.VIEWER, Role.GUEST):
        with pytest.raises(NotAllowed):
            make_complaint(make_user(role))


def test_a_conversation_one_does_not_see_is_not_linked(agent):
    hidden = make_conversation(private_inbox())
    case = make_complaint(agent)

    with pytest.raises(NotFound):
        make_complaint(agent, conversations=[hidden])
    with pytest.raises(NotFound):
        link_conversation(case, hidden, user=agent)


def test_linking_and_taking_out(agent, conversation):
    case = make_complaint(agent)
    link_conversation(case, conversation, user=agent)
    link_conversation(case, conversation, user=agent)

    assert cases_about(agent, conversation.pk) == [case]
    assert get_case(agent, case.pk).customer == conversation.customer
    unlink_conversation(case, conversation, user=agent)
    assert cases_about(agent, conversation.pk) == []


def test_fields_are_checked_and_named(agent):
    case = make_complaint(agent)

    for values, field in (
        ({"severity": "enormous"}, "severity"), ({"nothing": 1}, "nothing"), ({"facts": "x" * 10_001}, "facts"),
        ({"facts": "a\x00"}, "facts"), ({"effect_on": "2026-13-45"}, "effect_on"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            change_case(case, seen=1, values=values, user=agent)
        assert refused.value.field == field
    assert get_case(agent, case.pk).version == 1


def test_an_incident_lies_in_the_past_and_has_nine_items(agent):
    case = make_incident(agent)

    with pytest.raises(Invalid):
        change_case(case, seen=1, values={"discovered_at": timezone.now() + timedelta(days=1)}, user=agent)
    with pytest.raises(Invalid):
        change_case(case, seen=1, values={"unknown": ["tenth"]}, user=agent)
    changed = change_case(case, seen=1, values={"unknown": ["cause", "persons"], "persons": "12名"}, user=agent)
    assert get_case(agent, changed.pk).incident.unknown == ["cause"]


def test_who_is_second_to_save_is_told(agent):
    case = make_complaint(agent)
    change_case(case, seen=1, values={"facts": "箱が濡れていた"}, user=agent)

    with pytest.raises(CaseChanged) as refused:
        change_case(case, seen=1, values={"facts": "不明"}, user=agent)

    assert refused.value.facts == {"version": 2}
    assert get_case(agent, case.pk).complaint.facts == "箱が濡れていた"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_together_one_is_told():
    agent, other = make_user(), make_user()
    case = make_complaint(agent, second=other)

    outcomes = together(
        lambda: change_case(case, seen=1, values={"facts": "ひとつ"}, user=agent).version,
        lambda: change_case(case, seen=1, values={"facts": "ふたつ"}, user=other).version,
    )

    assert sorted(map(str, outcomes)) == ["2", "conflict"]


def test_people_come_and_go(agent):
    first, second = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    case = make_harassment(agent, second=first)
    change_people(case, owner=second, second=first, members=[], user=first)

    assert set(members_in(case)) == {first, second}
    assert listed(agent) == []
    event = Event.objects.about(case.event_subject).get(kind="case_people_changed")
    assert event.data == {"people": [second.pk], "removed": [agent.pk]}


def test_figures_are_of_what_one_sees(agent):
    now = timezone.now()
    inbox = private_inbox(agent)
    case = make_complaint(agent, conversations=[make_conversation(inbox)], received_at=now - timedelta(hours=6))
    step = case.steps.get(key="acknowledgement")
    step.state, step.done_at, step.done_by = "done", now - timedelta(hours=4), agent
    step.save()
    case.steps.filter(key="assessment").update(due_at=now - timedelta(minutes=1))
    since = now - timedelta(days=1)

    mine = complaint_figures(agent, since=since, until=now, now=now)
    theirs = complaint_figures(make_user(), since=since, until=now, now=now)

    assert (mine.received, mine.open, mine.closed, mine.late_steps) == (1, 1, 0, 1)
    assert mine.hours_to_acknowledge == pytest.approx(2)
    assert mine.hours_to_close is None
    assert theirs.received == 0
    assert listed(agent, is_late=True) == [case]


def test_the_timeline_goes_on_where_it_stopped(agent):
    conversation = make_conversation(make_inbox())
    now = timezone.now()
    made = [
        make_complaint(agent, conversations=[conversation], received_at=now - timedelta(hours=each))
        for each in range(3)
    ]

    first = timeline_of(conversation.customer, agent, limit=2)
    rest = timeline_of(conversation.customer, agent, before=(first[-1].at, first[-1].id), limit=2)

    assert [each.id for each in (*first, *rest)] == [each.pk for each in made]
    assert first[0].conversation == conversation.pk
