"""リマインダー: set, told once, one's own alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.together import together

from madoguchi.core.errors import Invalid, NotFound
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import REMINDED, Notification, Reminder
from madoguchi.notifications.reminders import (
    FURTHEST,
    MOST,
    delete_reminder,
    reminders_of,
    ring_reminders,
    set_reminder,
)

pytestmark = pytest.mark.django_db


def remind(user, conversation=None, **ahead):
    at = timezone.now() + timedelta(**ahead or {"hours": 1})
    return set_reminder(conversation or make_conversation(), at=at, note="在庫を確認", user=user)


def test_its_person_is_told_once_and_nobody_else():
    agent, other = make_user(), make_user()
    reminder = remind(agent)
    remind(other, days=2)

    rung = [ring_reminders(reminder.at) for _each in range(2)]
    drain()

    assert rung == [1, 0]
    assert list(Notification.objects.values_list("user", "kind")) == [(agent.pk, REMINDED)]
    assert list(reminders_of(agent)) == []


@pytest.mark.parametrize("ahead", [{"minutes": -1}, {"days": FURTHEST.days + 1}])
def test_a_time_that_makes_no_sense_is_refused(ahead):
    with pytest.raises(Invalid) as refused:
        remind(make_user(), **ahead)

    assert refused.value.field == "at"


def test_there_are_only_so_many():
    agent, conversation = make_user(), make_conversation()
    at = timezone.now() + timedelta(days=1)
    Reminder.objects.bulk_create(Reminder(user=agent, conversation=conversation, at=at) for _each in range(MOST))

    with pytest.raises(Invalid):
        remind(agent, conversation)


def test_ones_own_is_deleted_and_anothers_is_not_found():
    agent = make_user()
    reminder = remind(agent)

    with pytest.raises(NotFound):
        delete_reminder(make_user(), reminder.pk)

    assert delete_reminder(agent, reminder.pk) == reminder.conversation_id
    assert Reminder.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ring_once():
    reminder = remind(make_user())

    outcomes = together(*[lambda: ring_reminders(reminder.at)] * 3)

    assert sum(outcomes) == Event.objects.filter(kind=REMINDED).count() == 1
