"""Audiences and states of articles, bounds, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whom an article is for."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal only")


class State(models.TextChoices):
    """Where an article stands. What is archived remembers whether it had been published."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Part(models.TextChoices):
    """What of an article goes into a letter."""

    TEXT = "text", pgettext_lazy("letter", "Text")
    STEPS = "steps", _("Steps")
    LINK = "link", pgettext_lazy("article", "Link")


MAX_TITLE = 120
MAX_SUMMARY = 400
MAX_BODY = 30_000
MAX_NOTE = 2_000
#: Words in which customers ask for it, and how long one of them is.
MAX_WORDS, MAX_WORD = 40, 60
MAX_CATEGORY = 60

ARTICLE_CREATED = "article_created"
ARTICLE_CHANGED = "article_changed"
ARTICLE_RESTORED = "article_restored"  #: says again what one of its versions said
ARTICLE_PUBLISHED = "article_published"
ARTICLE_WITHDRAWN = "article_withdrawn"  #: a draft again
ARTICLE_ARCHIVED = "article_archived"
ARTICLE_UNARCHIVED = "article_unarchived"
ARTICLE_GIVEN = "article_given"  #: somebody else looks after it
ARTICLE_DELETED = "article_deleted"
ARTICLE_CATEGORY_CREATED = "article_category_created"
ARTICLE_CATEGORY_CHANGED = "article_category_changed"
ARTICLE_CATEGORY_DELETED = "article_category_deleted"
