"""The rail: 窓口 with their maintained counts, よく使う条件, channels, and the pages beside the lists."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.choices import Status
from madoguchi.conversations.counts import Counts
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import OwnStatus, SavedView
from madoguchi.conversations.own import tree_of
from madoguchi.core.errors import Invalid
from madoguchi.desk.noticing import unread_word
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail_counts import STANDING, kept_word
from madoguchi.desk.rail_items import RailGroup, RailItem, list_url, page_url
from madoguchi.desk.rail_menu import around, look_up, to_do

#: The statuses listed below a 窓口, in the order of the work.
NESTED = (Status.NEW, Status.OPEN, Status.WAIT, Status.INTERNAL, Status.APPROVAL, Status.HOLD)


@dataclass(frozen=True, slots=True)
class Rail:
    """All of it."""

    shop: str
    me: User
    role: str
    groups: list[RailGroup] = field(default_factory=list)
    unread: str = ""  #: how many notices are unread
    is_at_notices: bool = False
    can_call: bool = False  #: may write phone memos


def build_rail(user: User, numbers: Numbers, chosen: Filter | None, path: str) -> Rail:
    """The rail as this person sees it; `chosen` is the list they look at, None on other pages."""
    counts, inboxes, workspace = numbers.counts, numbers.inboxes, numbers.workspace
    groups = [
        RailGroup(_("Desks"), _desks(numbers, chosen)),
        RailGroup(_("Saved views"), _views(numbers, chosen), page_url("views")),
        to_do(user, numbers, path),
        RailGroup(_("Channels"), _channels(inboxes, counts, chosen)),
        look_up(user, path),
        around(user, numbers, path),
    ]
    return Rail(
        shop=workspace.name if workspace else _("Madoguchi"),
        me=user,
        role=user.get_role_display(),
        groups=[group for group in groups if group.items],
        unread=unread_word(numbers.unread),
        is_at_notices=path == page_url("notices"),
        can_call=may(user, Permission.REPLY),
    )


def _item(chosen: Filter | None, own: Filter, icon: str, word: str, amount: int = 0) -> RailItem:
    is_current = own == chosen
    return RailItem(list_url(own), icon, word, f"{amount:,}" if amount else "", is_current=is_current)


def _desks(numbers: Numbers, chosen: Filter | None) -> list[RailItem]:
    inboxes, counts = numbers.inboxes, numbers.counts
    opened = chosen.inbox if chosen and chosen.inbox else (inboxes[0].pk if inboxes else None)
    items = []
    for inbox in inboxes:
        items.append(_item(chosen, Filter(inbox=inbox.pk), "inbox", inbox.name, counts.by_inbox[inbox.pk]))
        if inbox.pk == opened:
            items += _below(numbers, inbox, chosen)
    return items


def _below(numbers: Numbers, inbox: Inbox, chosen: Filter | None) -> Iterator[RailItem]:
    """The statuses of a 窓口, each with ours that stand for it, and then its folders."""
    for status in NESTED:
        yield _status_item(chosen, inbox, status, numbers.counts)
        for own in numbers.statuses:
            if own.state == status and own.is_for(inbox.pk):
                yield _own_item(chosen, inbox, own, numbers)
    yield from _folders(numbers, inbox, chosen)


def _own_item(chosen: Filter | None, inbox: Inbox, own: OwnStatus, numbers: Numbers) -> RailItem:
    item = _item(chosen, Filter(inbox=inbox.pk, own_status=own.pk), own.shape, own.word)
    amount = numbers.filed.by_inbox_status[inbox.pk, own.pk]
    return replace(item, status=own.tone, is_nested=True, depth=1, amount=f"{amount:,}" if amount else "")


def _folders(numbers: Numbers, inbox: Inbox, chosen: Filter | None) -> Iterator[RailItem]:
    above: list[str] = []
    for number, placed in enumerate(tree_of(folder for folder in numbers.folders if folder.inbox_id == inbox.pk)):
        folder, key = placed.folder, f"folder-{placed.folder.pk}"
        del above[placed.depth :]
        item = _item(
            chosen, Filter(inbox=inbox.pk, folder=folder.pk), "folder", folder.name, numbers.filed.by_folder[folder.pk]
        )
        yield replace(
            item,
            is_nested=True,
            depth=placed.depth,
            heading="" if number else _("Folders"),
            drop=reverse("desk:drop-in-folder", args=[folder.pk]),
            fold=key if placed.has_children else "",
            within=" ".join(above),
        )
        above.append(key)


def _status_item(chosen: Filter | None, inbox: Inbox, status: Status, counts: Counts) -> RailItem:
    own = Filter(inbox=inbox.pk, status=status)
    amount = counts.by_inbox_status[inbox.pk, status]
    return RailItem(
        list_url(own),
        f"s-{status.value}",
        str(status.label),
        f"{amount:,}" if amount else "",
        status=status.value,
        is_current=own == chosen,
        is_nested=True,
    )


def _views(numbers: Numbers, chosen: Filter | None) -> list[RailItem]:
    counts, late = numbers.counts, numbers.due.late
    is_late = chosen == Filter(late=True)
    items = [
        RailItem(
            list_url(Filter(late=True)),
            "s-late",
            _("Overdue"),
            f"{late:,}" if late else "",
            status="late",
            is_late=late > 0,
            is_current=is_late,
        ),
        _item(chosen, Filter(), "clock", _("Earliest due first"), counts.open),
        _item(chosen, Filter(assignee="me"), "user", _("Assigned to me"), counts.mine),
        *_standing(numbers.user, chosen),
    ]
    inbox_ids = {inbox.pk for inbox in numbers.inboxes}
    saved = [_view_item(numbers.user, view, chosen) for view in numbers.views if view.is_for(inbox_ids)]
    known = {item.href for item in items}
    return items + [item for item in saved if item.href not in known]


def _standing(user: User, chosen: Filter | None) -> Iterator[RailItem]:
    """The lists everybody has that are counted apart."""
    named = {
        "count-vip": ("plum", _("Important customers")),
        "count-following": ("eye", _("Following")),
        "count-sides": ("forward", _("Asked of others")),
    }
    for name, own in STANDING.items():
        yield replace(_item(chosen, own, *named[name]), count_id=name, amount=kept_word(user, own))


def _view_item(user: User, view: SavedView, chosen: Filter | None) -> RailItem:
    try:
        own = Filter.from_values(view.conditions)
    except Invalid:  # kept by another release: it leads to where it can be mended
        return RailItem(reverse("desk:view", args=[view.pk]), "alert", view.name, is_list=False)
    item = _item(chosen, own, view.icon or "star", view.name)
    return replace(item, is_list=not own.columns, count_id=f"count-view-{view.pk}", amount=kept_word(user, own))


def _channels(inboxes: list[Inbox], counts: Counts, chosen: Filter | None) -> list[RailItem]:
    by_kind: Counter[str] = Counter()
    for inbox in inboxes:
        by_kind[inbox.kind] += counts.by_inbox[inbox.pk]
    classes = channel_classes()
    return [
        _item(chosen, Filter(channel=kind), kind, str(classes[kind].label), amount)
        for kind, amount in by_kind.items()
        if kind in classes
    ]
