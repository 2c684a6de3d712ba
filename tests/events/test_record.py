"""Saying once that something happened."""

import json

import psycopg
import pytest
from django.db import connection, transaction

from madoguchi.events.actor import Actor, ActorKind
from madoguchi.events.models import Event, subject_ids
from madoguchi.events.record import LIVE_CHANNEL, announce, new_event, record, record_all
from madoguchi.flows.listening import connection_parameters

BY = Actor(ActorKind.USER, 7, "小林 あかり")


@pytest.mark.django_db
def test_event_keeps_actor_cause_and_depth():
    first = record("rang", "bell:1", by=Actor.system("clock"), scope_id=3, data={"n": 1})

    second = record("rang", "bell:1", by=BY, cause=first)

    assert (second.cause, second.depth, second.actor) == (f"event:{first.pk}", 1, BY)
    assert list(Event.objects.about("bell:1")) == [first, second]
    assert list(Event.objects.pending()) == [first, second]
    assert str(first) == "rang bell:1"
    assert subject_ids(["bell:1", "bell:22"]) == [1, 22]


@pytest.mark.django_db(transaction=True)
def test_row_and_notice_commit_together_or_not_at_all():
    with psycopg.connect(**connection_parameters(), autocommit=True) as listener:
        listener.execute(f"LISTEN {LIVE_CHANNEL}")
        with transaction.atomic():
            record("lost", "bell:1", by=BY)
            transaction.set_rollback(True)

        with transaction.atomic():
            kept = record("kept", "bell:2", by=BY, scope_id=5)
            announce("typing", "bell:2", actor_id=7)

        notices = [json.loads(notice.payload) for notice in listener.notifies(timeout=5, stop_after=2)]

    assert notices == [
        {"id": kept.pk, "kind": "kept", "subject": "bell:2", "scope": 5, "actor": 7},
        {"id": None, "kind": "typing", "subject": "bell:2", "scope": None, "actor": 7},
    ]
    assert Event.objects.count() == 1
    connection.close()


@pytest.mark.django_db
def test_events_of_a_batch_get_their_ids_in_their_order():
    events = [new_event(f"kind {n}", f"bell:{n}", by=BY, data={"n": n}) for n in range(30)]

    record_all(events)

    assert list(Event.objects.order_by("pk").values_list("pk", "data__n")) == [(e.pk, n) for n, e in enumerate(events)]


@pytest.mark.django_db
def test_no_events_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        record_all([])
