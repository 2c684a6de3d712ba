"""Checklists and talk scripts by the API."""

import pytest
from tests.factories.conversations import make_conversation

pytestmark = pytest.mark.django_db
SOURCE = "# 伺う\n> 不良 -> 案内\n> 解決\n# 案内\n> 承知"


def test_a_checklist_from_template_to_tick(caller, admin):
    conversation = make_conversation()
    made = admin.post("/checklist-templates", {"name": "返品", "items": ["確認", "案内"]}).json()
    admin.put(f"/checklist-templates/{made['id']}", {"name": "返品受付", "items": ["確認", "案内"]})

    on = caller.post(f"/conversations/{conversation.pk}/checklists", {"template": made["id"]}).json()
    own = caller.post(f"/conversations/{conversation.pk}/checklist-items", {"text": "折り返す"}).json()
    item = f"/conversations/{conversation.pk}/checklist-items/{on['items'][0]['id']}"
    ticked = caller.patch(item, {"is_done": True}).json()
    refused = caller.delete(item)
    gone = caller.delete(f"/conversations/{conversation.pk}/checklist-items/{own['id']}")

    listed = caller.get(f"/conversations/{conversation.pk}/checklists").json()["items"]
    assert (on["name"], ticked["done_by"]["id"]) == ("返品受付", caller.user.pk)
    assert (refused.status_code, gone.status_code) == (422, 204)
    assert [each["name"] for each in listed if each["items"]] == ["返品受付"]
    assert caller.delete(f"/conversations/{conversation.pk}/checklists/{on['id']}").status_code == 204
    assert caller.post("/checklist-templates", {"name": "x", "items": ["y"]}).status_code == 403
    assert admin.delete(f"/checklist-templates/{made['id']}").status_code == 204


def test_a_script_is_kept_followed_and_taken_elsewhere(caller, admin):
    conversation = make_conversation()
    faulty = admin.post("/talk-scripts", {"name": "返品", "source": "# a\n> x -> b"})
    made = admin.post("/talk-scripts", {"name": "返品", "source": SOURCE}).json()
    copied = admin.post("/talk-scripts", {"name": "写し", "steps": made["steps"]})

    run = caller.post(f"/conversations/{conversation.pk}/script-runs", {"script": made["id"]}).json()
    url = f"/conversations/{conversation.pk}/script-runs/{run['id']}/step"
    on = caller.post(url, {"step": "伺う", "choice": 0}).json()
    stale = caller.post(url, {"step": "伺う", "choice": 0})
    back = caller.post(url, {"step": "案内", "back": True}).json()
    ended = caller.post(url, {"step": "伺う", "end": True}).json()

    assert faulty.json()["error"]["facts"]["problems"][0]["line"] == 2
    assert copied.json()["steps"][0]["choices"][0]["to"] == "案内"
    assert (on["current"], on["path"]) == ("案内", [{"step": "伺う", "choice": "不良"}])
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stepped_meanwhile")
    assert (back["current"], ended["current"]) == ("伺う", "")
    assert caller.get(f"/conversations/{conversation.pk}/script-runs").json()["items"][0]["ended_at"] is not None
    stale_edit = admin.put(f"/talk-scripts/{made['id']}", {"name": "返品", "source": SOURCE, "version": 7})
    assert stale_edit.json()["error"]["code"] == "edited_meanwhile"
    assert admin.delete(f"/talk-scripts/{made['id']}").status_code == 204
