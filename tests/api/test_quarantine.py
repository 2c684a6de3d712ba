"""Quarantine: looked at, tried again, or put away."""

import pytest
from tests.factories.conversations import make_inbox

from madoguchi.channels.actions import quarantine_raw, store_raw
from madoguchi.channels.models import RawMessage

pytestmark = pytest.mark.django_db


def make_quarantined(inbox=None, content=b"broken"):
    raw = store_raw(content, source="smtp", inbox=inbox, envelope_from="a@mail.example", envelope_to=["b@shop.example"])
    quarantine_raw(raw, reason="too_deep", detail="Too many parts.")
    return raw


@pytest.fixture
def leader(caller_of):
    return caller_of("supervisor")


def test_entry_says_why_and_where(leader):
    raw = make_quarantined(make_inbox(name="窓口"))

    (listed,) = leader.get("/quarantine").json()["items"]

    assert listed == leader.get(f"/quarantine/{raw.pk}").json()
    assert (listed["reason"], listed["detail"], listed["size_bytes"]) == ("too_deep", "Too many parts.", 6)
    assert (listed["inbox"]["name"], listed["envelope_to"]) == ("窓口", ["b@shop.example"])


def test_entry_of_no_desk_is_seen_too(leader):
    make_quarantined()

    assert leader.get("/quarantine").json()["items"][0]["inbox"] is None


def test_bytes_are_downloaded_as_they_came(leader):
    raw = make_quarantined(content=b"\xff\x00 broken")

    response = leader.get(f"/quarantine/{raw.pk}/raw")

    assert (response.content, response["Content-Type"]) == (b"\xff\x00 broken", "message/rfc822")


@pytest.mark.parametrize(("decision", "state"), [("retry", "stored"), ("discard", "discarded")])
def test_decision_takes_it_out_of_the_list(leader, decision, state):
    raw = make_quarantined()

    first, second = (leader.post(f"/quarantine/{raw.pk}/{decision}") for _ in range(2))

    assert (first.status_code, second.status_code) == (204, 404)
    assert RawMessage.objects.get().state == state
    assert leader.get("/quarantine").json()["items"] == []


def test_entries_are_paged(leader):
    made = [make_quarantined(content=b"%d" % n).pk for n in range(3)]

    assert [row["id"] for row in leader.all("/quarantine", limit=2)] == made[::-1]
