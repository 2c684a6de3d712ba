"""Callbacks by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import callback_in, over
from tests.factories.conversations import make_conversation, make_inbox, private_inbox

from madoguchi.calls.models import CallbackLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return make_conversation()


def test_a_callback_is_entered_tried_and_decided(caller, conversation):
    path = f"/conversations/{conversation.pk}/callbacks"
    starts_at = (timezone.now() + timedelta(hours=2)).isoformat()

    made = caller.post(path, {"number": "０３-1234-5678", "starts_at": starts_at, "topic": "納期"})

    shown = made.json()
    one = f"/callbacks/{shown['id']}"
    assert (made.status_code, shown["number"], shown["source"], shown["owner"]["id"]) == (
        201, "03-1234-5678", "api", caller.user.pk,
    )  # fmt: skip
    assert caller.get(path).json()["items"] == [shown]
    assert caller.get("/callbacks", mine=True).json()["items"] == [shown]
    again_at = (timezone.now() + timedelta(hours=5)).isoformat()
    tried = caller.post(f"{one}/attempts", {"outcome": "busy", "note": "話し中", "again_at": again_at}).json()
    assert [(each["outcome"], each["note"]) for each in tried["attempts"]] == [("busy", "話し中")]
    assert caller.post(f"{one}/attempts", {"outcome": "reached"}).json()["state"] == "done"
    refused = caller.post(f"{one}/attempts", {"outcome": "reached"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "callback_closed")
    assert caller.post(f"{one}/decision", {"state": "open"}).json()["state"] == "open"
    assert caller.post(f"{one}/decision", {"state": "cancelled"}).json()["error"]["field"] == "reason"
    assert caller.post(f"{one}/decision", {"state": "cancelled", "reason": "不要"}).json()["state"] == "cancelled"


def test_it_gets_another_time_and_owner(caller, conversation):
    callback, other = callback_in(conversation, caller.user), make_user()
    starts_at = (timezone.now() + timedelta(days=1)).isoformat()

    changed = caller.patch(f"/callbacks/{callback.pk}", {"starts_at": starts_at, "owner_id": other.pk}).json()

    assert changed["owner"]["id"] == other.pk
    assert caller.get(f"/callbacks/{callback.pk}").json() == changed


def test_slots_figures_and_the_page(caller, conversation):
    over(callback_in(conversation, caller.user))

    slots = caller.get(f"/inboxes/{conversation.inbox_id}/callback-slots").json()["items"]
    figures = caller.get("/callbacks/figures").json()
    link = caller.post(f"/conversations/{conversation.pk}/callback-link").json()

    assert (slots[0]["taken"], slots[0]["is_full"]) == (0, False)
    assert (figures["in_time"], figures["late"], figures["kept_percent"]) == (0, 1, 0)
    assert "/callback/" in link["url"]


def test_the_page_of_a_customer_is_ended(caller, conversation):
    place = f"/conversations/{conversation.pk}/callback-link"
    caller.post(place)

    ended = [caller.delete(place).status_code for _twice in range(2)]

    assert ended == [204, 204]
    assert CallbackLink.objects.get().revoked_at is not None


def test_pages_follow_each_other(caller, conversation):
    wanted = [callback_in(conversation, caller.user).pk for _each in range(3)]

    rows = caller.all("/callbacks", limit=1)

    assert [each["id"] for each in rows] == wanted


def test_callbacks_of_other_desks_are_not_there(caller):
    callback = callback_in(make_conversation(private_inbox()), make_user("admin"))
    make_inbox()

    assert caller.get(f"/callbacks/{callback.pk}").status_code == 404
    assert caller.get("/callbacks").json()["items"] == []


@pytest.mark.parametrize(
    ("source", "kept"), [("form", "form"), ("chat", "chat"), ("phone", "memo"), ("agent", "agent")]
)
def test_a_call_is_asked_for_without_a_conversation(caller, source, kept):
    inbox = make_inbox()
    path = f"/inboxes/{inbox.pk}/callback-requests"
    slot = caller.get(f"/inboxes/{inbox.pk}/callback-slots").json()["items"][0]["starts_at"]
    wanted = {"source": source, "number": "０３-1234-5678", "starts_at": slot, "name": "髙橋", "topic": "納期"}

    made = caller.post(path, wanted)

    shown = made.json()
    assert (made.status_code, shown["source"], shown["number"], shown["topic"]) == (201, kept, "03-1234-5678", "納期")
    assert caller.get(f"/conversations/{shown['conversation']}").status_code == 200


def test_a_chat_can_only_take_what_is_free(caller):
    path = f"/inboxes/{make_inbox().pk}/callback-requests"
    wanted = {"source": "chat", "number": "03-1234-5678", "starts_at": "2020-01-01T00:00:00Z"}

    refused = caller.post(path, wanted)

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "slot_taken")
    assert caller.post(f"/inboxes/{private_inbox().pk}/callback-requests", wanted).status_code == 404


def test_the_public_form_is_opened_by_administrators(caller, admin):
    path = f"/inboxes/{make_inbox().pk}/callback-page"
    wanted = {"slug": "shop-call", "is_open": True}

    assert caller.put(path, wanted).status_code == 403
    shown = admin.put(path, wanted).json()
    assert (shown["url"].endswith("/call-me/shop-call"), shown["is_open"], shown["owner"]) == (True, True, None)
    assert caller.get(path).json() == shown
