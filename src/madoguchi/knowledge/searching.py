"""Finding articles: by title, keywords, words as customers say them, and text; also as they are read."""

from django.db.models import QuerySet

from madoguchi.knowledge.models import Article
from madoguchi.search import columns


def index_text(article: Article) -> str:
    """The tsvector literal of an article."""
    names = [*article.keywords, *article.colloquial]
    body = f"{article.summary}\n{article.body}\n{article.note}"
    return columns.column_text(title=article.title, names=names, body=body, kind="article")


def saying(articles: QuerySet[Article], typed: str) -> QuerySet[Article]:
    """Those that say what was typed, the best first."""
    return columns.saying(articles, typed, title="title")
