"""The words conversations are filed under: tags, and categories on two levels. Kept by administrators."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import (
    CATEGORY_CREATED,
    CATEGORY_DELETED,
    CATEGORY_RENAMED,
    TAG_CREATED,
    TAG_DELETED,
    TAG_RENAMED,
)
from madoguchi.conversations.models import Category, Conversation, Tag
from madoguchi.conversations.uses import StillUsed, uses_of_category
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.record import record

MAX_TAG, MAX_CATEGORY = 50, 60


@transaction.atomic
def create_tag(name: str, *, user: User) -> Tag:
    """Add a tag before anybody needs it; Invalid when it is there already."""
    _check_right(user)
    tag = Tag(name=_checked(name, MAX_TAG))
    _save(tag)
    record(TAG_CREATED, f"tag:{tag.pk}", by=user.actor, data={"name": tag.name})
    return tag


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, user: User) -> Tag:
    """Call a tag something else, on every conversation that has it."""
    _check_right(user)
    tag.name = _checked(name, MAX_TAG)
    _save(tag)
    record(TAG_RENAMED, f"tag:{tag.pk}", by=user.actor, data={"name": tag.name})
    return tag


@transaction.atomic
def delete_tag(tag: Tag, *, user: User) -> None:
    """Take a tag off every conversation and forget it."""
    _check_right(user)
    record(TAG_DELETED, f"tag:{tag.pk}", by=user.actor, data={"name": tag.name})
    tag.delete()


@transaction.atomic
def create_category(name: str, *, parent: Category | None = None, user: User) -> Category:
    """Add a category at the end of its level; there are two levels and no third."""
    _check_right(user)
    _check_main(parent, None)
    position = Category.objects.filter(parent=parent).count()
    category = Category(name=_checked(name, MAX_CATEGORY), parent=parent, position=position)
    _save(category)
    record(CATEGORY_CREATED, f"category:{category.pk}", by=user.actor, data={"name": category.name})
    return category


@transaction.atomic
def rename_category(category: Category, name: str, *, user: User) -> Category:
    """Call a category something else."""
    _check_right(user)
    category.name = _checked(name, MAX_CATEGORY)
    _save(category)
    record(CATEGORY_RENAMED, f"category:{category.pk}", by=user.actor, data={"name": category.name})
    return category


@transaction.atomic
def delete_category(category: Category, *, user: User) -> None:
    """Forget a category and those below it; what was filed there is filed under nothing. StillUsed by settings.

    The rows are held while these are looked at, and whoever makes a rule about one shares it.
    """
    _check_right(user)
    held = Category.objects.select_for_update().filter(Q(pk=category.pk) | Q(parent=category.pk)).order_by("pk")
    if category.pk not in [each.pk for each in held]:
        raise NotFound(_("This category has been deleted meanwhile."))
    if uses := uses_of_category(category):
        raise StillUsed(category.name, uses)
    record(CATEGORY_DELETED, f"category:{category.pk}", by=user.actor, data={"name": category.name})
    category.delete()


@transaction.atomic
def merge_tag(tag: Tag, into: Tag, *, user: User) -> Tag:
    """Put `into` on every conversation that has `tag`, and forget `tag`; NotFound if either has gone meanwhile."""
    _check_right(user)
    if tag.pk == into.pk:
        raise Invalid(_("Choose another tag."), field="into")
    pair = Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk")
    if len(pair) < 2:  # of two who merge them into each other the second comes too late
        raise NotFound(_("This tag has been deleted meanwhile."))
    through = Conversation.tags.through
    numbers = through.objects.filter(tag=tag).values_list("conversation_id", flat=True)
    through.objects.bulk_create(
        (through(conversation_id=number, tag_id=into.pk) for number in numbers), ignore_conflicts=True, batch_size=5_000
    )
    record(TAG_DELETED, f"tag:{tag.pk}", by=user.actor, data={"name": tag.name, "into": into.pk})
    tag.delete()
    return into


@transaction.atomic
def move_category(category: Category, parent: Category | None, *, user: User) -> Category:
    """Put a category below another main category, or make it one itself; there are two levels and no third."""
    _check_right(user)
    _check_main(parent, category)
    category.parent = parent
    category.position = Category.objects.filter(parent=parent).exclude(pk=category.pk).count()
    try:
        with transaction.atomic():
            category.save(update_fields=["parent", "position"])
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error
    data = {"name": category.name, "parent": parent.pk if parent else None}
    record(CATEGORY_RENAMED, f"category:{category.pk}", by=user.actor, data=data)
    return category


def _check_main(parent: Category | None, category: Category | None) -> None:
    """Hold both, so that it stays so; Invalid when the parent, or else the category, would get a third level."""
    wanted = {each.pk for each in (parent, category) if each is not None}
    held = {
        row.pk: row for row in Category.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    }
    if len(held) < len(wanted):
        raise NotFound(_("This category has been deleted meanwhile."))
    if parent is None:
        return
    is_third = held[parent.pk].parent_id is not None or (category is not None and category.children.exists())
    if is_third or parent == category:
        raise Invalid(_("Categories have two levels. Choose a main category."), field="parent")


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _checked(name: str, longest: int) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if len(name) > longest:
        raise Invalid(_("This is too long: at most %d characters.") % longest, field="name")
    return name


def _save(row: Tag | Category) -> None:
    try:
        with transaction.atomic():
            if row.pk:
                row.save(update_fields=["name"])
            else:
                row.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error
