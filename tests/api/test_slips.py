"""Messages to colleagues and ringing telephones by the API."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, private_inbox

from madoguchi.calls.actions.slips import Told, send_slip

pytestmark = pytest.mark.django_db


def test_a_message_is_left_answered_and_listed(caller, caller_of):
    conversation, colleague = make_conversation(), make_user()
    theirs = caller_of(colleague)

    made = caller.post(
        f"/conversations/{conversation.pk}/slips", {"recipient_id": colleague.pk, "text": "納期", "wish": "again"}
    )

    shown = made.json()
    assert (made.status_code, shown["wish"], shown["answered_at"]) == (201, "again", None)
    assert theirs.get("/slips").json()["items"] == [shown]
    assert caller.get(f"/slips/{shown['id']}").json() == shown
    assert theirs.post(f"/slips/{shown['id']}/answer", {"answer": "済み"}).json()["answer"] == "済み"
    assert theirs.post(f"/slips/{shown['id']}/answer", {}).json()["error"]["code"] == "slip_answered"
    assert [each["id"] for each in caller.all("/slips", whose="from_me", answered=True)] == [shown["id"]]
    assert caller.delete(f"/slips/{shown['id']}").status_code == 409


def test_messages_of_other_desks_are_not_there(caller):
    boss = make_user("admin")
    slip = send_slip(make_conversation(private_inbox()), Told(boss, "x"), user=boss)

    assert caller.get(f"/slips/{slip.pk}").status_code == 404
    assert caller.get("/slips", whose="all").json()["items"] == []


def test_a_telephone_rings_by_extension(caller, admin):
    assert caller.put("/me/extension", {"number": "21"}).json() == {"number": "21"}
    assert caller.get("/me/extension").json() == {"number": "21"}

    rung = admin.post("/rings", {"to": "21", "call_id": "a1", "number": "０３-1234-5678"}).json()
    refused = caller.post("/rings", {"to": admin.user.email, "call_id": "a1"})
    nobody = admin.post("/rings", {"to": "99", "call_id": "a1"})

    assert rung == {
        "user": {"id": caller.user.pk, "name": caller.user.name},
        "number": "03-1234-5678",
        "state": "ringing",
    }
    assert (refused.status_code, nobody.status_code) == (403, 404)
