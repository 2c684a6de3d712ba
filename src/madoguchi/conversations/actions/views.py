"""Saved views (よく使う条件): personal, or shared with everybody."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import SavedView
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import announce


@transaction.atomic
def save_view(name: str, chosen: Filter, *, user: User, is_shared: bool = False, icon: str = "") -> SavedView:
    """Keep a filter under a name."""
    owner = _owner(user, is_shared=is_shared)
    view = SavedView.objects.create(owner=owner, name=_name(name), conditions=chosen.values(), icon=icon[:30])
    announce("views_changed", f"view:{view.pk}", actor_id=user.pk)
    return view


@transaction.atomic
def change_view(
    view: SavedView,
    *,
    user: User,
    name: str | None = None,
    chosen: Filter | None = None,
    is_shared: bool | None = None,
    icon: str | None = None,
) -> SavedView:
    """Call it something else, narrow by something else, share it or keep it for oneself; what is None stays."""
    if not may_change(view, user):
        raise NotAllowed(_("You do not have the right to change this view. Ask a supervisor."))
    if name is not None:
        view.name = _name(name)
    if chosen is not None:
        view.conditions = chosen.values()
    if is_shared is not None:
        view.owner = _owner(user, is_shared=is_shared)
    if icon is not None:
        view.icon = icon[:30]
    view.save(update_fields=["name", "conditions", "owner", "icon"])
    announce("views_changed", f"view:{view.pk}", actor_id=user.pk)
    return view


def may_change(view: SavedView, user: User) -> bool:
    """Whether a view is one's own, or a shared one and one may share."""
    return view.owner_id == user.pk or (view.owner_id is None and may(user, Permission.SHARE_VIEWS))


def _owner(user: User, *, is_shared: bool) -> User | None:
    if is_shared and not may(user, Permission.SHARE_VIEWS):
        raise NotAllowed(_("You do not have the right to share views. Ask a supervisor."))
    return None if is_shared else user


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid(_("Give the view a name."), field="name")
    return name.strip()[:60]


@transaction.atomic
def delete_view(view: SavedView, *, user: User) -> None:
    """Remove a saved view; shared ones need the right to share."""
    if not may_change(view, user):
        raise NotAllowed(_("You do not have the right to delete this view. Ask a supervisor."))
    view.delete()
    announce("views_changed", f"view:{view.pk or 0}", actor_id=user.pk)
