"""How many conversations a list has where the maintained counts do not know: counted, but only to a limit."""

from dataclasses import replace

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.filters import DUE, Filter, apply
from madoguchi.conversations.models import Conversation
from madoguchi.core.prepared import Shaped, Slot
from madoguchi.search.bounded import TooCostly, bounded_cost

#: Beyond it a figure tells nobody more, and counting would cost as much as the list is long.
MAX_COUNTED = 1000


class Amount(Subquery):
    """How many rows a subquery has, counted as far as it goes."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def assignees_counted(chosen: Filter) -> tuple[str, ...]:
    """By whom `amount_rows` counts, in its order: everybody, the reader, nobody, and whoever is chosen."""
    return tuple(dict.fromkeys(("", "me", "none", chosen.assignee)))


def amount_rows(user: User, chosen: Filter) -> QuerySet[User, tuple[int, ...]]:
    """How many a list has for each of `assignees_counted`, to 1,000; one row, to be fetched together with others."""
    return _AMOUNTS(sight_of(user), replace(chosen, sort=DUE))(**eyes_of(user), now=timezone.now())


def count_list(user: User, chosen: Filter, *, most: int, seconds: float) -> int | None:
    """How many conversations a list has, counted to `most`; None when that takes longer than `seconds`."""
    rows = apply(Conversation.objects.visible_to(user), chosen, user=user).order_by().distinct()
    try:
        with bounded_cost(seconds):
            return len(rows.values_list("pk", flat=True)[:most])
    except TooCostly:
        return None


def _amounts_of(sight: Sight, chosen: Filter) -> QuerySet[User, tuple[int, ...]]:
    person, now = Slot("person"), Slot("now")
    lists = (replace(chosen, assignee=each) for each in assignees_counted(chosen))
    visible = Conversation.objects.visible_in(sight)
    found = [apply(visible, each, user=person, now=now).order_by().values("pk")[:MAX_COUNTED] for each in lists]
    return User.objects.filter(pk=person).values_list(*map(Amount, found))


_AMOUNTS: Shaped[QuerySet[User, tuple[int, ...]]] = Shaped(_amounts_of, by_value=True)
