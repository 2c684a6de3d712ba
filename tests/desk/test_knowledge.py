"""ナレッジ on the screen: the list, reading, the editor, two people at once, history, categories."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.knowledge import BODY, make_article, make_article_category

from madoguchi.accounts.choices import Role
from madoguchi.knowledge.actions.articles import change_article, publish_article
from madoguchi.knowledge.choices import Audience, State
from madoguchi.knowledge.content import Content, content_of
from madoguchi.knowledge.models import Article, Category

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "注文をキャンセルしたい",
    "summary": "出荷の準備が始まる前ならできます。",
    "body": "出荷の前なら。\r\n\r\n1. 開く\r\n2. 押す",
    "audience": "public",
    "category": "",
    "keywords": "取消、注文 取消，キャンセル",
    "colloquial": "やっぱりいらない",
    "language": "ja",
    "review_on": "2026-12-01",
    "note": "準備中は返品へ",
}


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR, language="en", name="渡辺 由紀")


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


def test_nothing_yet_says_what_to_do(agent):
    page = text_of(browser_of(agent).get(url("articles")))

    assert "There is no article yet" in page
    assert "New article" in page


def test_the_list_shows_what_one_may_read_and_is_searched(agent, leader):
    category = make_article_category("注文")
    make_article(leader, title="注文をキャンセルしたい", category=category, review_on=timezone.localdate())
    make_article(leader, title="返金の裁量", body="千円まで", audience=Audience.INTERNAL)
    make_article(leader, title="まだ秘密", is_published=False)
    browser = browser_of(agent)

    page = text_of(browser.get(url("articles")))
    found = text_of(browser.get(url("articles"), {"q": "やめたい キャンセル"}, headers=HTMX))
    narrowed = text_of(browser.get(url("articles"), {"category": category.pk}, headers=HTMX))
    none = text_of(browser.get(url("articles"), {"q": "該当なし"}, headers=HTMX))
    strange = browser.get(url("articles"), {"category": "x", "audience": "?", "state": "?", "page": "-1"})

    assert "注文をキャンセルしたい" in page
    assert "Internal only" in page
    assert "まだ秘密" not in page
    assert "返金の裁量" not in found
    assert "返金の裁量" not in narrowed
    assert "No article fits" in none
    assert "Write this article" in none
    assert strange.status_code == 200


def test_the_list_asks_no_more_for_more_rows(agent):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("articles"))
        return len(queries)

    browser = browser_of(agent)
    make_article(category=make_article_category("一"))
    browser.get(url("articles"))
    one = asked()
    make_article(category=make_article_category("二"))
    make_article(category=make_article_category("三", parent=Category.objects.get(name="一")))

    assert asked() == one


def test_one_is_written_published_and_read(leader):
    category = make_article_category("注文")
    browser = browser_of(leader)

    made = browser.post(url("article-new"), TYPED | {"category": category.pk, "publish": "1"}, follow=True)

    article = Article.objects.get()
    assert (article.state, article.keywords, article.category) == (
        State.PUBLISHED,
        ["取消", "注文 取消", "キャンセル"],
        category,
    )
    page = text_of(made)
    assert "Everybody who has the link can read it." in page
    assert "<li>開く</li>" in page
    assert f"/help/{article.pk}" in page
    assert "準備中は返品へ" in page


def test_an_agent_saves_drafts_and_does_not_publish(agent, leader):
    browser = browser_of(agent)
    browser.post(url("article-new"), TYPED)
    article = Article.objects.get()

    refused = browser.post(url("article-new"), TYPED | {"publish": "1"}, headers=HTMX)

    assert article.state == State.DRAFT
    assert refused.status_code == 403
    assert Article.objects.count() == 1
    assert browser.post(url("article-publish", article.pk), headers=HTMX).status_code == 403
    browser_of(leader).post(url("article-publish", article.pk))
    article.refresh_from_db()
    assert article.state == State.PUBLISHED
    assert browser.get(url("article-edit", article.pk)).status_code == 403


def test_what_cannot_be_saved_comes_back_with_its_field(leader):
    response = browser_of(leader).post(url("article-new"), TYPED | {"keywords": "長" * 61, "review_on": "x"})

    page = text_of(response)
    assert response.status_code == 422
    assert "出荷の準備が始まる前ならできます。" in page
    response = browser_of(leader).post(url("article-new"), TYPED | {"keywords": "長" * 61})
    assert "One of these words is too long" in text_of(response)


def test_who_saves_second_sees_both(leader):
    article = make_article(leader, title="題", body="一")
    other = make_user(Role.SUPERVISOR)
    change_article(article, Content("題", "二"), user=other, version=1)
    browser = browser_of(leader)

    told = browser.post(url("article-edit", article.pk), TYPED | {"body": "三", "version": "1"})

    page = text_of(told)
    assert told.status_code == 409
    assert "Somebody else has changed this article" in page
    assert "<del>" in page
    assert 'name="version" value="2"' in page
    again = browser.post(url("article-edit", article.pk), TYPED | {"body": "三", "version": "2"})
    assert again.status_code == 302
    article.refresh_from_db()
    assert (article.body, article.version) == ("三", 3)


def test_the_preview_shows_what_is_typed_and_runs_nothing(leader):
    typed = {"title": "<b>題</b>", "summary": "答え", "body": "1. 開く\n2. <script>alert(1)</script>"}

    page = text_of(browser_of(leader).post(url("article-preview"), typed, headers=HTMX))

    assert "&lt;b&gt;題&lt;/b&gt;" in page
    assert "<ol>" in page
    assert "<script" not in page


def test_history_shows_what_changed_and_brings_it_back(leader):
    article = make_article(leader, title="題", body="一番目の文。")
    changed = change_article(article, Content("題", "二番目の文。"), user=leader, version=article.version)
    browser = browser_of(leader)

    newest = text_of(browser.get(url("article-history", article.pk)))
    first = text_of(browser.get(url("article-history", article.pk), {"version": "1"}))
    browser.post(url("article-restore", article.pk, 1))

    assert "<del>" in newest
    assert "Restore this version" not in newest
    assert "Restore this version" in first
    changed.refresh_from_db()
    assert (changed.body, changed.version) == ("一番目の文。", 3)
    assert content_of(changed).title == "題"


def test_archiving_can_be_undone(leader):
    article = make_article(leader)
    browser = browser_of(leader)

    response = browser.post(url("article-archive", article.pk), headers=HTMX)

    article.refresh_from_db()
    assert article.state == State.ARCHIVED
    assert url("article-unarchive", article.pk) in text_of(response)
    assert "articles-changed" in json.dumps(dict(response.headers))
    browser.post(url("article-unarchive", article.pk), headers=HTMX)
    article.refresh_from_db()
    assert article.state == State.PUBLISHED
    browser.post(url("article-withdraw", article.pk))
    browser.post(url("article-archive", article.pk))
    browser.post(url("article-delete", article.pk))
    assert not Article.objects.exists()


def test_an_article_is_handed_over(leader, agent):
    article = make_article(leader)

    page = text_of(browser_of(leader).get(url("article-edit", article.pk)))
    browser_of(leader).post(url("article-give", article.pk), {"owner": agent.pk})

    assert "小林 あかり" in page
    article.refresh_from_db()
    assert article.owner == agent


def test_who_may_only_read_is_offered_nothing_else(leader):
    article = make_article(leader)
    viewer = browser_of(make_user(Role.VIEWER, language="en"))

    page = text_of(viewer.get(url("article", article.pk)))

    assert "キャンセル" in page
    assert "Edit" not in page.split("<main")[1]
    assert viewer.get(url("article-new")).status_code == 403
    assert viewer.get(url("article-categories")).status_code == 403


def test_a_guest_reads_what_is_public(leader):
    internal, public = make_article(leader, audience=Audience.INTERNAL), make_article(leader, body=BODY)
    guest = browser_of(make_user(Role.GUEST))

    assert guest.get(url("article", internal.pk)).status_code == 404
    assert guest.get(url("article", public.pk)).status_code == 200


def test_categories_are_kept_in_their_order(leader):
    browser = browser_of(leader)
    for name in ("注文", "配送", "注文"):
        last = browser.post(url("article-categories"), {"name": name, "parent": ""})
    orders, delivery = Category.objects.order_by("pk")

    browser.post(url("article-category-move", delivery.pk), {"by": "up"})
    browser.post(url("article-category", orders.pk), {"name": "ご注文", "parent": delivery.pk})

    assert last.status_code == 422
    orders.refresh_from_db()
    assert (orders.name, orders.parent) == ("ご注文", delivery)
    assert "ご注文" in text_of(browser.get(url("article-categories")))
    browser.post(url("article-category-delete", orders.pk))
    assert list(Category.objects.all()) == [delivery]


def test_what_was_saved_as_a_draft_does_not_go_live_unseen(leader):
    article = make_article(leader, is_published=False)
    browser, typed = browser_of(leader), TYPED | {"version": "1", "was_published": "False"}
    shown = text_of(browser.get(url("article", article.pk)))
    publish_article(article, user=leader)

    late = browser.post(url("article-edit", article.pk), typed)
    again = browser.post(url("article-edit", article.pk), typed | {"was_published": "True"})

    assert '<input type="hidden" name="version" value="1">' in shown
    assert late.status_code == 409
    assert 'name="was_published" value="True"' in text_of(late)
    assert again.status_code == 302


def test_a_guest_does_not_see_what_an_article_once_said(leader):
    article = make_article(leader)
    browser = browser_of(make_user(Role.GUEST))

    page = text_of(browser.get(url("article", article.pk)))

    assert url("article-history", article.pk) not in page
    assert browser.get(url("article-history", article.pk), headers=HTMX).status_code == 403
