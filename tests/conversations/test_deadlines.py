"""返信期限: by priority and by days, counted anew, told of before and after, once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.calendars.choices import DayRule
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.warning import Escalation, stored_escalations, warned_until
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.snoozing import snooze
from madoguchi.conversations.actions.triage import assign, assign_team, change_status, set_priority
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import DUE_PASSED, DUE_SOON, ESCALATED, Priority, Status
from madoguchi.conversations.deadlines import forget_alarms, tell_of_deadlines, waiting_since
from madoguchi.conversations.due_lists import left_open_ids, put_off_ids
from madoguchi.conversations.models import Conversation, DeadlineAlarm
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
TUESDAY = datetime(2026, 4, 28, 16, 50, tzinfo=TOKYO)  # before 昭和の日
NOTHING = {DUE_SOON: 0, DUE_PASSED: 0, ESCALATED: 0}


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("values", "priority", "due"),
    [
        ({"reply_within_minutes": 420}, Priority.NORMAL, "2026-04-30 16:50"),
        ({"reply_within_by_priority": {"3": 60}}, Priority.URGENT, "2026-04-30 10:50"),
        ({"reply_within_minutes": 420, "reply_within_by_priority": {"3": 60}}, Priority.HIGH, "2026-04-30 16:50"),
        ({"reply_rule": DayRule.LENGTH}, Priority.NORMAL, "2026-04-30 16:50"),
        ({"reply_rule": DayRule.END}, Priority.NORMAL, "2026-04-30 17:00"),
        ({"reply_rule": DayRule.END, "reply_days": 2}, Priority.NORMAL, "2026-05-01 17:00"),
        ({"reply_rule": DayRule.END, "reply_within_by_priority": {"3": 10}}, Priority.URGENT, "2026-04-28 17:00"),
    ],
)
def test_the_due_time_of_a_priority(values, priority, due):
    inbox = make_inbox(calendar=make_calendar(), **values)

    assert reply_due_at(inbox, TUESDAY, priority) == jst(due)


def test_without_hours_every_minute_counts():
    inbox = make_inbox(reply_rule=DayRule.END, reply_days=2, reply_within_by_priority={"3": 30})

    assert reply_due_at(inbox, TUESDAY) == TUESDAY + timedelta(days=2)
    assert reply_due_at(inbox, TUESDAY, Priority.URGENT) == TUESDAY + timedelta(minutes=30)


def test_beyond_the_calendar_there_is_a_deadline_all_the_same():
    inbox = make_inbox(calendar=make_calendar(), reply_within_minutes=60)
    far = datetime(2250, 1, 1, tzinfo=TOKYO)

    assert reply_due_at(inbox, far) == far + timedelta(minutes=60)


def test_another_priority_counts_anew_from_the_oldest_message_that_waits():
    agent = make_user()
    conversation = make_conversation(make_inbox(reply_within_by_priority={"3": 60}))
    first = conversation.messages.get()
    receive_mail(conversation.inbox, in_reply_to=first.external_id)
    before = conversation.due_at

    step = set_priority([conversation], Priority.URGENT, user=agent)

    assert waiting_since(conversation) == first.at
    assert conversation.due_at == conversation.queue_at == first.at + timedelta(minutes=60)
    undo(step.pk, user=agent)
    assert Conversation.objects.get(pk=conversation.pk).due_at == before


def test_what_waits_for_the_customer_gets_no_due_time_by_its_priority():
    agent, conversation = make_user(), make_conversation(make_inbox(reply_within_by_priority={"3": 60}))
    reply_to(conversation, agent)
    conversation.refresh_from_db()

    set_priority([conversation], Priority.URGENT, user=agent)

    assert (conversation.due_at, waiting_since(conversation)) == (None, None)


def due_in(conversation, **length):
    due = timezone.now() + timedelta(**length)
    Conversation.objects.filter(pk=conversation.pk).update(due_at=due, queue_at=due)


def told(user):
    drain()
    return list(
        Notification.objects.filter(user=user).exclude(kind="assigned").order_by("pk").values_list("kind", flat=True)
    )


def test_the_assignee_is_warned_once_and_told_once():
    agent, conversation = make_user(), make_conversation()
    assign([conversation], agent, user=make_admin())

    due_in(conversation, minutes=61)
    first = tell_of_deadlines(timezone.now())
    due_in(conversation, minutes=50)
    warned = [tell_of_deadlines(timezone.now()) for _each in range(2)]
    due_in(conversation, minutes=-1)
    late = [tell_of_deadlines(timezone.now()) for _each in range(2)]

    assert (first, warned) == (NOTHING, [NOTHING | {DUE_SOON: 1}, NOTHING])
    assert late == [NOTHING | {DUE_PASSED: 1}, NOTHING]
    assert sorted(told(agent)) == sorted([DUE_SOON, DUE_PASSED])


def test_a_team_is_told_and_supervisors_of_what_is_nobodys():
    member, supervisor = make_user(), make_user(Role.SUPERVISOR)
    ours, nobodys = make_conversation(), make_conversation()
    assign_team([ours], make_team("一班", member), user=member)
    due_in(ours, minutes=-1)
    due_in(nobodys, minutes=-1)

    tell_of_deadlines(timezone.now())

    assert (told(member), told(supervisor)) == ([DUE_PASSED], [DUE_PASSED])


def ladder(*steps):
    return stored_escalations([Escalation(**step) for step in steps])


@pytest.mark.parametrize(("after", "escalated"), [(60, 1), (0, 0), (300, 0)])
def test_supervisors_are_told_so_long_after(after, escalated):
    supervisor, agent = make_user(Role.SUPERVISOR), make_user()
    conversation = make_conversation(make_inbox(escalations=ladder(*[{"after": after}][: after and 1])))
    assign([conversation], agent, user=supervisor)
    due_in(conversation, minutes=-90)

    counted = tell_of_deadlines(timezone.now())

    assert counted[ESCALATED] == escalated
    assert told(supervisor) == [ESCALATED] * escalated
    assert Event.objects.filter(kind=ESCALATED).count() == escalated


def test_steps_tell_whom_they_name_and_are_counted():
    agent, leader, other, chief = make_user(), make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_admin()
    steps = [{"after": 30, "assignee": True, "leaders": False}, {"after": 60}, {"after": 90, "leaders": False,
             "people": (chief.pk,)}, {"after": 300}]  # fmt: skip
    conversation = make_conversation(make_inbox(escalations=ladder(*steps)))
    assign_team([conversation], make_team("一班", agent, leader), user=agent)
    assign([conversation], agent, user=chief)

    counted = []
    for minutes in (40, 70, 100):
        due_in(conversation, minutes=-40)
        counted.append(tell_of_deadlines(timezone.now() + timedelta(minutes=minutes - 40))[ESCALATED])

    conversation.refresh_from_db()
    assert (sum(counted), conversation.escalation_count) == (6, 6)  # each 返信期限 begins anew: 1 + 2 + 3
    assert told(agent).count(ESCALATED) == 3
    assert (told(leader), told(other), told(chief)) == ([ESCALATED, ESCALATED], [], [ESCALATED])


def test_a_merge_adds_up_escalations_tells_none_again_and_its_undo_takes_them_away():
    chief = make_user(Role.SUPERVISOR)
    inbox = make_inbox(escalations=ladder({"after": 10}, {"after": 30}))
    first, second = make_conversation(inbox), make_conversation(inbox, subject="別の件")
    now = timezone.now()
    due_in(first, minutes=-15)
    due_in(second, minutes=-20)
    tell_of_deadlines(now)
    step = merge_conversations(first, [second], user=chief)
    counts = [Conversation.objects.get(pk=first.pk).escalation_count]

    again = tell_of_deadlines(now)
    later = tell_of_deadlines(now + timedelta(minutes=11))
    counts.append(Conversation.objects.get(pk=first.pk).escalation_count)
    undo(step.pk, user=chief)

    counts += Conversation.objects.order_by("pk").values_list("escalation_count", flat=True)
    assert counts == [2, 3, 2, 1]  # together 2, one more after the merge, which stays with the survivor
    assert (again[DUE_PASSED], again[ESCALATED], later[ESCALATED]) == (0, 0, 1)


def test_a_step_is_taken_once_for_one_due_time():
    make_user(Role.SUPERVISOR)
    conversation = make_conversation(make_inbox(escalations=ladder({"after": 10}, {"after": 20})))
    due_in(conversation, minutes=-15)

    taken = [tell_of_deadlines(timezone.now() + timedelta(minutes=late))[ESCALATED] for late in (0, 1, 6, 7)]

    conversation.refresh_from_db()
    assert (taken, conversation.escalation_count) == ([1, 0, 1, 0], 2)


@pytest.mark.parametrize(
    ("values", "now", "warned"),
    [
        ({"warn_before_minutes": 60}, "2026-04-28 16:29", False),  # due on the 30th at 10:30, after 昭和の日
        ({"warn_before_minutes": 60}, "2026-04-28 16:31", True),
        ({"warn_before_minutes": 0, "warn_at_percent": 50, "reply_within_minutes": 120}, "2026-04-28 16:31", True),
        ({"warn_before_minutes": 0, "warn_at_percent": 50, "reply_within_minutes": 118}, "2026-04-28 16:30", False),
        ({"warn_before_minutes": 0, "warn_at_percent": 90, "reply_rule": DayRule.END}, "2026-04-28 16:59", False),
        ({"warn_before_minutes": 0, "warn_at_percent": 90, "reply_rule": DayRule.END}, "2026-04-30 10:00", True),
    ],
)
def test_the_warning_counts_business_minutes_or_a_part_of_the_time(values, now, warned):
    due = jst("2026-04-30 10:30") if "reply_rule" not in values else jst("2026-04-30 10:42")
    inbox = make_inbox(calendar=make_calendar(), **values)
    conversation = make_conversation(inbox)
    Conversation.objects.filter(pk=conversation.pk).update(due_at=due, queue_at=due)

    counted = tell_of_deadlines(jst(now))

    assert counted[DUE_SOON] == warned
    assert (due <= warned_until(inbox, Priority.NORMAL, jst(now))) is warned


def test_escalation_waits_for_business_minutes():
    make_user(Role.SUPERVISOR)
    inbox = make_inbox(calendar=make_calendar(), escalations=ladder({"after": 60}))
    conversation, due = make_conversation(inbox), jst("2026-04-28 16:30")
    Conversation.objects.filter(pk=conversation.pk).update(due_at=due, queue_at=due)

    taken = [tell_of_deadlines(jst(now))[ESCALATED] for now in ("2026-04-30 10:29", "2026-04-30 10:30")]

    assert taken == [0, 1]


@pytest.mark.parametrize(
    "steps",
    [
        [{"after": 0}],
        [{"after": 10, "leaders": False}],
        [{"after": 10}, {"after": 10}],
        [{"after": n} for n in range(1, 7)],
        [{"after": 10, "people": tuple(range(51))}],
    ],
)
def test_steps_that_make_no_sense_are_refused(steps):
    with pytest.raises(Invalid):
        ladder(*steps)


def test_what_is_answered_or_done_tells_nobody():
    agent, one, other = make_user(), make_conversation(), make_conversation()
    due_in(one, minutes=-1)
    due_in(other, minutes=-1)
    one.refresh_from_db()
    reply_to(one, agent)
    change_status([other], Status.DONE, user=agent)

    assert tell_of_deadlines(timezone.now()) == NOTHING


def test_old_alarms_are_forgotten_and_those_of_today_are_not():
    due_in(make_conversation(), minutes=-1)
    tell_of_deadlines(timezone.now())

    assert forget_alarms(timezone.now()) == 0
    assert forget_alarms(timezone.now() + timedelta(days=30)) in (0, 1)


def test_what_must_not_be_left_when_the_day_ends():
    agent = make_user()
    late, today, later, failed = (make_conversation() for _each in range(4))
    due_in(late, hours=-1)
    due_in(today, hours=1)
    due_in(later, days=2)
    reply_to(failed, agent)
    Conversation.objects.filter(pk=failed.pk).update(has_failed=True)
    closed = make_conversation(make_inbox(is_open_to_all=False))
    due_in(closed, hours=-1)

    assert left_open_ids(agent, until=timezone.now() + timedelta(hours=2), limit=9) == [late.pk, today.pk, failed.pk]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_tell_once():
    for _each in range(3):
        due_in(make_conversation(), minutes=-1)

    outcomes = together(*[lambda: tell_of_deadlines(timezone.now())[DUE_PASSED]] * 3)

    assert sum(outcomes) == 3
    assert Event.objects.filter(kind=DUE_PASSED).count() == DeadlineAlarm.objects.count() == 3


def plan_in(conversation, **length):
    Conversation.objects.filter(pk=conversation.pk).update(planned_at=timezone.now() + timedelta(**length))


@pytest.mark.parametrize(
    ("due", "planned", "counted"),
    [(30, 20, NOTHING), (30, 40, NOTHING | {DUE_SOON: 1}), (-5, 10, NOTHING | {DUE_PASSED: 1}),
     (-5, -10, NOTHING | {DUE_PASSED: 1})],
)  # fmt: skip
def test_nobody_is_told_where_a_planned_mail_leaves_in_time(due, planned, counted):
    conversation = make_conversation()
    due_in(conversation, minutes=due)
    plan_in(conversation, minutes=planned)

    assert tell_of_deadlines(timezone.now()) == counted


def test_what_was_put_off_while_the_customer_waits_is_known():
    agent = make_user()
    waits, answered, _open = (make_conversation() for _each in range(3))
    reply_to(answered, agent)
    hold = {"until": timezone.now() + timedelta(days=2), "why": "入荷待ち", "now": timezone.now(), "user": agent}
    for each in (waits, answered):
        each.refresh_from_db()
        snooze([each], **hold)

    assert put_off_ids(agent, limit=9) == [waits.pk]
    assert left_open_ids(agent, until=timezone.now(), limit=9) == []


@pytest.mark.parametrize("gone", [False, True])
def test_where_a_step_names_nobody_who_is_here_the_supervisors_are_told(gone):
    supervisor, agent = make_user(Role.SUPERVISOR), make_user()
    steps = ladder({"after": 30, "assignee": True, "leaders": False})
    conversation = make_conversation(make_inbox(escalations=steps))
    if gone:
        assign([conversation], agent, user=supervisor)
        User.objects.filter(pk=agent.pk).update(is_active=False)
    due_in(conversation, minutes=-40)

    tell_of_deadlines(timezone.now())

    event = Event.objects.get(kind=ESCALATED)
    assert (event.data["people"], event.data["is_fallback"]) == ([supervisor.pk], True)
