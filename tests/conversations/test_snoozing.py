"""後で対応: until a time, until the answer, and against mail that comes in the same moment."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.together import together

from madoguchi.conversations.actions.snoozing import snooze, snooze_times
from madoguchi.conversations.actions.triage import FURTHEST_RESUMPTION, resume_due_conversations
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import RESUMED, Status
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=TOKYO)  # before 勤労感謝の日


def fresh(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def put_off(conversation, user, until=None, why="倉庫の回答待ち"):
    return snooze([conversation], until=until, why=why, now=timezone.now(), user=user)


def test_it_comes_back_on_top_and_tells_who_put_it_off():
    agent, conversation = make_user(name="中村 大輔"), make_conversation()
    until = timezone.now() + timedelta(hours=2)

    put_off(conversation, agent, until)
    away = fresh(conversation)
    resume_due_conversations(until)
    drain()

    back = fresh(conversation)
    assert (away.status, away.resume_at, away.hold_reason) == (Status.HOLD, until, "倉庫の回答待ち (中村 大輔)")
    assert (back.status, back.due_at) == (Status.NEW, until)
    assert list(Notification.objects.filter(user=agent).values_list("kind", flat=True)) == [RESUMED]


def test_until_the_answer_it_waits_for_mail_alone():
    agent, conversation = make_user(), make_conversation()
    first = conversation.messages.get()

    put_off(conversation, agent)
    resume_due_conversations(timezone.now() + timedelta(days=300))
    away = fresh(conversation).status
    receive_mail(conversation.inbox, in_reply_to=first.external_id)

    assert (away, fresh(conversation).status) == (Status.HOLD, Status.NEW)
    assert fresh(conversation).resume_at is None


def test_it_is_undone_with_its_due_time():
    agent, conversation = make_user(), make_conversation()
    before = (conversation.status, conversation.due_at)

    step = put_off(conversation, agent, timezone.now() + timedelta(hours=1))
    undo(step.pk, user=agent)

    assert (fresh(conversation).status, fresh(conversation).due_at) == before


@pytest.mark.parametrize("ahead", [timedelta(minutes=-1), FURTHEST_RESUMPTION + timedelta(days=1)])
def test_a_time_that_makes_no_sense_changes_nothing(ahead):
    agent, conversation = make_user(), make_conversation()

    with pytest.raises(Invalid):
        put_off(conversation, agent, timezone.now() + ahead)

    assert fresh(conversation).status == Status.NEW


def test_the_times_offered_are_those_of_the_desk():
    times = snooze_times(make_inbox(calendar=make_calendar()), SATURDAY)
    always = snooze_times(make_inbox(), SATURDAY)

    def local(moment):
        return moment.astimezone(TOKYO).strftime("%m-%d %H:%M")

    assert [local(each) for each in (times.later, times.next_day, times.next_week)] == [
        "11-21 14:00", "11-24 10:00", "11-24 10:00",
    ]  # fmt: skip
    assert [local(each) for each in (always.next_day, always.next_week)] == ["11-22 09:00", "11-23 09:00"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_mail_that_comes_while_it_is_put_off_wins(_round):
    agent, conversation = make_user(), make_conversation()
    first = conversation.messages.get()

    together(
        lambda: put_off(conversation, agent, timezone.now() + timedelta(days=1)),
        lambda: receive_mail(conversation.inbox, in_reply_to=first.external_id),
    )

    now = fresh(conversation)
    assert now.messages.count() == 2
    assert now.status in (Status.NEW, Status.HOLD)
    if now.status == Status.HOLD:  # put off after the mail had come, by somebody who was told of it
        assert now.resume_at is not None
