"""Presence and handing over through the API."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.models import Conversation

pytestmark = pytest.mark.django_db


def test_presence_is_said_and_read(caller):
    before = caller.get("/me/presence").json()
    said = caller.put("/me/presence", {"state": "training"}).json()
    wrong = caller.put("/me/presence", {"state": "asleep"})

    assert before == {"state": None, "since": None}
    assert said["state"] == caller.get("/me/presence").json()["state"] == "training"
    assert wrong.status_code == 422


def test_who_is_on_duty_with_times_for_supervisors(caller, caller_of):
    caller.put("/me/presence", {"state": "break"})

    seen = {row["user"]["id"]: row for row in caller_of(Role.SUPERVISOR).get("/on-duty").json()["items"]}
    by_agent = caller.get("/on-duty").json()["items"]

    assert seen[caller.user.pk]["state"] == "break"
    assert list(seen[caller.user.pk]["today_seconds"]) == ["break"]
    assert {len(row["today_seconds"]) for row in by_agent} == {0}


def test_everything_is_handed_over_and_given_back(caller, caller_of):
    boss, other = caller_of(Role.SUPERVISOR), make_user()
    rows = [make_conversation(sender=Address(f"c{n}@mail.example")) for n in range(2)]
    assign(rows, caller.user, user=boss.user)

    hand = boss.get(f"/users/{caller.user.pk}/in-hand").json()
    done = boss.post(f"/users/{caller.user.pk}/handover", {"to": [other.pk]}).json()
    again = boss.post(f"/users/{caller.user.pk}/handover", {"to": [other.pk]})
    foreign = caller_of().post(f"/users/{other.pk}/handover", {"to": [caller.user.pk]})
    boss.post(f"/undo/{done['undo_id']}")

    assert (hand["open"], hand["requests"]) == (2, 0)
    assert (done["shares"], done["left"]) == ([{"user": other.pk, "amount": 2}], 0)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing_to_hand_over")
    assert foreign.status_code == 403
    assert Conversation.objects.filter(assignee=caller.user).count() == 2
