"""Articles: writing, publishing, putting away, and earlier versions brought back."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.record import record
from madoguchi.knowledge.choices import (
    ARTICLE_ARCHIVED,
    ARTICLE_CHANGED,
    ARTICLE_CREATED,
    ARTICLE_DELETED,
    ARTICLE_GIVEN,
    ARTICLE_PUBLISHED,
    ARTICLE_RESTORED,
    ARTICLE_UNARCHIVED,
    ARTICLE_WITHDRAWN,
)
from madoguchi.knowledge.content import Content, checked, content_of, differing
from madoguchi.knowledge.models import Article, ArticleVersion
from madoguchi.knowledge.queries import may_change, may_keep, may_write
from madoguchi.knowledge.searching import index_text


class ChangedMeanwhile(DomainError):
    """Somebody else saved this article after it had been shown; `current` is what it says now."""

    code = "changed_meanwhile"

    def __init__(self, current: Article) -> None:
        """Tell the version to save on top of, and what stands there."""
        super().__init__(
            _("Somebody else has changed this article since you opened it. Yours is kept here: compare, then save."),
            version=current.version,
            title=current.title,
            body=current.body,
        )
        self.current = current


@transaction.atomic
def create_article(content: Content, *, user: User) -> Article:
    """Add an article as a draft that this person looks after. Raises Invalid, naming the field."""
    if not may_write(user):
        raise NotAllowed(_("You do not have the right to write articles. Ask an administrator."))
    article = Article(owner=user, updated_by=user, **checked(content).columns())
    article.vector = index_text(article)
    article.save(force_insert=True)
    _keep_version(article, user)
    record(ARTICLE_CREATED, article.event_subject, by=user.actor, data={"name": article.title})
    return article


@transaction.atomic
def change_article(
    article: Article, content: Content, *, user: User, version: int, was_published: bool | None = None
) -> Article:
    """Let an article say something else, if it still is as it was shown (`version`); else ChangedMeanwhile.

    So too if it was shown as a draft and has been published since, or the other way round (`was_published`). What is
    saved unchanged is no new version.
    """
    held = _held(article, user)
    content = checked(content)
    if held.version != version or was_published not in (None, held.is_published):
        raise ChangedMeanwhile(held)
    fields = differing(content_of(held), content)
    if not fields:
        return held
    for column, value in content.columns().items():
        setattr(held, column, value)
    held.version += 1
    held.updated_at, held.updated_by = timezone.now(), user
    held.vector = index_text(held)
    held.save()
    _keep_version(held, user)
    data = {"name": held.title, "fields": fields, "version": held.version}
    record(ARTICLE_CHANGED, held.event_subject, by=user.actor, data=data)
    return held


@transaction.atomic
def restore_version(article: Article, number: int, *, user: User, version: int) -> Article:
    """Let an article say again what one of its versions said; that is a new version."""
    held = _held(article, user)
    old = ArticleVersion.objects.filter(article=held, number=number).first()
    if old is None:
        raise NotFound(_("There is no such version."))
    content = replace(content_of(held), title=old.title, summary=old.summary, body=old.body)
    changed = change_article(held, content, user=user, version=version)
    if changed.version != version:
        record(ARTICLE_RESTORED, held.event_subject, by=user.actor, data={"name": old.title, "version": number})
    return changed


@transaction.atomic
def publish_article(article: Article, *, user: User, version: int | None = None) -> Article:
    """Let colleagues find an article, and everybody read it if it is public. Twice is once.

    Whoever publishes has read a `version`: ChangedMeanwhile if it says something else by now.
    """
    held = _kept(article, user)
    if version not in (None, held.version):
        raise ChangedMeanwhile(held)
    if held.archived_at is not None:
        raise Invalid(_("This article is archived. Take it out of the archive first."))
    if not held.is_published:
        held.is_published, held.published_at = True, held.published_at or timezone.now()
        held.save(update_fields=["is_published", "published_at"])
        data = {"name": held.title, "audience": held.audience}
        record(ARTICLE_PUBLISHED, held.event_subject, by=user.actor, data=data)
    return held


@transaction.atomic
def withdraw_article(article: Article, *, user: User) -> Article:
    """Make a draft of an article again: its page is gone, and nobody is offered it. Twice is once."""
    held = _kept(article, user)
    if held.is_published:
        held.is_published = False
        held.save(update_fields=["is_published"])
        record(ARTICLE_WITHDRAWN, held.event_subject, by=user.actor, data={"name": held.title})
    return held


@transaction.atomic
def archive_article(article: Article, *, user: User) -> None:
    """Put an article away: its page is gone, it is not offered any more, and can be brought back. Twice is once."""
    held = _held(article, user)
    if held.archived_at is None:
        Article.objects.filter(pk=held.pk).update(archived_at=timezone.now())
        record(ARTICLE_ARCHIVED, held.event_subject, by=user.actor, data={"name": held.title})


@transaction.atomic
def unarchive_article(article: Article, *, user: User) -> None:
    """Let an article be what it was before it was put away."""
    held = _held(article, user)
    if held.archived_at is not None:
        Article.objects.filter(pk=held.pk).update(archived_at=None)
        record(ARTICLE_UNARCHIVED, held.event_subject, by=user.actor, data={"name": held.title})


@transaction.atomic
def delete_article(article: Article, *, user: User) -> None:
    """Forget an article with its history; only one that was put away before. Its number is not given again."""
    held = _held(article, user)
    if held.archived_at is None:
        raise Invalid(_("Archive the article first. What is archived can be deleted."))
    subject, name = held.event_subject, held.title
    held.delete()
    record(ARTICLE_DELETED, subject, by=user.actor, data={"name": name})


@transaction.atomic
def give_article(article: Article, owner: User, *, user: User) -> None:
    """Let somebody else look after an article, who writes articles themself."""
    held = _kept(article, user)
    if held.owner_id == owner.pk:
        return
    if not may_write(owner):
        message = _("%(name)s may not write articles. Choose somebody who answers customers.")
        raise Invalid(message % {"name": owner.name}, field="owner")
    Article.objects.filter(pk=held.pk).update(owner=owner)
    record(ARTICLE_GIVEN, held.event_subject, by=user.actor, data={"name": held.title, "to": owner.pk})


def _held(article: Article, user: User) -> Article:
    """The row, held until the end of the transaction, if this person may change it."""
    held = Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).first()
    if held is None:
        raise NotFound(_("There is no such article."))
    if not may_change(user, held):
        raise NotAllowed(_("You may read this article, but not change it. Ask a supervisor."))
    return held


def _kept(article: Article, user: User) -> Article:
    """The same for what only those may do who keep the articles."""
    if not may_keep(user):
        raise NotAllowed(_("You may write drafts. Ask a supervisor to publish them."))
    return _held(article, user)


def _keep_version(article: Article, user: User) -> None:
    ArticleVersion.objects.create(
        article=article,
        number=article.version,
        title=article.title,
        summary=article.summary,
        body=article.body,
        by=user,
    )
