"""Custom fields for programs: what there is, and what stands in them."""

import pytest
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_field

from madoguchi.conversations.models import CustomField
from madoguchi.core.fields.kinds import FieldKind

pytestmark = pytest.mark.django_db


def test_a_field_is_added_changed_and_deleted(admin):
    made = admin.post("/fields", {"name": "希望", "kind": "choice", "options": [{"name": "返金"}]}).json()
    path = f"/fields/{made['id']}"
    options = [{"id": 1, "name": "全額返金"}, {"name": "交換"}]
    changed = admin.patch(path, {"options": options, "default": "交換", "is_required": True}).json()

    assert [each["name"] for each in changed["options"]] == ["全額返金", "交換"]
    assert (changed["default"], changed["is_required"], changed["name"]) == (2, True, "希望")
    assert admin.post(f"{path}/retire").json()["is_retired"]
    assert not admin.post(f"{path}/restore").json()["is_retired"]
    assert admin.delete(f"{path}/options/1").json() == {"conversations": 0}
    assert admin.delete(path).json() == {"conversations": 0}
    assert not CustomField.objects.exists()


def test_the_new_choice_of_another_administrator_is_not_dropped(admin):
    made = admin.post("/fields", {"name": "希望", "kind": "choice", "options": [{"name": "返金"}]}).json()
    path, mine = f"/fields/{made['id']}", [{"id": 1, "name": "返金"}, {"name": "修理"}]
    theirs = admin.patch(path, {"options": [{"id": 1, "name": "返金"}, {"name": "交換"}]}).json()

    late = admin.patch(path, {"options": mine, "version": made["version"]})
    blind = admin.patch(path, {"options": mine})
    sure = admin.patch(path, {"options": mine, "version": theirs["version"]})

    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed_meanwhile")
    assert (blind.status_code, blind.json()["error"]["field"]) == (422, "version")
    assert [each["name"] for each in sure.json()["options"]] == ["返金", "修理"]


def test_values_are_written_by_id_or_name_and_read_back(admin):
    conversation, text, amount = make_conversation(), make_field("注文番号"), make_field("返金額", FieldKind.NUMBER)
    path = f"/conversations/{conversation.pk}"

    changed = admin.patch(path, {"fields": {"注文番号": "A-1", str(amount.pk): 12800.5}}).json()

    expected = {str(text.pk): "A-1", str(amount.pk): "12800.5"}
    assert changed["conversation"]["fields"] == expected
    assert admin.get("/conversations").json()["items"][0]["fields"] == expected
    assert admin.patch(path, {"fields": {"注文番号": None}}).json()["conversation"]["fields"] == {
        str(amount.pk): "12800.5"
    }


def test_filling_in_and_finishing_go_together(admin):
    conversation, field = make_conversation(), make_field("注文番号", is_required=True)
    path = f"/conversations/{conversation.pk}"

    refused = admin.patch(path, {"status": "done"})
    done = admin.patch(path, {"status": "done", "fields": {"注文番号": "A-1"}}).json()

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "fields_missing")
    assert error["facts"] == {"missing": {str(conversation.pk): [field.pk]}}
    assert done["conversation"]["status"] == "done"


def test_an_unknown_field_or_an_impossible_value_is_refused(admin):
    conversation = make_conversation()
    make_field("発生日", FieldKind.DATE)
    path = f"/conversations/{conversation.pk}"

    unknown = admin.patch(path, {"fields": {"色": "青"}})
    impossible = admin.patch(path, {"fields": {"発生日": "2026-02-30"}})

    assert (unknown.status_code, unknown.json()["error"]["field"]) == (422, "fields")
    assert impossible.status_code == 422


def test_many_are_done_but_those_that_lack_something(admin):
    field = make_field("注文番号", is_required=True)
    complete, lacking = make_conversation(), make_conversation()
    admin.patch(f"/conversations/{complete.pk}", {"fields": {"注文番号": "A-1"}})
    values = {"status": "done", "tags": {"add": ["済"]}}

    done = admin.post("/conversations/bulk", {"conversations": [complete.pk, lacking.pk], **values}).json()
    refused = admin.post("/conversations/bulk", {"conversations": [lacking.pk], **values})

    assert (done["conversations"], done["left"]) == ([complete.pk], [{"number": lacking.pk, "fields": [field.pk]}])
    assert admin.get(f"/conversations/{lacking.pk}").json()["tags"] == []
    assert refused.status_code == 409


def test_children_are_done_but_those_that_lack_something(admin):
    field = make_field("注文番号", is_required=True)
    parent, complete, lacking = make_conversation(), make_conversation(), make_conversation()
    for child in (complete, lacking):
        admin.post(f"/conversations/{parent.pk}/links", {"other": child.pk, "relation": "child"})
    admin.patch(f"/conversations/{complete.pk}", {"fields": {"注文番号": "A-1"}})

    done = admin.post(f"/conversations/{parent.pk}/children/close").json()

    assert done["left"] == [{"number": lacking.pk, "fields": [field.pk]}]
    assert admin.get(f"/conversations/{complete.pk}").json()["status"] == "done"


def test_a_required_field_is_emptied_only_together_with_opening_again(admin):
    conversation, field = make_conversation(), make_field("注文番号", is_required=True)
    path = f"/conversations/{conversation.pk}"
    admin.patch(path, {"fields": {str(field.pk): "HK-1"}, "status": "done"})

    refused = admin.patch(path, {"fields": {str(field.pk): None}})
    opened = admin.patch(path, {"fields": {str(field.pk): None}, "status": "open"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "fields_missing")
    assert opened.status_code == 200
