"""送信予約 through the API."""

from datetime import UTC, datetime

import pytest
import time_machine
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_letter, receive_mail

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.planning import stop_disturbed
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = "2026-11-24T10:00:00+09:00"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def plan(caller, number, **values):
    seen = caller.get(f"/conversations/{number}").json()["seen_event_id"]
    to = [{"email": "yumiko@mail.example"}]
    wanted = {"to": to, "text": "発送します", "seen_event_id": seen, "send_at": LATER} | values
    return caller.post(f"/conversations/{number}/replies", wanted)


def test_a_reply_with_a_time_waits_for_it(caller):
    number = make_conversation().pk

    written = plan(caller, number).json()

    assert (written["state"], written["planned_at"]) == ("queued", "2026-11-24T01:00:00Z")
    assert caller.get(f"/conversations/{number}").json()["planned_at"] == "2026-11-24T01:00:00Z"
    assert [row["id"] for row in caller.get("/planned").json()["items"]] == [written["id"]]


def test_a_time_that_has_passed_or_has_no_zone_is_refused(caller):
    number = make_conversation().pk

    passed, without = plan(caller, number, send_at="2026-11-01T10:00:00Z"), plan(caller, number, send_at="2026-11-30")

    assert (passed.status_code, passed.json()["error"]["field"]) == (422, "send_at")
    assert without.status_code == 422


def test_it_is_moved_sent_now_and_then_not_planned_any_more(caller):
    number = make_conversation().pk
    pk = plan(caller, number).json()["id"]

    moved = caller.post(f"/messages/{pk}/plan", {"send_at": "2026-11-25T10:00:00+09:00"}).json()
    now = caller.post(f"/messages/{pk}/send-now").json()
    draft = caller.post(f"/messages/{pk}/cancel").json()
    gone = caller.post(f"/messages/{pk}/plan", {"send_at": "2026-11-25T10:00:00+09:00"})

    assert moved["planned_at"] == "2026-11-25T01:00:00Z"
    assert now["planned_at"] == "2026-11-23T09:00:00Z"
    assert draft["text"] == "発送します"
    assert (gone.status_code, gone.json()["error"]["code"]) == (409, "not_planned")


def test_held_back_it_leaves_with_a_reason(caller):
    conversation = make_conversation()
    pk = plan(caller, conversation.pk).json()["id"]
    first = conversation.messages.order_by("pk")[0]
    receive_mail(conversation.inbox, sender=Address(first.sender_address), in_reply_to=first.external_id)
    stop_disturbed(conversation.pk)

    state = caller.get(f"/messages/{pk}").json()["state"]
    refused = caller.post(f"/messages/{pk}/release", {"seen_event_id": 0, "reason": "問題なし"})
    seen = caller.get(f"/conversations/{conversation.pk}").json()["seen_event_id"]
    released = caller.post(f"/messages/{pk}/release", {"seen_event_id": seen, "reason": "問題なし"})

    assert state == "stopped"
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "something_happened")
    assert released.json()["state"] == "queued"


def test_ones_own_alone(caller):
    mine, others = make_conversation(), make_conversation(sender=Address("b@mail.example"))
    pk = plan(caller, mine.pk).json()["id"]
    sending = Sending(latest_event_id(others), send_at=datetime(2026, 11, 24, tzinfo=UTC))
    write_reply(others, make_letter(), user=make_user(), sending=sending)

    assert [row["id"] for row in caller.get("/planned", mine=True).json()["items"]] == [pk]
    assert len(caller.get("/planned").json()["items"]) == 2
