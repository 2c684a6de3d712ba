"""The page of a public article: for everybody, without a cookie; nothing else is there."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user, make_workspace
from tests.factories.desk import text_of
from tests.factories.knowledge import make_article, make_article_category

from madoguchi.accounts.choices import Role
from madoguchi.knowledge.actions.articles import archive_article, unarchive_article
from madoguchi.knowledge.choices import Audience
from madoguchi.knowledge.links import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workspace():
    return make_workspace()


def page(article, client=None):
    return (client or Client()).get(f"/help/{article.pk}")


def test_everybody_reads_what_is_public(settings):
    category = make_article_category("キャンセル", parent=make_article_category("注文"))
    article = make_article(
        title="注文を<キャンセル>したい", summary="出荷前なら。", category=category, note="社内だけの話"
    )

    response = page(article)

    said = text_of(response)
    assert response.status_code == 200
    assert "注文を&lt;キャンセル&gt;したい" in said
    assert "出荷前なら。" in said
    assert "<li>対象の注文を選びます。</li>" in said
    assert "注文 › キャンセル" in said
    assert '<html lang="ja">' in said
    assert "社内だけの話" not in said
    assert f'<time datetime="{timezone.localdate().isoformat()}">' in said
    assert address_of(article.pk) == f"{settings.BASE_URL}/help/{article.pk}"


def test_it_is_the_same_for_everybody_and_any_cache_may_keep_it():
    article = make_article()
    signed_in = Client()
    signed_in.force_login(make_user())
    signed_in.cookies["theme"] = "dark"

    anybody, colleague = page(article), page(article, signed_in)

    assert anybody.content == colleague.content
    assert not anybody.cookies
    assert not colleague.cookies
    assert anybody["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in anybody.get("Vary", "")
    assert anybody["X-Robots-Tag"] == "noindex"


def test_nothing_runs_on_it():
    body = "<script>alert(1)</script>\n[開く](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n[店](https://shop.example/a)"
    response = page(make_article(body=body))

    said, policy = text_of(response), response["Content-Security-Policy"]
    assert "<script" not in said
    assert "<img" not in said
    assert 'href="javascript' not in said
    assert 'href="https://shop.example/a"' in said
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


def test_an_english_article_speaks_english():
    response = page(make_article(title="Cancel my order", language="en"))

    said = text_of(response)
    assert '<html lang="en">' in said
    assert "please answer our mail" in said
    assert response["Content-Language"] == "en"


def test_a_korean_article_has_english_around_it():
    said = text_of(page(make_article(title="주문 취소", language="ko")))

    assert '<html lang="en">' in said
    assert 'lang="ko"' in said


def test_what_is_not_public_is_not_there_and_looks_like_nothing():
    leader = make_user(Role.SUPERVISOR)
    archived = make_article(leader)
    archive_article(archived, user=leader)
    hidden = [make_article(leader, audience=Audience.INTERNAL), make_article(leader, is_published=False), archived]
    keeper = Client()
    keeper.force_login(make_admin())

    nothing = Client().get("/help/123456789")
    for each in hidden:
        for client in (Client(), keeper):
            answer = page(each, client)
            assert (answer.status_code, answer.content) == (404, nothing.content)
            assert answer["Cache-Control"] == "no-store"
    unarchive_article(archived, user=leader)
    assert page(archived).status_code == 200


@pytest.mark.parametrize("path", ["/help/", "/help/x", "/help/0", "/help/-1", f"/help/{'9' * 40}", "/help/1/"])
def test_other_addresses_are_not_there(path):
    assert Client().get(path).status_code == 404


def test_nothing_is_sent_there():
    article = make_article()

    assert Client().post(f"/help/{article.pk}").status_code == 405
    assert Client().head(f"/help/{article.pk}").status_code == 200


def test_one_asks_the_database_little(django_assert_max_num_queries):
    article = make_article()
    page(article)

    with django_assert_max_num_queries(2):
        page(article)
