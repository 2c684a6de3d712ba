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
    if is_shared and not may(user, Permission.SHARE_VIEWS):
        raise NotAllowed(_("You do not have the right to share views. Ask a supervisor."))
    if not name.strip():
        raise Invalid(_("Give the view a name."), field="name")
    view = SavedView.objects.create(
        owner=None if is_shared else user, name=name.strip()[:60], conditions=chosen.values(), icon=icon[:30]
    )
    announce("views_changed", f"view:{view.pk}", actor_id=user.pk)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, user: User) -> None:
    """Remove a saved view; shared ones need the right to share."""
    if view.owner_id != user.pk and not (view.owner_id is None and may(user, Permission.SHARE_VIEWS)):
        raise NotAllowed(_("You do not have the right to delete this view. Ask a supervisor."))
    view.delete()
    announce("views_changed", f"view:{view.pk or 0}", actor_id=user.pk)
