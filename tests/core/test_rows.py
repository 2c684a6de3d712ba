"""Many rows in one statement."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from tests.factories.conversations import make_inbox

from madoguchi.channels.actions import store_raw
from madoguchi.channels.models import RawMessage
from madoguchi.core.rows import insert_rows, update_rows
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_rows_come_back_as_they_were():
    at = timezone.now() - timedelta(days=1)
    label = 'a"b\\c%s'
    events = [
        Event(kind="rang", subject=f"bell:{n}", actor_kind="system", actor_label=label, data={"髙": [n]}, at=at)
        for n in range(3)
    ]

    insert_rows(events)

    kept = list(Event.objects.order_by("pk"))
    assert [event.pk for event in events] == [event.pk for event in kept]
    assert [(event.subject, event.actor_label, event.data, event.at, event.scope_id) for event in kept] == [
        (f"bell:{n}", label, {"髙": [n]}, at, None) for n in range(3)
    ]
    events[0].subject = "bell:9"
    events[0].save()  # knows that it is there
    assert Event.objects.count() == 3


def test_arrays_and_keys_of_others_are_kept():
    inbox = make_inbox()

    raw = store_raw(b"x", source="lmtp", inbox=inbox, envelope_to=["a,{}\"'@x.example", "b@x.example"])

    kept = RawMessage.objects.get()
    assert (kept.pk, kept.inbox, kept.envelope_to) == (raw.pk, inbox, ["a,{}\"'@x.example", "b@x.example"])


def test_only_the_named_fields_are_changed():
    events = [Event(kind="rang", subject=f"bell:{n}", actor_kind="system", actor_label="clock") for n in range(3)]
    insert_rows(events)
    for event in events:
        event.kind, event.actor_label = f"rung {event.pk}", "not written"

    update_rows(events[:2], ["kind"])

    assert list(Event.objects.order_by("pk").values_list("kind", "actor_label")) == [
        (f"rung {events[0].pk}", "clock"),
        (f"rung {events[1].pk}", "clock"),
        ("rang", "clock"),
    ]


def test_nothing_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])
        update_rows([], ["kind"])


def test_what_the_table_forbids_is_an_error():
    with pytest.raises(IntegrityError):
        insert_rows([Event(kind=None, subject="bell:1", actor_kind="system", actor_label="")])
