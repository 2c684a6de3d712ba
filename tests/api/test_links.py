"""Links, moving and reopening by the API."""

import pytest
from tests.factories.conversations import make_conversation, make_inbox, receive_mail

pytestmark = pytest.mark.django_db


def test_link_and_unlink(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox, subject="別")

    made = caller.post(f"/conversations/{here.pk}/links", {"other": other.pk, "relation": "parent"}).json()
    back = caller.get(f"/conversations/{other.pk}/links").json()["items"]
    gone = caller.delete(f"/conversations/{here.pk}/links/{made['links'][0]['id']}").json()
    caller.post(f"/undo/{gone['undo_id']}")

    shown = {"relation": "parent", "number": other.pk, "subject": "別", "status": "new"}
    assert {key: made["links"][0][key] for key in shown} == shown
    assert [(each["relation"], each["number"]) for each in back] == [("child", here.pk)]
    assert len(caller.get(f"/conversations/{here.pk}/links").json()["items"]) == 1


def test_refused_link(caller):
    here = make_conversation()

    answer = caller.post(f"/conversations/{here.pk}/links", {"other": here.pk})

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "other")


def test_move_and_back(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox)
    stray = receive_mail(inbox, in_reply_to=here.messages.get().external_id)

    moved = caller.post(f"/messages/{stray.pk}/move", {"to": other.pk}).json()
    stray.refresh_from_db()
    place = stray.conversation_id
    caller.post(f"/undo/{moved['undo_id']}")
    new = caller.post(f"/messages/{stray.pk}/move", {"to": "new"}).json()

    stray.refresh_from_db()
    assert (moved["number"], place, stray.conversation_id) == (other.pk, other.pk, new["number"])


def test_children_and_reopening(caller):
    inbox = make_inbox()
    here, child = make_conversation(inbox), make_conversation(inbox)
    caller.post(f"/conversations/{here.pk}/links", {"other": child.pk, "relation": "child"})

    caller.post(f"/conversations/{here.pk}/children/close")
    closed = caller.get(f"/conversations/{child.pk}").json()["status"]
    opened = caller.post(f"/conversations/{child.pk}/reopen", {"reason": "電話"}).json()["conversation"]["status"]

    assert (closed, opened) == ("done", "open")
