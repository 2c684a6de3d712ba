"""Articles for tests, made by the product's own door."""

from itertools import count

from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.knowledge.actions.articles import create_article, publish_article
from madoguchi.knowledge.actions.categories import create_category
from madoguchi.knowledge.content import Content
from madoguchi.knowledge.models import Article, Category

_numbers = count(1)

STEPS = "1. 「注文履歴」を開きます。\n2. 対象の注文を選びます。\n3. 「キャンセルする」を押します。"
BODY = f"出荷の準備が始まる前であれば、マイページから**キャンセル**できます。\n\n{STEPS}"


def make_article(user: User | None = None, *, is_published: bool = True, **values) -> Article:
    """A public article that is published, unless said otherwise; of a supervisor unless of this person."""
    user = user or make_user(Role.SUPERVISOR)
    defaults = {"title": f"注文をキャンセルしたい{next(_numbers)}", "body": BODY}
    article = create_article(Content(**defaults | values), user=user)
    return publish_article(article, user=user) if is_published else article


def make_article_category(name: str = "注文・キャンセル", *, parent: Category | None = None) -> Category:
    """A category of articles."""
    return create_category(name, parent=parent, user=make_user(Role.SUPERVISOR))
