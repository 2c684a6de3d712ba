"""Articles in the composer: found, read, put into the letter as text, steps or link; what customers must not get."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.knowledge import STEPS, make_article

from madoguchi.accounts.choices import Role
from madoguchi.knowledge.choices import Audience
from madoguchi.knowledge.models import Use

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


@pytest.fixture
def conversation():
    return make_conversation(subject="注文のキャンセル", text="注文をキャンセルしたいです。できますか。")


def insert(browser, article, conversation, part, mode="reply"):
    address = f"{url('article-insert', article.pk)}?number={conversation.pk}&mode={mode}"
    return browser.post(address, {"part": part, "text": "", "request_key": "k1"}, headers=HTMX)


def test_the_picker_finds_articles_beside_the_templates(agent, conversation):
    make_article(title="注文をキャンセルしたい", summary="出荷前ならできます。")
    make_article(title="返金の裁量", body="千円まで", audience=Audience.INTERNAL)
    make_article(title="キャンセルの案", is_published=False)
    browser, place = browser_of(agent), {"number": conversation.pk, "mode": "reply"}

    composer = text_of(browser.get(url("reply", conversation.pk), {"mode": "reply"}))
    opened = text_of(browser.get(url("article-picker"), place, headers=HTMX))
    found = text_of(browser.get(url("article-picker"), {**place, "q": "キャンセル"}, headers=HTMX))
    none = text_of(browser.get(url("article-picker"), {**place, "q": "該当なし"}, headers=HTMX))
    suggested = text_of(browser.get(url("article-suggestions"), place, headers=HTMX))

    assert url("article-picker") in composer
    assert "返金の裁量" in opened
    assert url("article-suggestions") in opened
    assert "出荷前ならできます。" in found
    assert "返金の裁量" not in found
    assert "キャンセルの案" not in found
    assert "No article fits" in none
    assert "注文をキャンセルしたい" in suggested
    assert "For this inquiry" in suggested


def test_text_steps_and_link_go_into_the_letter_and_are_noted(agent, conversation, settings):
    settings.BASE_URL = "https://desk.shop.example"
    article = make_article(title="注文をキャンセルしたい")
    browser = browser_of(agent)
    place = {"number": conversation.pk, "mode": "reply"}

    looked_at = text_of(browser.get(url("article-looked-at", article.pk), place, headers=HTMX))
    text = insert(browser, article, conversation, "text").json()
    steps = insert(browser, article, conversation, "steps").json()
    link = insert(browser, article, conversation, "link").json()

    assert [word in looked_at for word in ("Insert the text", "Only the steps", "Insert the link")] == [True] * 3
    assert text["text"].startswith("出荷の準備が始まる前")
    assert steps == {"text": STEPS, "subject": "", "missing": [], "files": ""}
    address = f"https://desk.shop.example/help/{article.pk}"
    assert link["text"] == f"「注文をキャンセルしたい」\n{address}"
    noted = [(each.is_link, each.text) for each in Use.objects.order_by("pk")]
    assert noted == [(False, text["text"]), (False, STEPS), (True, address)]


@pytest.mark.parametrize("part", ["text", "steps", "link"])
@pytest.mark.parametrize("mode", ["reply", "reply_all", "forward", "new"])
def test_nothing_of_an_internal_article_goes_to_a_customer(agent, conversation, part, mode):
    article = make_article(audience=Audience.INTERNAL, note="口外しない")
    browser = browser_of(agent)
    place = {"number": conversation.pk, "mode": mode}

    looked_at = text_of(browser.get(url("article-looked-at", article.pk), place, headers=HTMX))
    refused = insert(browser, article, conversation, part, mode)

    assert "口外しない" in looked_at
    assert "For colleagues only" in looked_at
    assert "Insert the" not in looked_at
    assert refused.status_code == 422
    assert not Use.objects.exists()


def test_into_a_note_an_internal_article_goes(agent, conversation):
    article = make_article(audience=Audience.INTERNAL)
    browser = browser_of(agent)

    looked_at = browser.get(
        url("article-looked-at", article.pk), {"number": conversation.pk, "mode": "note"}, headers=HTMX
    )
    noted = insert(browser, article, conversation, "text", "note")

    assert "Insert the text" in text_of(looked_at)
    assert "Insert the link" not in text_of(looked_at)
    assert "キャンセルできます" in noted.json()["text"]
    assert not Use.objects.exists()


def test_what_has_no_steps_says_so(agent, conversation):
    refused = insert(browser_of(agent), make_article(body="手順なし"), conversation, "steps")

    assert refused.status_code == 422


def test_the_palette_finds_articles(agent, conversation):
    public = make_article(title="注文をキャンセルしたい")
    internal = make_article(title="キャンセルの裁量", audience=Audience.INTERNAL)
    browser = browser_of(agent)

    found = text_of(browser.get(url("palette"), {"q": "キャンセル"}, headers=HTMX))
    writing = text_of(
        browser.get(url("palette"), {"q": "キャンセル", "number": conversation.pk, "writing": "1"}, headers=HTMX)
    )

    assert url("article", public.pk) in found
    assert url("article", internal.pk) in found
    assert "data-wording-put" not in found
    assert f'data-wording-put="{url("article-insert", public.pk)}"' in writing
    assert url("article-insert", internal.pk) not in writing


def test_the_picker_asks_no_more_for_more_articles(agent, conversation):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("article-picker"), {"number": conversation.pk, "mode": "reply"}, headers=HTMX)
        return len(queries)

    browser = browser_of(agent)
    make_article()
    asked()
    one = asked()
    make_article()
    make_article()

    assert asked() == one


def test_a_viewer_has_no_picker():
    assert browser_of(make_user(Role.VIEWER)).get(url("article-picker"), headers=HTMX).status_code == 403
