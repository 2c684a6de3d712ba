"""Counts of conversations that are maintained, never recomputed: reading them and folding their increments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum

from madoguchi.conversations.choices import OPEN_STATUSES
from madoguchi.conversations.models import CountDelta
from madoguchi.core.prepared import OneOf, Prepared, Slot

#: Folding takes this advisory lock, so that two workers never fold the same rows.
_FOLD_LOCK = (0x4D41, 1)


@dataclass
class Counts:
    """Numbers of conversations a person may see; every missing key is 0."""

    by_status: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_inbox: dict[int, int] = field(default_factory=lambda: defaultdict(int))  #: open ones
    by_inbox_status: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    mine: int = 0  #: open ones
    unassigned: int = 0  #: open ones
    open: int = 0
    mine_by_inbox_status: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    unassigned_by_inbox_status: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    mine_by_status: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unassigned_by_status: dict[str, int] = field(default_factory=lambda: defaultdict(int))


type CountRow = tuple[int, str, int | None, int]


_COUNT_ROWS: Prepared[QuerySet[CountDelta, CountRow]] = Prepared(
    lambda: (
        CountDelta.objects.filter(OneOf(F("inbox_id"), Slot("inboxes")))
        .values_list("inbox_id", "status", "assignee_id")
        .annotate(n=Sum("delta"))
    )
)


def count_rows(inbox_ids: Iterable[int]) -> QuerySet[CountDelta, CountRow]:
    """What `told_counts` makes figures of: 窓口, status, assignee and how many."""
    return _COUNT_ROWS(inboxes=list(inbox_ids))


def read_counts(inbox_ids: Iterable[int], user_id: int) -> Counts:
    """Counts over these 窓口 in one query; `user_id` says whose are "mine"."""
    return told_counts(count_rows(inbox_ids), user_id)


def told_counts(rows: Iterable[CountRow], user_id: int) -> Counts:
    """The figures in these rows; `user_id` says whose are "mine"."""
    counts = Counts()
    for inbox_id, status, assignee_id, n in rows:
        counts.by_status[status] += n
        counts.by_inbox_status[inbox_id, status] += n
        is_open = status in OPEN_STATUSES
        if is_open:
            counts.by_inbox[inbox_id] += n
            counts.open += n
        if assignee_id == user_id:
            counts.mine_by_status[status] += n
            counts.mine_by_inbox_status[inbox_id, status] += n
            counts.mine += n if is_open else 0
        if assignee_id is None:
            counts.unassigned_by_status[status] += n
            counts.unassigned_by_inbox_status[inbox_id, status] += n
            counts.unassigned += n if is_open else 0
    return counts


@transaction.atomic
def fold_counts() -> int:
    """Put the increments of each key together into one row; returns how many rows went away. May run any time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _FOLD_LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "WITH gone AS (DELETE FROM conversations_countdelta RETURNING inbox_id, status, assignee_id, delta),"
            " kept AS (INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)"
            "   SELECT inbox_id, status, assignee_id, sum(delta) FROM gone"
            "   GROUP BY inbox_id, status, assignee_id HAVING sum(delta) <> 0 RETURNING 1)"
            " SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept)"
        )
        (folded,) = cursor.fetchone()
        cursor.execute(
            "WITH gone AS (DELETE FROM conversations_fileddelta RETURNING inbox_id, own_status_id, folder_id, delta)"
            " INSERT INTO conversations_fileddelta (inbox_id, own_status_id, folder_id, delta)"
            "   SELECT inbox_id, own_status_id, folder_id, sum(delta) FROM gone"
            "   GROUP BY inbox_id, own_status_id, folder_id HAVING sum(delta) <> 0"
        )
    return int(folded)
