"""Articles of the knowledge: what they say, their categories and versions, and what of them goes into a letter."""

from datetime import date
from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import MAX_ID, Id, In, Moment, Out, Ref
from madoguchi.api.schemas.wording import SwitchIn
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.knowledge.choices import (
    MAX_BODY,
    MAX_CATEGORY,
    MAX_NOTE,
    MAX_SUMMARY,
    MAX_TITLE,
    MAX_WORD,
    MAX_WORDS,
    Audience,
    Part,
    State,
)
from madoguchi.knowledge.content import Content
from madoguchi.knowledge.links import address_of
from madoguchi.knowledge.models import Article, ArticleVersion, Category

type ArticleTitle = Annotated[str, Field(min_length=1, max_length=MAX_TITLE, examples=["注文をキャンセルしたい"])]
type ArticleBody = Annotated[
    str, Field(min_length=1, max_length=MAX_BODY, examples=["1. 「注文履歴」を開きます。\n2. 対象の注文を選びます。"])
]
type ArticleWords = Annotated[list[Annotated[str, Field(max_length=MAX_WORD)]], Field(max_length=MAX_WORDS)]
type CategoryName = Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY, examples=["注文・キャンセル"])]


class ArticleOut(Out):
    """An article."""

    id: int
    """Its number, which is never given again."""
    title: str
    """The question, as customers ask it."""
    summary: str
    """The answer in one or two sentences."""
    body: str
    """The text, with a small part of Markdown: lists, **strong**, links, headings."""
    keywords: list[str]
    """What else it is found by."""
    colloquial: list[str]
    """How customers say it."""
    note: str
    """For colleagues; no customer sees it."""
    audience: Audience
    """`public` for everybody, `internal` for the people of the desk."""
    state: State
    """`draft`, `published` or `archived`."""
    language: LetterLanguage
    """The language it is written in."""
    category: Ref | None
    """Where it lies."""
    owner: Ref
    """Who looks after it."""
    review_on: date | None
    """By when it is to be read again."""
    url: str | None
    """Where everybody reads it; null unless it is public and published."""
    used_count: int
    """In how many letters that left its words or its link stood,"""
    link_count: int
    """and in how many of these the link."""
    used_at: Moment | None
    """When the last of them left."""
    version: int
    """Goes up with each change."""
    updated_at: Moment
    """When that was."""


class ArticleChangesIn(In):
    """What changes of an article; what is left out stays."""

    title: ArticleTitle | None = None
    """The question, as customers ask it."""
    summary: Annotated[str, Field(max_length=MAX_SUMMARY)] | None = None
    """The answer in one or two sentences."""
    body: ArticleBody | None = None
    """The text. Numbered lines are its steps."""
    keywords: ArticleWords | None = None
    """What else it is found by."""
    colloquial: ArticleWords | None = None
    """How customers say it."""
    note: Annotated[str, Field(max_length=MAX_NOTE)] | None = None
    """For colleagues."""
    audience: Audience | None = None
    """For whom it is."""
    language: LetterLanguage | None = None
    """The language it is written in."""
    category: Id | None = None
    """Where it lies; null for nowhere."""
    review_on: date | None = None
    """By when it is to be read again; null for never."""
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """The `version` that was read: when somebody has changed it since, nothing is saved (409)."""

    def content(self, before: Content, category: Category | None) -> Content:
        """What the article says after the change."""
        said = self.model_dump(exclude={"version", "category", "keywords", "colloquial"}, exclude_unset=True)
        kept = {field: getattr(before, field) for field in Content.__slots__}
        changed = {field: value for field, value in said.items() if value is not None or field == "review_on"}
        words = {"keywords": self.keywords, "colloquial": self.colloquial}
        changed |= {field: tuple(given) for field, given in words.items() if given is not None}
        if "category" in self.model_fields_set:
            changed["category"] = category
        return Content(**kept | changed)


class NewArticleIn(ArticleChangesIn):
    """An article to add, as a draft."""

    title: ArticleTitle
    """The question, as customers ask it."""
    body: ArticleBody
    """The text. Numbered lines are its steps."""
    version: None = None
    """A new one has none."""


class ArticleVersionOut(Out):
    """How an article was saved once."""

    number: int
    """Which one; the newest is what it says now."""
    title: str
    """Its title then."""
    summary: str
    """Its short answer then."""
    body: str
    """Its text then."""
    by: str
    """Who saved it."""
    at: Moment
    """When."""


class PublishedIn(SwitchIn):
    """Published or not."""

    version: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    """The version that was read before; if the article says something else by now, nothing is published."""


class ArticleInsertIn(In):
    """The letter an article is to go into."""

    part: Part
    """`text`, `steps` for the numbered lines alone, or `link` for title and address."""
    conversation: Id | None = None
    """The conversation that is answered, if there is one."""
    note: bool = False
    """True for a note of colleagues, into which internal articles go too."""
    request_key: Annotated[str, Field(max_length=40)] = ""
    """Of the reply it goes into: then this counts as a use when the reply is sent. Empty only looks."""


class ArticleWordsOut(Out):
    """What of an article goes into a letter."""

    text: str
    """As plain text."""


class ArticleCategoryOut(Out):
    """A category of articles."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    parent: int | None
    """The main category it lies below."""
    articles: int
    """How many articles lie in it and below it, as far as the caller may read them; archived ones do not count."""


class ArticleCategoryIn(In):
    """A category of articles."""

    name: CategoryName
    """Its name."""
    parent: Id | None = None
    """The main category it lies below; null for none. There are two levels."""


def show_article(article: Article) -> ArticleOut:
    """An article; owner and category must have been fetched."""
    plain = (
        "title", "summary", "body", "keywords", "colloquial", "note", "audience", "state", "language", "review_on",
        "used_count", "link_count", "used_at", "version", "updated_at",
    )  # fmt: skip
    return ArticleOut(
        id=article.pk,
        category=Ref(id=article.category.pk, name=article.category.name) if article.category else None,
        owner=Ref(id=article.owner.pk, name=article.owner.name),
        url=address_of(article.pk) if article.is_open_to_all else None,
        **{field: getattr(article, field) for field in plain},
    )


def show_article_version(version: ArticleVersion) -> ArticleVersionOut:
    """One version; who saved it must have been fetched."""
    return ArticleVersionOut(
        number=version.number,
        title=version.title,
        summary=version.summary,
        body=version.body,
        by=version.by.name if version.by else "",
        at=version.at,
    )
