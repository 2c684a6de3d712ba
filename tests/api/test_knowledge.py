"""Articles by the API: found, written, published, archived, put into letters; their categories, and what is refused."""

import pytest
from tests.factories.conversations import make_conversation
from tests.factories.knowledge import STEPS, make_article

from madoguchi.knowledge.choices import Audience
from madoguchi.knowledge.models import Article, Use

pytestmark = pytest.mark.django_db

NEW = {
    "title": "注文をキャンセルしたい",
    "summary": "出荷の準備が始まる前ならできます。",
    "body": f"出荷の前であれば取り消せます。\n\n{STEPS}",
    "keywords": ["取消"],
    "colloquial": ["やっぱりいらない"],
    "note": "準備中は返品へ",
    "audience": "public",
    "language": "ja",
    "review_on": "2027-01-31",
}


@pytest.fixture
def leader(caller_of):
    return caller_of("supervisor")


def test_an_article_is_written_and_published(leader, caller, settings):
    settings.BASE_URL = "https://desk.shop.example"
    category = leader.post("/article-categories", {"name": "注文"}).json()
    response = caller.post("/articles", NEW | {"category": category["id"]})

    draft = response.json()
    assert response.status_code == 201
    assert {name: draft[name] for name in NEW} == NEW
    assert (draft["state"], draft["version"], draft["url"], draft["used_count"]) == ("draft", 1, None, 0)
    assert draft["category"] == {"id": category["id"], "name": "注文"}
    assert caller.put(f"/articles/{draft['id']}/published", {"on": True}).status_code == 403

    published = leader.put(f"/articles/{draft['id']}/published", {"on": True}).json()

    url = f"https://desk.shop.example/help/{draft['id']}"
    assert published == draft | {"state": "published", "url": url}
    assert caller.get(f"/articles/{draft['id']}").json() == published
    assert caller.get("/articles", q="やっぱりいらない").json()["items"] == [published]
    assert caller.get("/articles", category=category["id"]).json()["items"] == [published]
    assert caller.get("/articles", state="draft").json()["items"] == []
    assert leader.put(f"/articles/{draft['id']}/published", {"on": False}).json()["state"] == "draft"


def test_what_is_left_out_of_a_change_stays_and_is_a_version(leader):
    before = leader.post("/articles", NEW).json()

    after = leader.patch(f"/articles/{before['id']}", {"body": "別の答え", "review_on": None}).json()

    said = {"body": "別の答え", "review_on": None, "version": 2, "updated_at": after["updated_at"]}
    assert after == before | said
    versions = leader.get(f"/articles/{before['id']}/versions").json()["items"]
    assert [(each["number"], each["body"]) for each in versions] == [(2, "別の答え"), (1, NEW["body"])]
    back = leader.post(f"/articles/{before['id']}/restore", {"number": 1}).json()
    assert (back["body"], back["version"]) == (NEW["body"], 3)


def test_who_changes_what_somebody_else_has_changed_is_refused(leader):
    article = leader.post("/articles", NEW).json()
    leader.patch(f"/articles/{article['id']}", {"body": "先の人"})

    refused = leader.patch(f"/articles/{article['id']}", {"body": "後の人", "version": 1})

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "changed_meanwhile")
    assert (error["facts"]["version"], error["facts"]["body"]) == (2, "先の人")


@pytest.mark.parametrize(
    ("values", "field"),
    [({"title": ""}, "title"), ({"body": " "}, "body"), ({"audience": "x"}, "audience"), ({"other": 1}, "other")],
)
def test_what_cannot_be_kept_names_its_field(leader, values, field):
    refused = leader.post("/articles", NEW | values)

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)


def test_an_article_is_archived_given_and_deleted(leader, caller):
    article = leader.post("/articles", NEW).json()
    path = f"/articles/{article['id']}"
    assert leader.delete(path).status_code == 422

    given = leader.put(f"{path}/owner", {"owner": caller.user.pk}).json()
    archived = leader.put(f"{path}/archived", {"on": True}).json()
    back = leader.put(f"{path}/archived", {"on": False}).json()

    assert (given["owner"]["id"], archived["state"], back["state"]) == (caller.user.pk, "archived", "draft")
    leader.put(f"{path}/archived", {"on": True})
    assert leader.delete(path).status_code == 204
    assert not Article.objects.exists()


def test_articles_that_are_not_for_somebody_are_not_there(caller_of, leader):
    draft = make_article(leader.user, is_published=False)
    internal = make_article(leader.user, audience=Audience.INTERNAL)
    guest = caller_of("guest")

    assert caller_of("agent").get(f"/articles/{draft.pk}").status_code == 404
    assert guest.get(f"/articles/{internal.pk}").status_code == 404
    assert guest.get("/articles").json()["items"] == []


def test_words_for_a_letter_are_noted_as_a_use(caller):
    conversation = make_conversation()
    article = make_article()
    path = f"/articles/{article.pk}/insert"

    looked = caller.post(path, {"part": "steps"})
    taken = caller.post(path, {"part": "text", "conversation": conversation.pk, "request_key": "k1"})

    assert looked.json() == {"text": STEPS}
    assert "キャンセルできます" in taken.json()["text"]
    use = Use.objects.get()
    assert (use.article, use.conversation, use.is_link) == (article, conversation, False)


def test_nothing_of_an_internal_article_goes_to_a_customer(caller):
    article = make_article(audience=Audience.INTERNAL)

    refused = caller.post(f"/articles/{article.pk}/insert", {"part": "link", "request_key": "k1"})
    noted = caller.post(f"/articles/{article.pk}/insert", {"part": "text", "note": True, "request_key": "k1"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "internal_article")
    assert noted.status_code == 200
    assert not Use.objects.exists()


def test_articles_are_suggested_for_a_conversation(caller):
    article = make_article(title="注文をキャンセルしたい", keywords=("取消",))
    conversation = make_conversation(subject="注文のキャンセル", text="注文をキャンセルしたいです。できますか。")

    found = caller.get(f"/conversations/{conversation.pk}/articles").json()["items"]

    assert [each["id"] for each in found] == [article.pk]


def test_categories_are_kept_by_those_who_publish(leader, caller):
    main = leader.post("/article-categories", {"name": "注文"}).json()
    below = leader.post("/article-categories", {"name": "取消", "parent": main["id"]}).json()
    path = f"/article-categories/{below['id']}"

    assert caller.post("/article-categories", {"name": "x"}).status_code == 403
    changed = leader.put(path, {"name": "キャンセル"}).json()
    assert changed == {"id": below["id"], "name": "キャンセル", "parent": None, "articles": 0}
    assert [each["name"] for each in caller.get("/article-categories").json()["items"]] == ["注文", "キャンセル"]
    assert leader.delete(path).status_code == 204
    assert leader.delete(path).status_code == 404


def test_what_was_not_read_is_not_published_and_versions_are_for_those_who_answer(leader, caller_of):
    draft = leader.post("/articles", NEW).json()
    leader.patch(f"/articles/{draft['id']}", {"body": "別の文。", "version": 1})
    old = leader.put(f"/articles/{draft['id']}/published", {"on": True, "version": 1})
    new = leader.put(f"/articles/{draft['id']}/published", {"on": True, "version": 2})
    guest, viewer = caller_of("guest"), caller_of("viewer")

    assert (old.status_code, old.json()["error"]["code"]) == (409, "changed_meanwhile")
    assert new.json()["state"] == "published"
    assert guest.get(f"/articles/{draft['id']}").status_code == 200
    assert [each.get(f"/articles/{draft['id']}/versions").status_code for each in (guest, viewer)] == [403, 403]
    use = viewer.post(f"/articles/{draft['id']}/insert", {"part": "text", "request_key": "k"})
    assert use.status_code == 403
    assert not Use.objects.exists()
