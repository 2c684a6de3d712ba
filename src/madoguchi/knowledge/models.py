"""Tables of the knowledge: categories, articles with their versions, and what was put into which letter."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models.put_in import PutIn
from madoguchi.knowledge.choices import MAX_CATEGORY, MAX_SUMMARY, MAX_TITLE, MAX_WORD, Audience, State


class Category(models.Model):
    """Where articles lie, as customers find them: on two levels, in an order of one's own."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=MAX_CATEGORY)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("category of articles")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="article_category_name", fields=["parent", "name"], nulls_distinct=False),
            models.CheckConstraint(name="article_category_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"article_category:{self.pk}"


class ArticleQuerySet(models.QuerySet["Article"]):
    """Selections of articles."""

    def visible_to(self, user: User) -> "ArticleQuerySet":
        """All for those who keep them; what is published for everybody of the desk, of guests only what is public.

        Whoever answers customers sees their own drafts besides.
        """
        if may(user, Permission.KEEP_ARTICLES):
            return self
        if not may(user, Permission.READ):
            return self.none()
        if user.role == Role.GUEST:
            return self.open_to_all()
        published = Q(is_published=True, archived_at=None)
        return self.filter(published | Q(owner=user) if may(user, Permission.REPLY) else published)

    def living(self) -> "ArticleQuerySet":
        """Not put away."""
        return self.filter(archived_at=None)

    def published(self) -> "ArticleQuerySet":
        """What answers questions now."""
        return self.filter(is_published=True, archived_at=None)

    def open_to_all(self) -> "ArticleQuerySet":
        """What has a page that everybody may read."""
        return self.published().filter(audience=Audience.PUBLIC)


class Article(models.Model):
    """One answer. Its key is its number, which is never given again; a deactivated owner's articles stay."""

    title = models.CharField(max_length=MAX_TITLE)  #: the question, as customers ask it
    summary = models.CharField(max_length=MAX_SUMMARY, blank=True)  #: the answer in one or two sentences
    body = models.TextField()  #: with the few marks of core.markup
    keywords = ArrayField(models.CharField(max_length=MAX_WORD), default=list, blank=True)
    colloquial = ArrayField(models.CharField(max_length=MAX_WORD), default=list, blank=True)  #: 「やっぱりいらない」
    note = models.TextField(blank=True)  #: for colleagues; no customer ever sees it
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    language = models.CharField(max_length=10, default="ja")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="articles")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="articles")  #: who looks after it
    review_on = models.DateField(null=True, blank=True)  #: by when somebody should read it again
    is_published = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  #: goes up with each change of what it says
    used_count = models.PositiveIntegerField(default=0)  #: letters that left with its words or its link,
    link_count = models.PositiveIntegerField(default=0)  #: and of these those with the link
    used_at = models.DateTimeField(null=True)
    vector = SearchVectorField(default="")  #: as search.columns wants it
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)  #: for the first time
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Article"]] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        constraints = [models.CheckConstraint(name="article_titled", condition=~Q(title=""))]
        indexes = [
            GinIndex(fields=["vector"], name="article_vector", fastupdate=False),
            models.Index(fields=["-used_count", "id"], name="article_used"),
            models.Index(fields=["category", "title"], name="article_category"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.archived_at is not None:
            return State.ARCHIVED
        return State.PUBLISHED if self.is_published else State.DRAFT

    @property
    def is_open_to_all(self) -> bool:
        """It has a page that everybody may read."""
        return self.state == State.PUBLISHED and self.audience == Audience.PUBLIC

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"article:{self.pk}"


class ArticleVersion(models.Model):
    """How an article was saved, each time; the newest is what stands in the article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=MAX_TITLE)
    summary = models.CharField(max_length=MAX_SUMMARY, blank=True)
    body = models.TextField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="article_version", fields=["article", "number"])]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class Use(PutIn):
    """An article put into a letter: its words, or its address."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    is_link = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Use"]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["article", "sent_at"], name="article_use_counted", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["user", "-at"], name="article_use_recent"),
            models.Index(fields=["conversation"], name="article_use_conversation"),
            models.Index(F("message"), name="article_use_message"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.at}"
