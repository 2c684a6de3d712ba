"""What an article says, complete and checked, before any row of it exists or changes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.choices import LetterLanguage
from madoguchi.core.errors import Invalid
from madoguchi.core.sharing import share
from madoguchi.knowledge.choices import MAX_BODY, MAX_NOTE, MAX_SUMMARY, MAX_TITLE, MAX_WORD, MAX_WORDS, Audience
from madoguchi.knowledge.models import Article, Category

_TOO_LONG = _("This is too long: at most %d characters.")
#: What lies between two of the words: 読点, commas of both widths, lines.
_BETWEEN = re.compile(r"[、,，\n]")


@dataclass(frozen=True, slots=True)
class Content:
    """All that a person decides about what an article says and for whom."""

    title: str
    body: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    colloquial: tuple[str, ...] = ()
    note: str = ""
    audience: str = Audience.PUBLIC.value
    language: str = LetterLanguage.JA.value
    category: Category | None = None
    review_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """As the row keeps it."""
        values = {field: getattr(self, field) for field in self.__slots__}
        return values | {"keywords": list(self.keywords), "colloquial": list(self.colloquial)}


def content_of(article: Article) -> Content:
    """What an article says now."""
    values = {field: getattr(article, field) for field in Content.__slots__}
    return Content(**(values | {"keywords": tuple(article.keywords), "colloquial": tuple(article.colloquial)}))


def differing(before: Content, after: Content) -> list[str]:
    """The names of what differs."""
    return sorted(field for field in Content.__slots__ if getattr(before, field) != getattr(after, field))


def cut_words(text: str) -> tuple[str, ...]:
    """「キャンセル、取消」 as its words; a word may have blanks in it."""
    return tuple(_BETWEEN.split(text))


def checked(content: Content) -> Content:
    """The same tidied up, its category held as it is; Invalid names the field that cannot be."""
    tidy = replace(
        content,
        title=" ".join(content.title.split()),
        summary=" ".join(content.summary.split()),
        body=content.body.replace("\r\n", "\n").strip("\n").rstrip(),
        keywords=_words(content.keywords, "keywords"),
        colloquial=_words(content.colloquial, "colloquial"),
        note=content.note.replace("\r\n", "\n").strip(),
    )
    for field, known in (("audience", Audience.values), ("language", LetterLanguage.values)):
        if getattr(tidy, field) not in known:
            raise Invalid(_("Choose one of: %(values)s.") % {"values": ", ".join(known)}, field=field)
    if not tidy.title:
        raise Invalid(_("Enter a title: the question as customers ask it."), field="title")
    if not tidy.body.strip():
        raise Invalid(_("The text is empty. Write the answer."), field="body")
    for field, most in (("title", MAX_TITLE), ("summary", MAX_SUMMARY), ("body", MAX_BODY), ("note", MAX_NOTE)):
        if len(getattr(tidy, field)) > most:
            raise Invalid(_TOO_LONG % most, field=field)
    if tidy.category is not None and not share(Category, [tidy.category.pk]):
        raise Invalid(_("This category has been deleted meanwhile. Choose another one."), field="category")
    return tidy


def _words(words: Iterable[str], field: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(found) > MAX_WORDS:
        raise Invalid(_("There are at most %d of these words.") % MAX_WORDS, field=field)
    if any(len(word) > MAX_WORD for word in found):
        raise Invalid(_("One of these words is too long: at most %d characters.") % MAX_WORD, field=field)
    return found
