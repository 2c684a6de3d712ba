"""Promises by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.promises import overdue, promise_in

from madoguchi.promises.watching import break_promises

pytestmark = pytest.mark.django_db

SAID = "髙橋 由美子 様\n\n明日までに折り返しご連絡いたします。"


@pytest.fixture
def conversation():
    return make_conversation()


def test_an_offer_is_found_kept_and_decided(caller, conversation):
    message = reply_to(conversation, caller.user, text=SAID)
    path = f"/conversations/{conversation.pk}/promises"
    (offer,) = caller.get(f"{path}/offers").json()["items"]

    made = caller.post(
        path,
        {"words": offer["words"], "due_at": offer["due_at"], "message_id": offer["message"], "place": offer["place"]},
    )

    shown = made.json()
    assert (made.status_code, shown["message"], shown["state"]) == (201, message.pk, "open")
    assert caller.get(f"{path}/offers").json()["items"] == []
    assert caller.get(path).json()["items"] == [shown]
    assert caller.get(f"/promises/{shown['id']}").json() == shown
    assert caller.get("/promises", when="open", mine=True).json()["items"] == [shown]
    kept = caller.post(f"/promises/{shown['id']}/decision", {"state": "kept"}).json()
    assert (kept["state"], kept["decided_at"] is not None) == ("kept", True)
    assert caller.post(f"/promises/{shown['id']}/decision", {"state": "kept"}).json()["error"]["code"] == (
        "already_decided"
    )
    assert caller.post(f"/promises/{shown['id']}/decision", {"state": "open"}).json()["state"] == "open"


def test_an_offer_is_declined(caller, conversation):
    reply_to(conversation, caller.user, text=SAID)
    path = f"/conversations/{conversation.pk}/promises"
    (offer,) = caller.get(f"{path}/offers").json()["items"]

    refused = caller.post(f"{path}/declined", {"message_id": offer["message"], "place": 0})
    declined = caller.post(f"{path}/declined", {"message_id": offer["message"], "place": offer["place"]})

    assert (refused.status_code, declined.status_code) == (422, 204)
    assert caller.get(f"{path}/offers").json()["items"] == []


def test_a_promise_gets_another_time_and_owner(caller, conversation):
    promise, other = promise_in(conversation, caller.user), make_user()
    later = timezone.now() + timedelta(days=5)

    shown = caller.patch(f"/promises/{promise.pk}", {"due_at": later.isoformat(), "owner_id": other.pk}).json()

    assert (shown["owner"]["id"], shown["words"]) == (other.pk, promise.words)


@pytest.mark.parametrize("when", ["open", "kept"])
def test_the_ledger_is_paged(caller, conversation, when):
    for each in range(3):
        promise = promise_in(conversation, caller.user, words=f"{each}日に折り返します")
        if when == "kept":
            caller.post(f"/promises/{promise.pk}/decision", {"state": "kept"})
    whole = [each["id"] for each in caller.get("/promises", when=when).json()["items"]]

    first = caller.get("/promises", when=when, limit=2).json()
    last = caller.get("/promises", when=when, limit=2, cursor=first["next"]).json()

    assert [each["id"] for each in [*first["items"], *last["items"]]] == whole
    assert (len(first["items"]), last["next"]) == (2, None)
    assert caller.get("/promises", when=when, cursor="eA").status_code == 422


def test_a_broken_promise_is_settled_and_counted(caller, conversation):
    promise = overdue(promise_in(conversation, caller.user))
    break_promises(timezone.now())

    settled = caller.post(f"/promises/{promise.pk}/decision", {"state": "settled"}).json()

    assert (settled["state"], settled["settled_at"] is not None) == ("broken", True)
    assert caller.get("/promises/figures").json() == {
        "kept": 0, "broken": 1, "cancelled": 0, "open": 0, "kept_percent": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"), [({"due_at": "2020-01-01T00:00:00Z"}, "due_at"), ({"words": " "}, "words")]
)
def test_what_cannot_be_meant_names_its_field(caller, conversation, values, field):
    wanted = {"words": "折り返し", "due_at": (timezone.now() + timedelta(days=1)).isoformat()} | values

    response = caller.post(f"/conversations/{conversation.pk}/promises", wanted)

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)


def test_promises_of_closed_desks_are_not_found(caller):
    owner = make_user()
    inbox = make_inbox(is_open_to_all=False)
    inbox.users.add(owner)
    promise = promise_in(make_conversation(inbox), owner)

    assert caller.get(f"/promises/{promise.pk}").status_code == 404
    assert caller.get("/promises").json()["items"] == []
