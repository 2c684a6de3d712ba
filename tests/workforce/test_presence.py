"""Presence: one state at a time, whatever windows are open; who is not heard of is away, then offline."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import USER_DEACTIVATED, Role
from madoguchi.conversations.actions.triage import assign
from madoguchi.core.errors import Invalid
from madoguchi.events.record import record
from madoguchi.workforce.actions.presence import end_presence, go_offline, note_seen, set_presence, settle_presence
from madoguchi.workforce.choices import AWAY_AFTER, OFFLINE_AFTER, Presence
from madoguchi.workforce.models import PresenceSpan
from madoguchi.workforce.queries import available_ids, board, current_span, spans_of

NOW = datetime(2026, 11, 23, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def agent(db):
    return make_user()


def spans(user):
    return list(spans_of(user).order_by("started_at", "pk").values_list("state", "started_at", "ended_at"))


def test_a_new_state_ends_the_one_before(agent, clock):
    set_presence(agent, Presence.READY)
    clock.shift(timedelta(minutes=50))
    set_presence(agent, Presence.BREAK)

    later = NOW + timedelta(minutes=50)
    assert spans(agent) == [("ready", NOW, later), ("break", later, None)]


def test_the_same_state_again_and_an_unknown_one_change_nothing(agent, clock):
    set_presence(agent, Presence.MEETING)
    clock.shift(timedelta(minutes=5))
    set_presence(agent, Presence.MEETING)
    with pytest.raises(Invalid):
        set_presence(agent, "asleep")

    assert spans(agent) == [("meeting", NOW, None)]


def test_whoever_opens_a_window_is_ready_and_stays_what_they_said(agent, clock):
    note_seen(agent)
    set_presence(agent, Presence.BREAK)
    clock.shift(timedelta(minutes=1))

    assert note_seen(agent).state == Presence.BREAK
    assert current_span(agent).seen_at == NOW + timedelta(minutes=1)


def test_not_heard_of_one_is_away_from_then_on_and_ready_again_when_heard(agent, clock):
    set_presence(agent, Presence.READY)
    clock.shift(timedelta(minutes=1))
    note_seen(agent)
    clock.shift(AWAY_AFTER + timedelta(seconds=1))

    assert settle_presence(NOW + timedelta(minutes=1) + AWAY_AFTER + timedelta(seconds=1)) == 1
    assert settle_presence(NOW + timedelta(minutes=1) + AWAY_AFTER + timedelta(seconds=1)) == 0
    clock.shift(timedelta(minutes=1))
    note_seen(agent)

    left, back = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2, seconds=1) + AWAY_AFTER
    assert spans(agent) == [("ready", NOW, left), ("away", left, back), ("ready", back, None)]


def test_a_break_is_not_turned_into_being_away_but_ends_with_the_shift(agent, clock):
    set_presence(agent, Presence.BREAK)

    assert settle_presence(NOW + AWAY_AFTER * 2) == 0
    assert settle_presence(NOW + OFFLINE_AFTER + timedelta(seconds=1)) == 1
    assert current_span(agent) is None


def test_logged_out_or_deactivated_one_is_offline(agent, clock):
    set_presence(agent, Presence.READY)

    end_presence(record(USER_DEACTIVATED, f"user:{agent.pk}", by=agent.actor))

    assert current_span(agent) is None
    go_offline(agent)  # once more is nothing


def test_the_database_lets_no_two_spans_overlap(agent, clock):
    PresenceSpan.objects.create(user=agent, state="ready", started_at=NOW, ended_at=NOW + timedelta(hours=1))
    other = make_user()

    with pytest.raises(IntegrityError), transaction.atomic():
        PresenceSpan.objects.create(user=agent, state="away", started_at=NOW + timedelta(minutes=30))
    PresenceSpan.objects.create(user=agent, state="away", started_at=NOW + timedelta(hours=1))
    PresenceSpan.objects.create(user=other, state="away", started_at=NOW + timedelta(minutes=30))


def test_the_board_says_who_does_what_since_when_and_has_how_much(agent, clock, django_assert_num_queries):
    boss = make_user(Role.SUPERVISOR)
    make_user(Role.VIEWER)
    conversation = make_conversation()
    assign([conversation], agent, user=boss)
    set_presence(agent, Presence.READY)
    clock.shift(timedelta(hours=1))
    set_presence(agent, Presence.MEETING)
    clock.shift(timedelta(minutes=30))

    with django_assert_num_queries(4):
        rows = {each.user: each for each in board(boss, NOW + timedelta(minutes=90), NOW + timedelta(minutes=30))}

    assert set(rows) == {agent, boss} | set(rows) - {agent, boss}
    assert (rows[agent].span.state, rows[agent].open) == ("meeting", 1)
    assert rows[agent].totals == {"ready": 1800, "meeting": 1800}
    assert (rows[boss].span, rows[boss].open) == (None, 0)


@pytest.mark.parametrize(
    ("role", "counts"), [(Role.AGENT, (1, True)), (Role.VIEWER, (1, True)), (Role.ADMIN, (2, True))]
)
def test_the_board_counts_what_its_reader_sees(agent, role, counts):
    closed = make_inbox(is_open_to_all=False)
    closed.users.add(agent)
    rows = [make_conversation(make_inbox()), make_conversation(closed)]
    assign(rows, agent, user=make_admin())

    found = {each.user: each for each in board(make_user(role), NOW, NOW)}

    assert (found[agent].open, found[agent].has_any) == counts


def test_who_is_ready_or_wrapping_up_is_available(agent, clock):
    others = [make_user() for _ in range(3)]
    set_presence(agent, Presence.READY)
    set_presence(others[0], Presence.WRAP_UP)
    set_presence(others[1], Presence.BREAK)

    assert available_ids([each.pk for each in (agent, *others)]) == {agent.pk, others[0].pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_two_windows_at_once_leave_one_state(_round):
    agent = make_user()

    together(
        lambda: set_presence(agent, Presence.BREAK),
        lambda: note_seen(agent),
        lambda: set_presence(agent, Presence.AWAY),
    )

    assert PresenceSpan.objects.filter(user=agent, ended_at=None).count() == 1
