"""Finding: newest first or best first, within scopes, one hit a group when wanted, and counting up to a limit.

How the newest hits of a million entries are found in milliseconds whatever the word: the newest few thousand
entries are looked through one by one, which fills a page for every common word; only a word that is rare there
goes to the inverted index, and a rare word has few entries to fetch. The planner's own choice between the two
rests on estimates that are wrong for phrases, so it is not left to the planner.
"""
# ruff: noqa: S608 — what is joined is SQL of this file and of Django's own queries; every value is bound

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.utils import timezone

from madoguchi.search.lexemes import exclusion_tsquery, near_terms, scoped_tsquery, strict_tsquery
from madoguchi.search.query import Query

#: Entries looked through before anything else is asked; about 10 ms.
WINDOW = 4_000
#: Entries looked through in a second try where that promises to fill the page; about 100 ms.
_MAX_WINDOW = 40_000
#: What one entry costs when fetched through the inverted index, in entries looked through one after the other.
_FETCH_COST = 2.0
#: Of so many of the newest hits the best are chosen.
RANKED = 300
#: Near results: so many of the rarest words decide who is ranked at all,
_DECIDING_TERMS = 6
#: if they stand in no more entries than this, all of which have to be fetched,
_MAX_FETCHED = 20_000
#: and of the rarity of all words together an entry must hold this share.
_LEAST_SHARE = 0.3
#: Nobody pages further.
MAX_LIMIT = 500
#: PostgreSQL's weights in the order D, C, B, A: body, unused, names, title.
_WEIGHTS = "{0.2, 0.2, 0.5, 1.0}"

_COLUMNS = "id, kind, object_id, group_id, at"
_TABLE = "search_searchentry"


class Order(StrEnum):
    """How hits are listed."""

    NEWEST = "newest"
    BEST = "best"


class Cursor(NamedTuple):
    """The place of the last hit of a page, for the next one."""

    at: datetime
    entry_id: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One found object. `kind` and `object_id` lead back to the caller's row."""

    kind: str
    object_id: int
    group_id: int
    at: datetime
    entry_id: int
    rank: float = 0.0  #: 0 unless ranked; only comparable within one answer
    is_near: bool = False  #: nothing met the whole query; this comes close

    @property
    def cursor(self) -> Cursor:
        """Where the next page begins when this is the last hit of a page listed newest first."""
        return Cursor(self.at, self.entry_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What narrows a search besides its words. None means no bound; an empty sequence finds nothing."""

    kinds: Sequence[str] | None = None
    scope_ids: Sequence[int] | None = None  #: what the person may see; None only for those who may see everything
    groups: QuerySet[Model, Any] | None = None  #: one column of group ids, e.g. from the operators of the query
    objects: QuerySet[Model, Any] | None = None  #: one column of object ids

    @property
    def allows_nothing(self) -> bool:
        """True when no entry at all can lie within."""
        return (self.kinds is not None and not self.kinds) or (self.scope_ids is not None and not self.scope_ids)


class _Condition(NamedTuple):
    sql: str
    params: tuple[Any, ...] = ()


def find(
    query: Query,
    bounds: Bounds,
    *,
    limit: int = 50,
    before: Cursor | None = None,
    order: Order = Order.NEWEST,
    one_per_group: bool = False,
) -> list[Hit]:
    """The hits of one page.

    Newest first pages by `before`, the `cursor` of the last hit shown. Best first ranks the newest `RANKED` hits
    and has no further page; when nothing meets the whole query it answers with what comes closest (`is_near`).
    """
    limit = min(limit, MAX_LIMIT)
    if bounds.allows_nothing or limit < 1:
        return []
    search = _Search(query, bounds)
    if search.is_hopeless:
        return []
    if order is Order.NEWEST:
        return search.newest_groups(limit, before) if one_per_group else search.newest(limit, before)
    hits = search.best() or search.near()
    return (_first_of_each_group(hits) if one_per_group else hits)[:limit]


def count_capped(query: Query, bounds: Bounds, *, cap: int = 1_000) -> int:
    """How many entries meet the query, counted no further than `cap`."""
    search = _Search(query, bounds)
    return 0 if bounds.allows_nothing or search.is_hopeless else search.count(cap)


def _first_of_each_group(hits: list[Hit]) -> list[Hit]:
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.group_id, hit)
    return list(first.values())


class _Search:
    """One query within its bounds, ready to be asked in several ways."""

    def __init__(self, query: Query, bounds: Bounds) -> None:
        self.query = query
        self.bounds = bounds
        self.strict = strict_tsquery(query)
        self.is_hopeless = bool(query.wanted or query.title) and not self.strict
        self.has_positive = bool(query.wanted or query.title)
        self.conditions = list(_conditions(query, bounds))

    def scoped(self, tsquery: str) -> str:
        return tsquery if self.bounds.scope_ids is None else scoped_tsquery(tsquery, self.bounds.scope_ids)

    def newest(self, limit: int, before: Cursor | None = None) -> list[Hit]:
        earlier = [_Condition("(at, id) < (%s, %s)", tuple(before))] if before else []
        if not self.has_positive:
            return self._walk(limit, earlier)
        hits = self._window(WINDOW, limit, earlier)
        if len(hits) < limit and (deeper := _deeper_window(len(hits), limit)):
            hits = self._window(deeper, limit, earlier)
        return hits if len(hits) == limit else self._inverted(self.strict, limit, earlier)

    def newest_groups(self, limit: int, before: Cursor | None) -> list[Hit]:
        """Only the newest hit of each group, over as many pages of hits as that takes."""
        found: dict[int, Hit] = {}
        page = limit * 2
        while True:
            hits = self.newest(page, before)
            fresh = {group: hit for group, hit in _by_group(hits).items() if group not in found}
            shown = self._groups_hit_after(before, fresh) if before else set()
            found.update({group: hit for group, hit in fresh.items() if group not in shown})
            if len(hits) < page or len(found) >= limit:
                return list(found.values())[:limit]
            before = hits[-1].cursor

    def _groups_hit_after(self, cursor: Cursor, groups: dict[int, Hit]) -> set[int]:
        """Groups whose newest hit stands on an earlier page."""
        later = [_Condition("(at, id) >= (%s, %s)", tuple(cursor)), _Condition("group_id = ANY(%s)", (list(groups),))]
        if self.strict:
            later.append(_Condition("vector @@ %s::tsquery", (self.scoped(self.strict),)))
        where, params = _where([*later, *self.conditions])
        return {row[0] for row in _rows(f"SELECT DISTINCT group_id FROM {_TABLE} WHERE {where}", params)}

    def best(self) -> list[Hit]:
        hits = self.newest(RANKED)
        if not self.has_positive:
            return hits
        ranks = _ranks(self.strict, hits)
        ranked = [replace(hit, rank=ranks.get(hit.entry_id, 0.0)) for hit in hits]
        return sorted(ranked, key=lambda hit: hit.rank, reverse=True)  # stable: the newer one first among equals

    def near(self) -> list[Hit]:
        """What contains some of the words; a rare word counts more than a common one."""
        terms = near_terms(self.query)
        if not terms:
            return []
        weights, deciding = _rarity(terms)
        if not deciding:
            return []
        wanted = " | ".join(f"({term})" for term in deciding)
        excluded = exclusion_tsquery(self.query)
        hits = self._inverted(f"({wanted}) & !({excluded})" if excluded else f"({wanted})", RANKED * 2, [])
        ranks = _near_ranks(weights, hits)
        ranked = [replace(hit, rank=ranks[hit.entry_id], is_near=True) for hit in hits if hit.entry_id in ranks]
        return sorted(ranked, key=lambda hit: hit.rank, reverse=True)

    def count(self, cap: int) -> int:
        if len(self._window(WINDOW, cap, [])) == cap:
            return cap
        where, params = _where(self._all_conditions(self.strict))
        with _index_only() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {_TABLE} WHERE {where} LIMIT %s) AS found", [*params, cap]
            )
            return int(cursor.fetchone()[0])

    def _all_conditions(self, tsquery: str) -> list[_Condition]:
        wanted = self.scoped(tsquery)
        return [*([_Condition("vector @@ %s::tsquery", (wanted,))] if wanted else []), *self.conditions]

    def _walk(self, limit: int, earlier: list[_Condition]) -> list[Hit]:
        """Down the list by time; for queries that almost every entry meets."""
        where, params = _where([*self._all_conditions(self.strict), *earlier])
        sql = f"SELECT {_COLUMNS} FROM {_TABLE} WHERE {where} ORDER BY at DESC, id DESC LIMIT %s"
        return _hits(_rows(sql, [*params, limit]))

    def _window(self, size: int, limit: int, earlier: list[_Condition]) -> list[Hit]:
        inner, inner_params = _where(earlier)
        where, params = _where(self._all_conditions(self.strict))
        sql = (
            f"SELECT {_COLUMNS} FROM"
            f" (SELECT * FROM {_TABLE} WHERE {inner} ORDER BY at DESC, id DESC LIMIT %s) AS newest"
            f" WHERE {where} ORDER BY at DESC, id DESC LIMIT %s"
        )
        return _hits(_rows(sql, [*inner_params, size, *params, limit]))

    def _inverted(self, tsquery: str, limit: int, earlier: list[_Condition]) -> list[Hit]:
        where, params = _where([*self._all_conditions(tsquery), *earlier])
        with _index_only() as cursor:
            cursor.execute(
                f"WITH hits AS MATERIALIZED (SELECT {_COLUMNS} FROM {_TABLE} WHERE {where})"
                " SELECT * FROM hits ORDER BY at DESC, id DESC LIMIT %s",
                [*params, limit],
            )
            return _hits(cursor.fetchall())


def _by_group(hits: list[Hit]) -> dict[int, Hit]:
    return {hit.group_id: hit for hit in reversed(hits)}


def _conditions(query: Query, bounds: Bounds) -> Iterator[_Condition]:
    if bounds.kinds is not None:
        yield _Condition("kind = ANY(%s)", (list(bounds.kinds),))
    if bounds.scope_ids is not None:
        yield _Condition("scope_id = ANY(%s)", (list(bounds.scope_ids),))
    if query.since is not None:
        yield _Condition("at >= %s", (_midnight(query.since),))
    if query.until is not None and query.until < date.max:
        yield _Condition("at < %s", (_midnight(query.until + timedelta(days=1)),))
    for column, chosen in (("group_id", bounds.groups), ("object_id", bounds.objects)):
        if chosen is not None:
            sql, params = chosen.query.sql_with_params()
            yield _Condition(f"{column} IN ({sql})", tuple(params))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _where(conditions: Sequence[_Condition]) -> tuple[str, list[Any]]:
    sql = " AND ".join(condition.sql for condition in conditions) or "true"
    return sql, [param for condition in conditions for param in condition.params]


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _hits(rows: list[tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(kind=kind, object_id=object_id, group_id=group_id, at=at, entry_id=entry_id)
        for entry_id, kind, object_id, group_id, at in rows
    ]


@contextmanager
def _index_only() -> Iterator[CursorWrapper]:
    """A cursor whose statements use the inverted index even where the planner fears too many hits."""
    with transaction.atomic(), connection.cursor() as cursor:
        # work_mem: the map of a very common word needs some MB to stay exact.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT; SET LOCAL work_mem TO DEFAULT")


def _ranks(tsquery: str, hits: list[Hit]) -> dict[int, float]:
    rows = _rows(
        f"SELECT id, ts_rank(%s, vector, %s::tsquery, 1) FROM {_TABLE} WHERE id = ANY(%s)",
        [_WEIGHTS, tsquery, [hit.entry_id for hit in hits]],
    )
    return dict(rows)


def _near_ranks(weights: dict[str, float], hits: list[Hit]) -> dict[int, float]:
    """The sum over the words of rarity times how much of the text the word is, which saturates as in BM25.

    Entries in which words of less than `_LEAST_SHARE` of the whole rarity stand are left out.
    """
    found = " + ".join("%s * (vector @@ %s::tsquery)::int" for _ in weights)
    score = " + ".join(
        "%s * ts_rank(%s, vector, %s::tsquery) / (ts_rank(%s, vector, %s::tsquery) + 0.02)" for _ in weights
    )
    sql = (
        f"SELECT id, ({score}) / (1 + 0.1 * ln(1 + length(vector))) FROM {_TABLE} WHERE id = ANY(%s) AND {found} >= %s"
    )
    score_params = [value for term, weight in weights.items() for value in (weight, _WEIGHTS, term, _WEIGHTS, term)]
    found_params = [value for term, weight in weights.items() for value in (weight, term)]
    least = _LEAST_SHARE * sum(weights.values())
    return dict(_rows(sql, [*score_params, [hit.entry_id for hit in hits], *found_params, least]))


def _rarity(terms: list[str]) -> tuple[dict[str, float], list[str]]:
    """How much each word says, and the rarest words, which together stand in few enough entries to fetch them all.

    Both from the share of entries that the database's statistics know a word to be in.
    """
    share = _share_of_entries()
    entries = max(_rows("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [_TABLE])[0][0], 1)
    rarest_known = min(share.values(), default=0.001)
    shares = {term: max(sum(share.get(lexeme, 0.0) for lexeme in _lexemes(term)), rarest_known / 2) for term in terms}
    deciding: list[str] = []
    fetched = 0.0
    for term in sorted(terms, key=shares.__getitem__)[:_DECIDING_TERMS]:
        fetched += shares[term] * entries
        if fetched > _MAX_FETCHED:
            break
        deciding.append(term)
    return {term: math.log(1 + 1 / shares[term]) for term in terms}, deciding


def _lexemes(tsquery: str) -> list[str]:
    return tsquery.split("'")[1::2]


def _share_of_entries() -> dict[str, float]:
    """The most common words and their share, as ANALYZE counted them last."""
    rows = _rows(
        "SELECT word, share FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)"
        f" AS common (word, share) WHERE tablename = '{_TABLE}' AND attname = 'vector' AND word IS NOT NULL",
        [],
    )
    return dict(rows)


def _deeper_window(found: int, limit: int) -> int:
    """How far to look for a full page, judged by what the first window held; 0 when the inverted index is quicker."""
    if not found:
        return 0
    size = int(WINDOW * limit / found * 1.3)
    entries = _rows("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [_TABLE])[0][0]
    return size if size <= min(_MAX_WINDOW, entries * found / WINDOW * _FETCH_COST) else 0
