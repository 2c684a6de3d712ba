"""Links, moving and reopening by the API."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.restructure import merge_conversations

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


def test_moving_to_another_customer_is_refused_until_it_is_meant(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox, sender=Address("else@mail.example", "別人"))
    stray = receive_mail(inbox, in_reply_to=here.messages.get().external_id)

    refused = caller.post(f"/messages/{stray.pk}/move", {"to": other.pk})
    meant = caller.post(f"/messages/{stray.pk}/move", {"to": other.pk, "different_customers": True})

    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["facts"]) == (
        409, "different_customers", {"conversations": [other.pk]},
    )  # fmt: skip
    assert (meant.status_code, meant.json()["number"]) == (200, other.pk)


def test_taking_back_a_link_that_was_removed_says_so(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox, subject="別")
    made = caller.post(f"/conversations/{here.pk}/links", {"other": other.pk}).json()
    caller.delete(f"/conversations/{here.pk}/links/{made['links'][0]['id']}")

    refused = caller.post(f"/undo/{made['undo_id']}")
    again = caller.post(f"/undo/{made['undo_id']}")

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "changed_since")
    assert error["message"] == "この関連付けは、その後に解除または変更されています。"
    assert again.status_code == 409


def test_children_and_reopening(caller):
    inbox = make_inbox()
    here, child = make_conversation(inbox), make_conversation(inbox)
    caller.post(f"/conversations/{here.pk}/links", {"other": child.pk, "relation": "child"})

    caller.post(f"/conversations/{here.pk}/children/close")
    closed = caller.get(f"/conversations/{child.pk}").json()["status"]
    opened = caller.post(f"/conversations/{child.pk}/reopen", {"reason": "電話"}).json()["conversation"]["status"]

    assert (closed, opened) == ("done", "open")


def test_events_name_the_way_back_of_what_others_did(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox, subject="別の件")
    step = merge_conversations(here, [other], user=make_user(name="渡辺 由紀"))

    before = _merges(caller, here)
    undone = caller.post(f"/undo/{step.pk}")
    after = _merges(caller, here)

    assert (before, undone.status_code, after) == ([(step.pk, "")], 200, [(None, "")])


def test_events_say_why_there_is_no_way_back(caller):
    inbox = make_inbox()
    here, other = make_conversation(inbox), make_conversation(inbox, subject="別の件")
    merge_conversations(here, [other], user=make_user())
    merge_conversations(make_conversation(inbox), [here], user=make_user())

    (undo_id, why), _later = _merges(caller, here)

    assert (undo_id, bool(why)) == (None, True)


def _merges(caller, conversation):
    rows = caller.get(f"/conversations/{conversation.pk}/events").json()["items"]
    return [(row["undo_id"], row["not_undone_because"]) for row in rows if row["kind"] == "conversation_merged"]
