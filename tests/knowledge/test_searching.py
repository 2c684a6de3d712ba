"""Articles are found by title, keywords, what customers say, and text; by readings and synonyms; and suggested."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.knowledge import make_article

from madoguchi.accounts.choices import Role
from madoguchi.knowledge.choices import Audience
from madoguchi.knowledge.queries import Narrowing, narrowed, offered_to
from madoguchi.knowledge.suggesting import suggestions_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


@pytest.fixture
def articles(leader):
    make_article(
        leader,
        title="注文をキャンセルしたい",
        body="出荷の前であればマイページから取り消せます。",
        keywords=("注文取消",),
        colloquial=("やっぱりいらない",),
    )
    make_article(
        leader, title="領収書を発行したい", body="マイページの注文履歴から領収書を表示します。", note="経理に確認"
    )
    make_article(leader, title="送料を知りたい", body="全国一律です。", summary="5,000円以上で無料です。")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("キャンセル", "注文をキャンセルしたい"),
        ("取消", "注文をキャンセルしたい"),
        ("やっぱりいらない", "注文をキャンセルしたい"),
        ("りょうしゅうしょ", "領収書を発行したい"),
        ("レシート", "領収書を発行したい"),
        ("無料", "送料を知りたい"),
        ("経理", "領収書を発行したい"),
        ("マイページ 領収書", "領収書を発行したい"),
    ],
)
def test_an_article_is_found(articles, leader, typed, first):
    assert narrowed(leader, Narrowing(typed))[0].title == first


def test_nothing_is_found_for_what_none_says(articles, leader):
    assert list(narrowed(leader, Narrowing("ギフトラッピング"))) == []


def test_what_is_not_for_somebody_is_not_found(leader):
    make_article(leader, title="返金の裁量", audience=Audience.INTERNAL)
    make_article(leader, title="返金の案", is_published=False)

    assert [each.title for each in narrowed(make_user(), Narrowing("返金"))] == ["返金の裁量"]
    assert list(narrowed(make_user(Role.GUEST), Narrowing("返金"))) == []


def test_articles_are_suggested_for_what_a_mail_is_about(articles, leader):
    conversation = make_conversation(
        subject="注文のキャンセルについて", text="先ほどの注文をキャンセルしたいのですが、どうすればよいですか。"
    )

    found = suggestions_for(conversation, offered_to(leader))

    assert [each.title for each in found] == ["注文をキャンセルしたい"]


def test_nothing_is_suggested_for_thanks(articles, leader):
    conversation = make_conversation(subject="お礼", text="キャンセルの件、ありがとうございました。助かりました。")

    assert suggestions_for(conversation, offered_to(leader)) == []
