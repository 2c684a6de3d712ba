"""Reads of the knowledge: one article, the list, the tree of categories, and what is offered to who writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.core.errors import NotFound
from madoguchi.knowledge.choices import State
from madoguchi.knowledge.models import Article, ArticleVersion, Category, Use
from madoguchi.knowledge.searching import saying

#: As the tree of categories stands: a main one, then those below it; what lies in none comes last.
_BY_CATEGORY = (
    Coalesce("category__parent__position", "category__position").asc(nulls_last=True),
    Coalesce("category__parent", "category"),
    F("category__parent").asc(nulls_first=True),
    "category__position",
)
#: Recently used ones that are offered.
RECENT = 6
_RECENT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows the list of articles."""

    typed: str = ""
    category: int | None = None  #: with those below it; 0 for those in none
    audience: str = ""
    state: str = ""  #: empty is all that is not archived
    language: str = ""
    is_due: bool = False  #: to be read again


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One category of the tree."""

    category: Category
    depth: int
    amount: int  #: living articles in it and below it, as far as they may be seen


def articles_of(user: User) -> QuerySet[Article]:
    """What a person may read."""
    return Article.objects.visible_to(user)


def names_of_articles(ids: Iterable[int], user: User) -> dict[int, str]:
    """The titles of articles by number, in one query, as far as this person may see them."""
    return dict(articles_of(user).filter(pk__in=set(ids)).values_list("pk", "title"))


def get_article(user: User, pk: int) -> Article:
    """One article that this person may read; NotFound otherwise."""
    whole = articles_of(user).select_related("owner", "updated_by", "category__parent")
    found = whole.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such article."))
    return found


def public_article(pk: int) -> Article:
    """One article that everybody may read; NotFound for all others, as if they were not there."""
    found = Article.objects.open_to_all().select_related("category__parent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such article."))
    return found


def may_write(user: User) -> bool:
    """Whether a person may write articles: whoever answers customers, as drafts."""
    return may(user, Permission.REPLY)


def may_keep(user: User) -> bool:
    """Whether a person may publish and archive articles, and keep their categories."""
    return may(user, Permission.KEEP_ARTICLES)


def may_change(user: User, article: Article) -> bool:
    """Any, for those who keep them; one's own as long as nobody has published it."""
    if may_keep(user):
        return True
    return may_write(user) and article.owner_id == user.pk and article.published_at is None


def narrowed(user: User, by: Narrowing) -> QuerySet[Article]:
    """The articles of a list, the best hits first, else by category and title; of what is due the oldest first."""
    rows = articles_of(user).select_related("owner", "category__parent").defer("vector")
    rows = rows.filter(archived_at__isnull=by.state != State.ARCHIVED)
    if by.state in (State.DRAFT, State.PUBLISHED):
        rows = rows.filter(is_published=by.state == State.PUBLISHED)
    if by.category is not None:
        rows = rows.filter(_in_category(by.category))
    if by.audience:
        rows = rows.filter(audience=by.audience)
    if by.language:
        rows = rows.filter(language=by.language)
    if by.is_due:
        rows = rows.filter(review_on__lte=timezone.localdate())
    if by.typed.strip():
        return saying(rows, by.typed)
    first = ["review_on"] if by.is_due else []
    return rows.order_by(*first, *_BY_CATEGORY, "title", "pk")


def _in_category(pk: int) -> Q:
    return Q(category=pk) | Q(category__parent=pk) if pk else Q(category=None)


def categories() -> list[Category]:
    """Every category, each main one before those below it."""
    rows = list(Category.objects.select_related("parent"))
    main = [each for each in rows if each.parent_id is None]
    return [each for top in main for each in (top, *(row for row in rows if row.parent_id == top.pk))]


def category_tree(user: User) -> list[CategoryLine]:
    """The tree with how many articles each has."""
    counted = dict(articles_of(user).living().values_list("category").annotate(Count("pk")))  # type: ignore[attr-defined]
    rows = categories()
    return [
        CategoryLine(
            each,
            0 if each.parent_id is None else 1,
            counted.get(each.pk, 0) + sum(counted.get(row.pk, 0) for row in rows if row.parent_id == each.pk),
        )
        for each in rows
    ]


def get_category(pk: int) -> Category:
    """One category; NotFound otherwise."""
    found = Category.objects.select_related("parent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such category."))
    return found


def versions_of(article: Article) -> QuerySet[ArticleVersion]:
    """How it was saved, the newest first."""
    return ArticleVersion.objects.filter(article=article).select_related("by")


def get_version(article: Article, number: int) -> ArticleVersion:
    """One version; NotFound otherwise."""
    found = versions_of(article).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def offered_to(user: User) -> QuerySet[Article]:
    """What a person may take words from while writing: all that is published, 社内限定 to read."""
    offered = articles_of(user).published()  # type: ignore[attr-defined]
    return offered.select_related("category__parent").defer("vector")  # type: ignore[no-any-return]


def recently_used(user: User, offered: QuerySet[Article]) -> list[Article]:
    """What this person has put into letters last, the newest first."""
    since = timezone.now() - timedelta(days=_RECENT_DAYS)
    rows = Use.objects.filter(user=user, at__gte=since, article__in=offered.values("pk"))
    last = dict(rows.values_list("article").annotate(at=Max("at")).order_by("-at")[:RECENT])
    return sorted(offered.filter(pk__in=last), key=lambda each: last[each.pk], reverse=True)


def not_for_customers(numbers: Iterable[int]) -> list[int]:
    """Which of these articles have no page that a customer could read: unknown, internal, drafts, archived."""
    wanted = list(dict.fromkeys(numbers))
    readable = set(Article.objects.open_to_all().filter(pk__in=wanted).values_list("pk", flat=True))
    return [number for number in wanted if number not in readable]


def overdue_reviews(user: User) -> int:
    """How many articles that this person looks after are to be read again."""
    rows = Article.objects.visible_to(user).living()
    return rows.filter(owner=user, review_on__lte=timezone.localdate()).count()
