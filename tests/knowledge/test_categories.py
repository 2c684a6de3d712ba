"""Categories of articles: two levels, their order, and what is not deleted."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.knowledge import make_article, make_article_category
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.knowledge.actions.articles import archive_article
from madoguchi.knowledge.actions.categories import change_category, create_category, delete_category, move_category
from madoguchi.knowledge.models import Article, Category
from madoguchi.knowledge.queries import category_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def tree(user):
    return [(each.category.name, each.depth, each.amount) for each in category_tree(user)]


def test_the_tree_has_two_levels_and_counts_what_is_below(leader):
    orders = make_article_category("注文")
    make_article_category("配送")
    below = make_article_category("キャンセル", parent=orders)
    make_article(leader, category=orders)
    make_article(leader, category=below)
    archive_article(make_article(leader, category=below), user=leader)

    assert tree(leader) == [("注文", 0, 2), ("キャンセル", 1, 1), ("配送", 0, 0)]
    with pytest.raises(Invalid):
        create_category("三つ目", parent=below, user=leader)
    with pytest.raises(Invalid):
        change_category(orders, "注文", parent=Category.objects.get(name="配送"), user=leader)


def test_names_are_once_on_a_level(leader):
    make_article_category("注文")

    with pytest.raises(Invalid):
        create_category(" 注文 ", user=leader)
    for wrong in ("", "長" * 61):
        with pytest.raises(Invalid):
            create_category(wrong, user=leader)
    with pytest.raises(NotAllowed):
        create_category("配送", user=make_user())


def test_categories_change_places(leader):
    first, second = make_article_category("一"), make_article_category("二")
    move_category(second, by=-1, user=leader)
    move_category(second, by=-1, user=leader)

    assert [each[0] for each in tree(leader)] == ["二", "一"]
    first.delete()
    with pytest.raises(NotFound):
        move_category(first, by=1, user=leader)


def test_what_has_articles_is_not_deleted_archived_ones_neither(leader):
    category = make_article_category()
    article = make_article(leader, category=category)
    archive_article(article, user=leader)

    with pytest.raises(Invalid):
        delete_category(category, user=leader)
    article.refresh_from_db()
    Article.objects.update(category=None)
    delete_category(category, user=leader)
    assert not Category.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_article_is_not_written_into_a_category_that_goes_at_once():
    leader = make_user(Role.SUPERVISOR)
    category = make_article_category()

    together(lambda: make_article(leader, category=category), lambda: delete_category(category, user=leader))

    kept = Category.objects.filter(pk=category.pk).exists()
    assert Article.objects.filter(category=category.pk).exists() == kept
