"""Reactions run once for every event, in order, and a failing one loses nothing."""

import pytest
from django.db import DatabaseError

from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record
from madoguchi.flows import reactor
from madoguchi.flows.reactions import REACTIONS

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


@pytest.fixture
def heard(monkeypatch):
    """Reactions to "rang" that note what they hear; "broken" ones fail."""
    calls = []

    def note(event):
        calls.append((event.subject, event.data.get("n")))
        if event.data.get("is_broken"):
            raise DatabaseError("no")

    monkeypatch.setitem(REACTIONS, "rang", (note,))
    return calls


def test_drain_runs_reactions_in_order_once(heard):
    for n in range(3):
        record("rang", "bell:1", by=BY, data={"n": n})

    reactor.drain()
    reactor.drain()

    assert heard == [("bell:1", 0), ("bell:1", 1), ("bell:1", 2)]
    assert not Event.objects.pending().exists()


def test_events_nobody_reacts_to_are_done():
    record("nothing", "bell:1", by=BY)

    assert reactor.drain() == 1
    assert not Event.objects.pending().exists()


def test_failing_reaction_holds_back_its_subject_only(heard):
    record("rang", "bell:1", by=BY, data={"n": 0, "is_broken": True})
    record("rang", "bell:1", by=BY, data={"n": 1})
    record("rang", "bell:2", by=BY, data={"n": 2})

    reactor.drain()

    assert ("bell:1", 1) not in heard
    assert heard[-1] == ("bell:2", 2)
    waiting = Event.objects.pending()
    assert [(event.data["n"], event.attempts, event.failure) for event in waiting] == [(0, 1, "no"), (1, 0, "")]


def test_failing_reaction_is_given_up_after_some_tries(heard):
    record("rang", "bell:1", by=BY, data={"n": 0, "is_broken": True})
    record("rang", "bell:1", by=BY, data={"n": 1})

    for _try in range(reactor.MAX_ATTEMPTS):
        reactor.drain()

    assert heard.count(("bell:1", 0)) == reactor.MAX_ATTEMPTS + 1  # once in the batch, then by itself
    assert heard[-1] == ("bell:1", 1)
    assert not Event.objects.pending().exists()
