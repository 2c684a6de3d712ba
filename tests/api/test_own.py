"""Statuses of one's own and folders for programs."""

import pytest
from tests.factories.conversations import make_conversation

from madoguchi.conversations.models import Folder, OwnStatus

pytestmark = pytest.mark.django_db


def test_a_status_is_added_given_emptied_and_deleted(admin):
    made = admin.post("/statuses", {"name": "返品待ち", "state": "wait", "tone": "wait"}).json()
    path, conversation = f"/statuses/{made['id']}", make_conversation()
    at = f"/conversations/{conversation.pk}"

    assert admin.patch(path, {"name_en": "Parcel", "position": 3}).json()["name_en"] == "Parcel"
    changed = admin.patch(at, {"own_status": made["id"]}).json()["conversation"]
    listed = admin.get("/conversations", own_status=made["id"]).json()["items"]
    assert (changed["status"], changed["own_status_id"], len(listed)) == ("wait", made["id"], 1)
    assert admin.patch(at, {"own_status": made["id"], "status": "open"}).status_code == 422
    assert admin.delete(path).status_code == 409
    assert admin.post(f"{path}/retire").json()["is_retired"]
    assert not admin.post(f"{path}/restore").json()["is_retired"]
    emptied = admin.post(f"{path}/empty", {}).json()
    assert (emptied["conversations"], emptied["undo_id"] is not None) == (1, True)
    assert admin.post(f"/undo/{emptied['undo_id']}").status_code == 200
    admin.patch(at, {"status": "wait"})
    assert admin.delete(path).status_code == 204
    assert not OwnStatus.objects.exists()


def test_a_reply_brings_a_status_of_ones_own(admin):
    made = admin.post("/statuses", {"name": "返品待ち", "state": "wait", "tone": "wait"}).json()
    conversation = make_conversation()
    at = f"/conversations/{conversation.pk}"
    letter = {"to": [{"email": "yumiko@mail.example"}], "text": "承知いたしました。", "own_status_after": made["id"]}

    sent = admin.post(f"{at}/replies", letter | {"seen_event_id": admin.get(at).json()["seen_event_id"]})

    assert sent.status_code == 201
    assert admin.get(at).json()["own_status_id"] == made["id"]


def test_a_folder_is_added_filled_moved_and_deleted(admin):
    conversation = make_conversation()
    made = admin.post("/folders", {"inbox": conversation.inbox_id, "name": "返品"}).json()
    inner = admin.post("/folders", {"inbox": conversation.inbox_id, "name": "破損", "parent": made["id"]}).json()
    at = f"/conversations/{conversation.pk}"

    filled = admin.patch(at, {"folder": inner["id"]}).json()["conversation"]
    assert (filled["folder_id"], len(admin.get("/conversations", folder=inner["id"]).json()["items"])) == (
        inner["id"],
        1,
    )
    assert admin.patch(f"/folders/{inner['id']}", {"parent": None, "position": 2}).json()["parent"] is None
    assert admin.patch(f"/folders/{inner['id']}", {"name": "こわれ"}).json()["name"] == "こわれ"
    assert admin.delete(f"/folders/{inner['id']}").json()["conversations"] == 1
    assert admin.patch(at, {"folder": None}).status_code == 200
    assert [folder["name"] for folder in admin.get("/folders").json()["items"]] == ["返品"]
    assert Folder.objects.count() == 1
