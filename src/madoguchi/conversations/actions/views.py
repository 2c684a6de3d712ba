"""Saved views (よく使う条件): personal, or shared with everybody."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import VIEW_CREATED, VIEW_DELETED, VIEW_UPDATED
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import SavedView
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import announce, record


@transaction.atomic
def save_view(
    name: str, chosen: Filter, *, user: User, is_shared: bool = False, icon: str = "", team: Team | None = None
) -> SavedView:
    """Keep a filter under a name: for oneself, for a team, or for everybody."""
    owner = _owner(user, is_shared=is_shared or team is not None)
    position = SavedView.objects.filter(owner=owner).count()
    view = SavedView.objects.create(
        owner=owner, team=team, name=_name(name), conditions=chosen.values(), icon=icon[:30], position=position
    )
    _tell(view, VIEW_CREATED, user, is_shared=owner is None)
    return view


@dataclass(frozen=True, slots=True)
class ViewChanges:
    """What changes of a view; what is None stays."""

    name: str | None = None
    chosen: Filter | None = None
    is_shared: bool | None = None
    icon: str | None = None
    team: Team | None = None  #: with `is_shared`: only for them
    position: int | None = None


@transaction.atomic
def change_view(view: SavedView, changes: ViewChanges, *, user: User) -> SavedView:
    """Call it something else, narrow by something else, place it, share it or keep it for oneself."""
    if not may_change(view, user):
        raise NotAllowed(_("You do not have the right to change this view. Ask a supervisor."))
    was_shared = view.owner_id is None
    if changes.name is not None:
        view.name = _name(changes.name)
    if changes.chosen is not None:
        view.conditions = changes.chosen.values()
    if changes.is_shared is not None:
        view.owner = _owner(user, is_shared=changes.is_shared)
        view.team = changes.team if changes.is_shared else None
    if changes.icon is not None:
        view.icon = changes.icon[:30]
    if changes.position is not None:
        view.position = changes.position
    view.save(update_fields=["name", "conditions", "owner", "team", "icon", "position"])
    _tell(view, VIEW_UPDATED, user, is_shared=was_shared or view.owner_id is None)
    return view


def _tell(view: SavedView, kind: str, user: User, *, is_shared: bool) -> None:
    """Let rails look again; what concerns others is kept in the audit log too. One's own views are one's own."""
    announce("views_changed", view.event_subject, actor_id=user.pk)
    if is_shared:
        record(kind, view.event_subject, by=user.actor, scope_id=view.conditions.get("inbox"), data={"name": view.name})


def copy_view(view: SavedView, *, user: User) -> SavedView:
    """Make one's own copy of a view one may use."""
    name = _("%(name)s (copy)") % {"name": cut_whole(view.name, 50)}
    return save_view(str(name), Filter.from_values(view.conditions), user=user, icon=view.icon)


@transaction.atomic
def set_default_view(view: SavedView | None, *, user: User) -> None:
    """Let a view greet this person after logging in, instead of whatever did; None for the plain list."""
    SavedView.default_for.through.objects.filter(user=user).delete()
    if view is not None:
        view.default_for.add(user)


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
    return cut_whole(name.strip(), 60)


@transaction.atomic
def delete_view(view: SavedView, *, user: User) -> None:
    """Remove a saved view; shared ones need the right to share."""
    if not may_change(view, user):
        raise NotAllowed(_("You do not have the right to delete this view. Ask a supervisor."))
    _tell(view, VIEW_DELETED, user, is_shared=view.owner_id is None)
    view.delete()
