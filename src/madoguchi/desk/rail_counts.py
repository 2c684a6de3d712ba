"""Figures of the rail that nothing maintains: lists of any condition, counted apart from the page and kept a while.

A page shows what was counted last; `count_lists` counts anew what is older than some seconds, each list to 999 and for
a bounded time, so that a condition which has to look at everything costs no page anything.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from madoguchi.accounts.models import User
from madoguchi.conversations.amounts import count_list
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import SavedView
from madoguchi.core.errors import Invalid

MOST = 999
#: Lists counted for one rail; who keeps more looks at them rather than at their figures.
MOST_LISTS = 24
_FRESH_SECONDS, _KEPT_SECONDS = 30, 900
#: One list, and all of one rail.
_ONE_SECONDS, _ALL_SECONDS = 0.5, 2.0

#: Lists everybody has, by the id of their figure.
STANDING = {
    "count-vip": Filter(vip=True),
    "count-following": Filter(following=True),
    "count-sides": Filter(sides=True),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure and when it was counted; None where counting took too long."""

    amount: int | None
    at: float


def view_filters(views: Iterable[SavedView], inbox_ids: set[int]) -> dict[str, Filter]:
    """The lists of saved views by the id of their figure; what another release kept is left out."""
    found: dict[str, Filter] = {}
    for view in views:
        try:
            if view.is_for(inbox_ids):
                found[f"count-view-{view.pk}"] = Filter.from_values(view.conditions)
        except Invalid:
            continue
    return found


def kept_word(user: User, chosen: Filter) -> str:
    """The figure of a list as it was counted last, or nothing."""
    kept: Kept | None = cache.get(_key(user, chosen))
    return _word(kept)


def count_lists(user: User, lists: dict[str, Filter]) -> list[tuple[str, str]]:
    """The figures of these lists, by the id of each; those that are fresh are not counted again."""
    until = time.monotonic() + _ALL_SECONDS
    return [(name, _word(_counted(user, each, until))) for name, each in list(lists.items())[:MOST_LISTS]]


def _counted(user: User, chosen: Filter, until: float) -> Kept | None:
    kept: Kept | None = cache.get(_key(user, chosen))
    if (kept is not None and time.time() - kept.at < _FRESH_SECONDS) or time.monotonic() > until:
        return kept
    fresh = Kept(count_list(user, chosen, most=MOST + 1, seconds=_ONE_SECONDS), time.time())
    cache.set(_key(user, chosen), fresh, _KEPT_SECONDS)
    return fresh


def _key(user: User, chosen: Filter) -> str:
    return f"rail:{user.pk}:{hash(chosen)}"


def _word(kept: Kept | None) -> str:
    if kept is None or not kept.amount:
        return ""
    return f"{MOST}+" if kept.amount > MOST else f"{kept.amount:,}"
