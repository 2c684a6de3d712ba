"""Calls by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import kept_call
from tests.factories.conversations import make_conversation, make_inbox, private_inbox

from madoguchi.customers.actions import add_identity

pytestmark = pytest.mark.django_db


def test_a_call_is_written_down_once(caller):
    inbox, ended = make_inbox(), timezone.now() - timedelta(minutes=5)
    wanted = {
        "key": "pbx20261123a1",
        "number": "０３−１２３４−５６７８",
        "name": "渡邉 節子",
        "subject": "土鍋のふた",
        "text": "割れていた",
        "answers": {"when": "今朝"},
        "result": "todo",
        "inbox_id": inbox.pk,
        "started_at": (ended - timedelta(seconds=485)).isoformat(),
        "ended_at": ended.isoformat(),
        "wrap_up_seconds": 60,
    }

    made, again = caller.post("/calls", wanted), caller.post("/calls", wanted)

    shown = made.json()
    assert (made.status_code, again.json()) == (201, shown)
    assert (shown["number"], shown["talk_seconds"], shown["wrap_up_seconds"]) == ("03-1234-5678", 485, 60)
    assert (shown["answers"], shown["user"]["id"]) == ({"when": "今朝"}, caller.user.pk)
    assert caller.get(f"/calls/{shown['id']}").json() == shown
    assert caller.get("/calls", conversation=shown["conversation"]).json()["items"] == [shown]
    assert caller.get("/calls", conversation=shown["conversation"] + 1).json()["items"] == []


def test_a_call_joins_a_conversation(caller):
    conversation = make_conversation()

    shown = caller.post("/calls", {"key": "k1234567", "text": "伝言", "conversation": conversation.pk}).json()

    assert shown["conversation"] == conversation.pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "x"}, "inbox"),
        ({"number": "abc", "text": "x"}, "number"),
        ({}, "text"),
        ({"text": "x", "started_at": "2026-01-02T00:00:00Z", "ended_at": "2026-01-01T00:00:00Z"}, "ended_at"),
    ],
)
def test_what_is_missing_or_impossible_is_named(caller, values, field):
    refused = caller.post("/calls", {"key": "k1234567"} | values)

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)


def test_a_number_leads_to_its_customers(caller):
    conversation = make_conversation()
    add_identity(conversation.customer, "phone", "03-1234-5678", by=caller.user.actor)

    found = caller.get("/callers", number="＋８１ ３ １２３４ ５６７８").json()["items"]

    assert found == [
        {
            "customer": {"id": conversation.customer_id, "name": conversation.customer.label},
            "matters": [conversation.pk],
        }
    ]
    assert caller.get("/callers", number="03-1111-2222").json()["items"] == []


def test_calls_of_other_desks_are_not_there(caller):
    call = kept_call(make_user("admin"), inbox=private_inbox())

    assert caller.get(f"/calls/{call.pk}").status_code == 404
    assert caller.get("/calls").json()["items"] == []
