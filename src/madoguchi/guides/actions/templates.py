"""Keeping the templates of checklists."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Category
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.sharing import share
from madoguchi.events.record import record
from madoguchi.guides.choices import CHECKLIST_DELETED, CHECKLIST_KEPT
from madoguchi.guides.models import ChecklistTemplate

MAX_ITEMS = 50
MAX_ITEM_CHARS = 300


@dataclass(frozen=True, slots=True)
class ChecklistDraft:
    """A template as somebody wants it."""

    name: str
    items: Sequence[str]
    category: Category | None = None
    inbox: Inbox | None = None
    is_active: bool = True


@transaction.atomic
def keep_template(template: ChecklistTemplate | None, wanted: ChecklistDraft, *, user: User) -> ChecklistTemplate:
    """Add a template, or change one; checklists in use stay as they are."""
    _check_right(user)
    name = " ".join(wanted.name.split())
    items = [" ".join(item.split()) for item in wanted.items if item.strip()]
    _check(template, name, items)
    share_category(wanted.category)
    row = template or ChecklistTemplate()
    row.name, row.items = name, items
    row.category, row.inbox, row.is_active = wanted.category, wanted.inbox, wanted.is_active
    row.save()
    record(CHECKLIST_KEPT, f"checklist:{row.pk}", by=user.actor, data={"name": name})
    return row


def _check(template: ChecklistTemplate | None, name: str, items: Sequence[str]) -> None:
    if not name or len(name) > 100:
        raise Invalid(_("The name has 1 to 100 characters."), field="name")
    if ChecklistTemplate.objects.filter(name=name).exclude(pk=template.pk if template else 0).exists():
        raise Invalid(_("There is a checklist of this name already."), field="name")
    if not items:
        raise Invalid(_("The checklist is empty. Write one item a line."), field="items")
    if len(items) > MAX_ITEMS:
        raise Invalid(_("A checklist has 50 items at most."), field="items")
    if any(len(item) > MAX_ITEM_CHARS for item in items):
        raise Invalid(_("An item has 300 characters at most."), field="items")


def share_category(category: Category | None) -> None:
    """Keep a 分類 from being deleted until the transaction ends; Invalid if it has been already."""
    if category is not None and category.pk not in share(Category, [category.pk]):
        raise Invalid(_("This category has been deleted meanwhile."), field="category")


@transaction.atomic
def delete_template(template: ChecklistTemplate, *, user: User) -> None:
    """Forget a template; checklists in use stay."""
    _check_right(user)
    record(CHECKLIST_DELETED, f"checklist:{template.pk}", by=user.actor, data={"name": template.name})
    template.delete()


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
