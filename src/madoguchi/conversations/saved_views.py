"""Saved views (よく使う条件): which a person has, and the one they begin with."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.models import SavedView
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared, Slot


def views_of(user: User) -> QuerySet[SavedView]:
    """よく使う条件 in their order: one's own, and the shared ones but those of 窓口 closed to this person."""
    shared = _shared_with(user.pk)
    if not user.sees_every_inbox:
        shared &= Q(conditions__inbox__isnull=True) | Q(conditions__inbox__in=visible_inbox_ids(user))
    return SavedView.objects.filter(shared | Q(owner=user)).order_by("position", "pk").select_related("team")


def _shared_with(user: int | Slot) -> Q:
    """Views for everybody, and those for a team this person belongs to."""
    teams = Team.members.through.objects.filter(user=user).values("team")
    return Q(owner=None) & (Q(team=None) | Q(team__in=teams))


def default_view(user: User) -> SavedView | None:
    """The view that greets this person after logging in."""
    return views_of(user).filter(default_for=user).first()


def views_to_show(user: User) -> QuerySet[SavedView]:
    """All shared ones and one's own, as a read that can go together with others: to be narrowed by `is_for`."""
    return _VIEWS(user=user.pk)


_VIEWS = Prepared(
    lambda: SavedView.objects.filter(_shared_with(Slot("user")) | Q(owner=Slot("user"))).order_by("position", "pk")
)


def get_view(user: User, pk: int) -> SavedView:
    """One saved view a person may use; NotFound otherwise."""
    view = views_of(user).filter(pk=pk).first()
    if view is None:
        raise NotFound(_("There is no such saved view."))
    return view
