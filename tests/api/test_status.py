"""How the desk is doing, in numbers that agree with what is there."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi import __version__
from madoguchi.channels.actions import mark_failing, quarantine_raw, store_raw
from madoguchi.channels.models import RawMessage
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.models import Message
from madoguchi.events.models import Event
from madoguchi.flows.jobs import deliver_job

pytestmark = pytest.mark.django_db


def test_quiet_desk(caller):
    Event.objects.update(is_pending=False)
    shown = caller.get("/status").json()

    assert shown["version"] == __version__
    assert shown["conversations"] == {"by_status": {}, "open": 0, "mine": 0, "unassigned": 0}
    assert shown["intake"] == {"waiting": 0, "lag_seconds": 0.0}
    assert (shown["quarantined"], shown["jobs"], shown["failing_inboxes"]) == (0, [], [])
    assert set(shown["delivery"].values()) == {0}
    assert shown["database_bytes"] > 1_000_000


def test_conversations_are_counted_by_status(caller):
    mine, _other, done = (make_conversation(subject=subject) for subject in ("一", "二", "三"))
    caller.patch(f"/conversations/{mine.pk}", {"assignee": "me"})
    change_status([done], "done", user=caller.user)

    shown = caller.get("/status").json()["conversations"]

    assert shown == {"by_status": {"open": 1, "new": 1, "done": 1}, "open": 2, "mine": 1, "unassigned": 1}


def test_intake_says_how_long_the_oldest_waits(caller):
    store_raw(b"one", source="smtp")
    store_raw(b"two", source="smtp")
    quarantine_raw(store_raw(b"three", source="smtp"), reason="x", detail="")
    RawMessage.objects.filter(blob__size_bytes=3).update(received_at=timezone.now() - timedelta(seconds=90))

    shown = caller.get("/status").json()

    assert (shown["intake"]["waiting"], shown["quarantined"]) == (2, 1)
    assert 90 <= shown["intake"]["lag_seconds"] < 120


def test_events_say_how_long_the_oldest_waits(caller):
    caller.get("/me")  # the first use of a key in a day is an event itself
    Event.objects.update(is_pending=False)
    make_conversation()
    Event.objects.filter(is_pending=True).update(at=timezone.now() - timedelta(seconds=30))

    shown = caller.get("/status").json()["events"]

    assert shown["waiting"] == 3
    assert 30 <= shown["lag_seconds"] < 60


def test_delivery_is_counted_by_state(caller):
    states = ["queued", "sending", "retrying", "failed", "uncertain", "sent"]
    for state in states:
        message = reply_to(make_conversation(subject=state), caller.user)
        Message.objects.filter(pk=message.pk).update(state=state)

    assert caller.get("/status").json()["delivery"] == dict.fromkeys(states[:-1], 1)


@pytest.mark.django_db(transaction=True)
def test_jobs_are_counted_by_queue(caller):
    deliver_job.defer(message_id=1)
    app.configure_task("madoguchi.flows.deliver", schedule_in={"hours": 1}, queue="outside").defer(message_id=2)

    assert caller.get("/status").json()["jobs"] == [{"queue": "outside", "due": 1, "planned": 1, "doing": 0}]


def test_desks_in_trouble_are_named_to_those_who_see_them(caller):
    mark_failing(make_inbox(name="窓口"), "The password was refused.")
    mark_failing(make_inbox(is_open_to_all=False), "Unreachable.")

    (shown,) = caller.get("/status").json()["failing_inboxes"]

    assert (shown["name"], shown["reason"]) == ("窓口", "The password was refused.")
