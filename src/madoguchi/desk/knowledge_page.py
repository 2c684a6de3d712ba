"""What the pages of ナレッジ show: lines of the list, categories, versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.core.markup import markup_to_text
from madoguchi.customers.masking import first_words
from madoguchi.knowledge.choices import Audience, State
from madoguchi.knowledge.models import Article, ArticleVersion, Category
from madoguchi.knowledge.queries import CategoryLine, Narrowing, may_change
from madoguchi.ui.dates import Words

#: Of the text as much as fits in a line.
_EXCERPT = 90
_TONES = {State.PUBLISHED: "wakatake", State.DRAFT: "yamabuki", State.ARCHIVED: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """One article of the list."""

    pk: int
    title: str
    excerpt: str
    category: str
    audience: str
    is_internal: bool
    state: str
    tone: str
    owner: str
    language: str
    used: str
    links: str
    review: str
    is_due: bool
    can_change: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree of categories."""

    href: str
    name: str
    amount: int
    depth: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    number: int
    who: str
    when: str
    is_current: bool


def article_line(article: Article, user: User, words: Words) -> Line:
    """An article in the list; owner and category must have been fetched."""
    review = article.review_on
    return Line(
        pk=article.pk,
        title=article.title,
        excerpt=excerpt(article),
        category=category_word(article.category),
        audience=article.get_audience_display(),
        is_internal=article.audience == Audience.INTERNAL,
        state=str(article.state.label),
        tone=_TONES[article.state],
        owner=article.owner.name,
        language=language_word(article.language) if article.language != LetterLanguage.JA else "",
        used=f"{article.used_count:,}" if article.used_count else "–",
        links=f"{article.link_count:,}" if article.link_count else "",
        review=words.date(_midnight(review.isoformat())) if review else "",
        is_due=review is not None and review <= timezone.localdate(),
        can_change=may_change(user, article),
    )


def excerpt(article: Article) -> str:
    """The short answer, or how the text begins."""
    return article.summary or first_words(markup_to_text(article.body), _EXCERPT)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def category_word(category: Category | None) -> str:
    """A category with the one it lies below."""
    if category is None:
        return ""
    return f"{category.parent.name} › {category.name}" if category.parent else category.name


def language_word(language: str) -> str:
    """A language in its own words."""
    return str(LetterLanguage(language).label) if language in LetterLanguage.values else language


def branches(lines: Sequence[CategoryLine], by: Narrowing) -> list[Branch]:
    """The tree, each category with the address of its list."""
    return [
        Branch(
            list_address({"category": each.category.pk}),
            each.category.name,
            each.amount,
            each.depth,
            each.category.pk == by.category,
        )
        for each in lines
    ]


def list_address(values: dict[str, object]) -> str:
    """The list of articles with these conditions."""
    said = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('desk:articles')}?{said}" if said else reverse("desk:articles")


def version_line(version: ArticleVersion, article: Article, words: Words) -> VersionLine:
    """Who saved it when."""
    who = version.by.name if version.by else "–"
    return VersionLine(version.number, who, words.full(version.at), version.number == article.version)
