"""Categories of articles: two levels in an order of one's own, kept by those who publish."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.record import record
from madoguchi.knowledge.choices import (
    ARTICLE_CATEGORY_CHANGED,
    ARTICLE_CATEGORY_CREATED,
    ARTICLE_CATEGORY_DELETED,
    MAX_CATEGORY,
)
from madoguchi.knowledge.models import Article, Category
from madoguchi.knowledge.queries import may_keep


@transaction.atomic
def create_category(name: str, *, parent: Category | None = None, user: User) -> Category:
    """Add a category at the end of its level; there are two levels and no third."""
    _check_right(user)
    _hold(parent, None)
    category = Category(name=_checked(name), parent=parent, position=_last(parent))
    _save(category)
    record(ARTICLE_CATEGORY_CREATED, category.event_subject, by=user.actor, data={"name": category.name})
    return category


@transaction.atomic
def change_category(category: Category, name: str, *, parent: Category | None, user: User) -> Category:
    """Call a category something else, or put it below another one."""
    _check_right(user)
    _hold(parent, category)
    if (parent.pk if parent else None) != category.parent_id:
        category.position = _last(parent)
    category.name, category.parent = _checked(name), parent
    _save(category)
    record(ARTICLE_CATEGORY_CHANGED, category.event_subject, by=user.actor, data={"name": category.name})
    return category


@transaction.atomic
def move_category(category: Category, *, by: int, user: User) -> None:
    """Let a category change places with the one before (-1) or behind (1) it; at the end nothing happens."""
    _check_right(user)
    rows = list(Category.objects.select_for_update().filter(parent=category.parent_id).order_by("position", "pk"))
    at = next((place for place, row in enumerate(rows) if row.pk == category.pk), None)
    if at is None:
        raise NotFound(_("This category has been deleted meanwhile."))
    to = at + by
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows):
        row.position = place
    Category.objects.bulk_update(rows, ["position"])
    record(ARTICLE_CATEGORY_CHANGED, category.event_subject, by=user.actor, data={"name": category.name})


@transaction.atomic
def delete_category(category: Category, *, user: User) -> None:
    """Forget a category in which nothing lies any more, archived articles neither."""
    _check_right(user)
    if not Category.objects.select_for_update().filter(pk=category.pk).exists():
        raise NotFound(_("This category has been deleted meanwhile."))
    if Category.objects.filter(parent=category.pk).exists() or Article.objects.filter(category=category.pk).exists():
        raise Invalid(_("Articles or categories lie in it. Move them first; look among the archived ones too."))
    record(ARTICLE_CATEGORY_DELETED, category.event_subject, by=user.actor, data={"name": category.name})
    category.delete()


def _check_right(user: User) -> None:
    if not may_keep(user):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _hold(parent: Category | None, category: Category | None) -> None:
    """Hold both, so that it stays so; Invalid when this would make a third level."""
    wanted = {each.pk for each in (parent, category) if each is not None}
    rows = Category.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    held = {row.pk: row for row in rows}
    if len(held) < len(wanted):
        raise NotFound(_("This category has been deleted meanwhile."))
    if parent is None:
        return
    is_third = held[parent.pk].parent_id is not None
    has_below = category is not None and Category.objects.filter(parent=category.pk).exists()
    if is_third or has_below or parent == category:
        raise Invalid(_("Categories have two levels. Choose a main category."), field="parent")


def _last(parent: Category | None) -> int:
    return Category.objects.filter(parent=parent).count()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if len(name) > MAX_CATEGORY:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_CATEGORY, field="name")
    return name


def _save(category: Category) -> None:
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error
