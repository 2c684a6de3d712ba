"""Tags, categories and saved views."""

import pytest
from tests.factories.conversations import make_conversation

from madoguchi.conversations.actions.triage import change_tags, set_category
from madoguchi.conversations.models import Category, Tag
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_tag_is_added_renamed_and_deleted_everywhere(admin):
    conversation = make_conversation()
    change_tags([conversation], add=["返品"], user=admin.user)
    made = admin.post("/tags", {"name": " 配送  遅延 "})
    known = Tag.objects.get(name="返品")

    renamed = admin.patch(f"/tags/{known.pk}", {"name": "返品・交換"}).json()
    tagged = admin.get(f"/conversations/{conversation.pk}").json()["tags"]
    gone = admin.delete(f"/tags/{known.pk}")

    assert (made.status_code, made.json()["name"]) == (201, "配送 遅延")
    assert (renamed["name"], tagged) == ("返品・交換", ["返品・交換"])
    assert gone.status_code == 204
    assert [tag["name"] for tag in admin.get("/tags").json()["items"]] == ["配送 遅延"]
    assert admin.get(f"/conversations/{conversation.pk}").json()["tags"] == []
    assert Event.objects.get(kind="tag_deleted").data == {"name": "返品・交換"}


def test_category_tree_is_kept(admin):
    conversation = make_conversation()
    parent = admin.post("/categories", {"name": "配送"}).json()
    child = admin.post("/categories", {"name": "遅延", "parent": parent["id"]}).json()
    admin.post("/categories", {"name": "返品"})
    set_category([conversation], Category.objects.get(pk=child["id"]), user=admin.user)

    tree = admin.get("/categories").json()["items"]
    renamed = admin.patch(f"/categories/{child['id']}", {"name": "遅れ"}).json()
    gone = admin.delete(f"/categories/{parent['id']}")

    assert [(each["name"], [below["name"] for below in each["children"]]) for each in tree] == [
        ("配送", ["遅延"]),
        ("返品", []),
    ]
    assert (renamed["name"], gone.status_code) == ("遅れ", 204)
    assert admin.get(f"/conversations/{conversation.pk}").json()["category"] is None


def test_category_is_moved(admin):
    first, second = (admin.post("/categories", {"name": name}).json() for name in ("配送", "返品"))

    admin.patch(f"/categories/{second['id']}", {"parent": first["id"], "name": "返送"})
    below = admin.get("/categories").json()["items"]
    admin.patch(f"/categories/{second['id']}", {"parent": None})

    assert [(each["name"], [child["name"] for child in each["children"]]) for each in below] == [("配送", ["返送"])]
    assert [each["name"] for each in admin.get("/categories").json()["items"]] == ["配送", "返送"]


def test_category_is_not_moved_below_its_own_kind_or_beside_its_namesake(admin):
    first, second = (admin.post("/categories", {"name": name}).json() for name in ("配送", "返品"))
    child = admin.post("/categories", {"name": "返品", "parent": first["id"]}).json()

    answers = [
        admin.patch(f"/categories/{first['id']}", {"parent": second["id"]}),  # it has children of its own
        admin.patch(f"/categories/{child['id']}", {"parent": None}),  # there is one of this name
    ]

    assert [(answer.status_code, answer.json()["error"]["field"]) for answer in answers] == [
        (422, "parent"),
        (422, "name"),
    ]


def test_tag_is_merged_into_another(admin):
    conversation = make_conversation()
    change_tags([conversation], add=["返品", "返却"], user=admin.user)
    kept, gone = Tag.objects.get(name="返品"), Tag.objects.get(name="返却")

    merged = admin.post(f"/tags/{gone.pk}/merge", {"into": kept.pk})

    assert merged.json() == {"id": kept.pk, "name": "返品"}
    assert admin.get(f"/conversations/{conversation.pk}").json()["tags"] == ["返品"]
    assert admin.post(f"/tags/{kept.pk}/merge", {"into": kept.pk}).status_code == 422


def test_third_level_is_refused(admin):
    parent = admin.post("/categories", {"name": "配送"}).json()
    child = admin.post("/categories", {"name": "遅延", "parent": parent["id"]}).json()

    response = admin.post("/categories", {"name": "大雪", "parent": child["id"]})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "parent")


@pytest.mark.parametrize("path", ["/tags", "/categories"])
@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "返品"])
def test_empty_long_or_known_name_is_refused(admin, path, name):
    admin.post(path, {"name": "返品"})
    other = admin.post(path, {"name": "配送"}).json()

    answers = [admin.post(path, {"name": name}), admin.patch(f"{path}/{other['id']}", {"name": name})]

    assert [(answer.status_code, answer.json()["error"]["field"]) for answer in answers] == [(422, "name")] * 2


@pytest.mark.parametrize("path", ["/tags/999", "/categories/999"])
def test_word_that_is_not_there(admin, path):
    assert admin.patch(path, {"name": "x"}).status_code == 404
    assert admin.delete(path).status_code == 404


@pytest.mark.parametrize("path", ["/tags", "/categories"])
def test_words_are_kept_by_administrators(admin, caller_of, path):
    row = admin.post(path, {"name": "返品"}).json()
    leader = caller_of("supervisor")

    answers = [leader.patch(f"{path}/{row['id']}", {"name": "x"}), leader.delete(f"{path}/{row['id']}")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_view_is_saved_listed_and_deleted(caller, caller_of):
    leader = caller_of("supervisor")
    conditions = {"status": "new", "tag": "返品", "vip": True, "sort": "newest"}
    own = caller.post("/views", {"name": "今日中", "conditions": conditions})
    shared = leader.post("/views", {"name": "全員", "is_shared": True, "conditions": {}}).json()

    listed = {view["name"]: view for view in caller.get("/views").json()["items"]}

    assert own.status_code == 201
    assert listed["今日中"]["conditions"] == conditions
    assert (listed["全員"]["is_shared"], listed["今日中"]["is_shared"]) == (True, False)
    assert [view["name"] for view in leader.get("/views").json()["items"]] == ["全員"]
    assert caller.delete(f"/views/{shared['id']}").status_code == 403
    assert leader.delete(f"/views/{own.json()['id']}").status_code == 404
    assert caller.delete(f"/views/{own.json()['id']}").status_code == 204


def test_views_are_changed(caller, caller_of):
    leader = caller_of("supervisor")
    own = caller.post("/views", {"name": "今日中", "conditions": {"vip": True}}).json()["id"]
    shared = leader.post("/views", {"name": "全員", "is_shared": True, "conditions": {}}).json()["id"]

    renamed = caller.patch(f"/views/{own}", {"name": "至急", "icon": "alert"}).json()
    narrowed = caller.patch(f"/views/{own}", {"conditions": {"tag": "返品"}}).json()

    assert (renamed["name"], renamed["icon"], renamed["conditions"]) == ("至急", "alert", {"vip": True})
    assert (narrowed["name"], narrowed["conditions"]) == ("至急", {"tag": "返品"})
    assert caller.patch(f"/views/{own}", {"is_shared": True}).status_code == 403
    assert caller.patch(f"/views/{own}", {"name": " "}).status_code == 422
    assert caller.patch(f"/views/{shared}", {"name": "私の"}).status_code == 403
    assert leader.patch(f"/views/{own}", {"name": "私の"}).status_code == 404
    assert leader.patch(f"/views/{shared}", {"is_shared": False}).json()["is_shared"] is False
    assert [view["name"] for view in caller.get("/views").json()["items"]] == ["至急"]


@pytest.mark.parametrize("conditions", [{"status": "nothing"}, {"colour": "red"}, {"assignee": "x"}])
def test_view_of_what_does_not_exist_is_refused(caller, conditions):
    assert caller.post("/views", {"name": "x", "conditions": conditions}).status_code == 422
