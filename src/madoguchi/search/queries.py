"""Finding: newest first or best first, within scopes, one hit a group when wanted, and counting up to a limit.

How the newest hits of a million entries are found in milliseconds whatever the word: the newest few thousand
entries are looked through one by one, which fills a page for every common word; only a word that is rare there
goes to the inverted index, and a rare word has few entries to fetch. The planner's own choice between the two
rests on estimates that are wrong for phrases, so it is not left to the planner.
"""
# ruff: noqa: S608 — what is joined is SQL of this file and of Django's own queries; every value is bound

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from django.utils import timezone

from madoguchi.search.bounded import by_index
from madoguchi.search.lexemes import (
    bounded_tsquery,
    either,
    either_tsquery,
    exclusion_tsquery,
    near_terms,
    strict_tsquery,
)
from madoguchi.search.query import Query, Term
from madoguchi.search.ranking import DECIDING_TERMS, TABLE, estimated_entries, near_ranks, ranks, rarity, rows

#: Entries looked through before anything else is asked; about 10 ms.
WINDOW = 4_000
#: Entries looked through in a second try where that promises to fill the page; about 100 ms.
_MAX_WINDOW = 40_000
#: What one entry costs when fetched through the inverted index, in entries looked through one after the other.
_FETCH_COST = 2.0
#: Of so many of the newest hits the best are chosen.
RANKED = 300
#: Nobody pages further.
MAX_LIMIT = 500

_COLUMNS = "id, kind, object_id, group_id, at"


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


#: Groups that meet a word of the query although their texts do not say it: they are about somebody of that name.
type About = Mapping[Term, Sequence[int]]


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
    about: About | None = None,
) -> list[Hit]:
    """The hits of one page; every text of a group counts as saying the words that the group is `about`.

    Newest first pages by `before`, the `cursor` of the last hit shown. Best first ranks the newest `RANKED` hits
    and has no further page; when nothing meets the whole query it answers with what comes closest (`is_near`).
    """
    limit = min(limit, MAX_LIMIT)
    if bounds.allows_nothing or limit < 1:
        return []
    search = _Search(query, bounds, about or {})
    if search.is_hopeless:
        return []
    if order is Order.NEWEST:
        return search.newest_groups(limit, before) if one_per_group else search.newest(limit, before)
    hits = search.best() or search.near()
    return (_first_of_each_group(hits) if one_per_group else hits)[:limit]


def closest(terms: Mapping[str, float], bounds: Bounds, *, limit: int) -> list[Hit]:
    """What says the most of these words by their weights, the best first, one hit a group; nothing need say them all.

    The words are tsqueries (`near_terms`). Of words that very many say, the newest entries are looked through.
    """
    if bounds.allows_nothing or limit < 1 or not terms:
        return []
    return _first_of_each_group(_Search(Query(), bounds, {}).weighed(terms))[:limit]


def sayings(
    terms: Sequence[str], kind: str, object_ids: Sequence[int], *, scope_ids: Iterable[int] | None = None
) -> dict[int, Sequence[bool]]:
    """Which of these words (tsqueries) each of these objects says, in their order; what is out of scope is left out."""
    if not terms or not object_ids:
        return {}
    said = ", ".join("vector @@ %s::tsquery" for _term in terms)
    scopes = "" if scope_ids is None else " AND scope_id = ANY(%s)"
    sql = f"SELECT object_id, {said} FROM {TABLE} WHERE kind = %s AND object_id = ANY(%s){scopes}"
    bound = [] if scope_ids is None else [list(scope_ids)]
    return {pk: says for pk, *says in rows(sql, [*terms, kind, list(object_ids), *bound])}


def objects_saying(
    query: Query, *, kinds: Sequence[str], group_ids: Sequence[int], until: datetime | None = None, limit: int = 0
) -> list[int]:
    """Objects of these groups that meet the words of the query, newest first; for few groups, as those of a person.

    Of those up to the moment `until` the newest `limit`, or all. A query without words to look for finds nothing.
    """
    wanted = strict_tsquery(query)
    if not wanted or not group_ids or not (query.wanted or query.title):
        return []
    sql = f"""SELECT object_id FROM {TABLE} WHERE group_id = ANY(%s) AND kind = ANY(%s) AND vector @@ %s::tsquery
        AND at <= coalesce(%s, 'infinity'::timestamptz) ORDER BY at DESC LIMIT %s"""
    return [row[0] for row in rows(sql, [list(group_ids), list(kinds), wanted, until, limit or None])]


def count_capped(query: Query, bounds: Bounds, *, cap: int = 1_000, about: About | None = None) -> int:
    """How many entries meet the query, counted no further than `cap`."""
    search = _Search(query, bounds, about or {})
    return 0 if bounds.allows_nothing or search.is_hopeless else search.count(cap)


def _first_of_each_group(hits: list[Hit]) -> list[Hit]:
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.group_id, hit)
    return list(first.values())


class _Search:
    """One query within its bounds, ready to be asked in several ways."""

    def __init__(self, query: Query, bounds: Bounds, about: About) -> None:
        self.query = query
        self.bounds = bounds
        self.strict = strict_tsquery(query)
        self.matching = list(self._matching(about))
        self.is_hopeless = bool(query.wanted or query.title) and not self.matching
        self.has_positive = bool(query.wanted or query.title)
        self.days = list(_days(query))
        self.conditions = list(_conditions(bounds))

    def newest(self, limit: int, before: Cursor | None = None) -> list[Hit]:
        earlier = [_Condition("(at, id) < (%s, %s)", tuple(before))] if before else []
        if not self.has_positive:
            return self._walk(limit, earlier)
        hits = self._newest_few(limit, earlier)
        return hits if len(hits) == limit else self._inverted(self.matching, limit, earlier)

    def newest_groups(self, limit: int, before: Cursor | None) -> list[Hit]:
        """Only the newest hit of each group, over as many pages of hits as that takes."""
        found: dict[int, Hit] = {}
        page = limit * 2
        while True:
            hits = self.newest(page, before)
            fresh = {hit.group_id: hit for hit in _first_of_each_group(hits) if hit.group_id not in found}
            shown = self._groups_hit_after(before, fresh) if before else set()
            found.update({group: hit for group, hit in fresh.items() if group not in shown})
            if len(hits) < page or len(found) >= limit:
                return list(found.values())[:limit]
            before = hits[-1].cursor

    def _groups_hit_after(self, cursor: Cursor, groups: dict[int, Hit]) -> set[int]:
        """Groups whose newest hit stands on an earlier page."""
        later = [_Condition("(at, id) >= (%s, %s)", tuple(cursor)), _Condition("group_id = ANY(%s)", (list(groups),))]
        where, params = _where([*later, *self._within(self.matching)])
        return {row[0] for row in rows(f"SELECT DISTINCT group_id FROM {TABLE} WHERE {where}", params)}

    def best(self) -> list[Hit]:
        hits = self.newest(RANKED)
        if not self.has_positive:
            return hits
        found = ranks(self.strict, [hit.entry_id for hit in hits])
        ranked = [replace(hit, rank=found.get(hit.entry_id, 0.0)) for hit in hits]
        return sorted(ranked, key=lambda hit: hit.rank, reverse=True)  # stable: the newer one first among equals

    def near(self) -> list[Hit]:
        """What contains some of the words; a rare word counts more than a common one."""
        terms = near_terms(self.query)
        if not terms:
            return []
        weights, deciding = rarity(terms)
        if not deciding:
            return []
        wanted = " | ".join(f"({term})" for term in deciding)
        excluded = exclusion_tsquery(self.query)
        matching = self._holding(f"({wanted}) & !({excluded})" if excluded else f"({wanted})")
        hits = self._inverted([matching], RANKED * 2, [])
        found = near_ranks(weights, [hit.entry_id for hit in hits])
        ranked = [replace(hit, rank=found[hit.entry_id], is_near=True) for hit in hits if hit.entry_id in found]
        return sorted(ranked, key=lambda hit: hit.rank, reverse=True)

    def weighed(self, terms: Mapping[str, float]) -> list[Hit]:
        """What says the words with the greatest weights; each word has its own."""
        _rarity, deciding = rarity(list(terms), order=sorted(terms, key=terms.__getitem__, reverse=True))
        found: dict[int, Hit] = {}
        if deciding:
            wanted = self._holding(either(deciding))
            found = {hit.entry_id: hit for hit in self._inverted([wanted], RANKED * 2, [])}
        if len(deciding) < min(len(terms), DECIDING_TERMS):
            self.matching = [self._holding(either(terms))]
            found |= {hit.entry_id: hit for hit in self._window(WINDOW, RANKED * 2, [])}
        ranked_by = near_ranks(dict(terms), list(found))
        ranked = [replace(found[pk], rank=rank, is_near=True) for pk, rank in ranked_by.items()]
        return sorted(ranked, key=lambda hit: hit.rank, reverse=True)

    def count(self, cap: int) -> int:
        if self.has_positive and len(self._newest_few(cap, [])) == cap:
            return cap
        where, params = _where(self._within(self.matching))
        with by_index() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {where} LIMIT %s) AS found", [*params, cap]
            )
            return int(cursor.fetchone()[0])

    def _matching(self, about: About) -> Iterator[_Condition]:
        """All words of the query; of words that groups are about, those groups are as good."""
        known = [terms for terms in self.query.wanted if any(about.get(term) for term in terms)]
        rest = strict_tsquery(replace(self.query, wanted=tuple(t for t in self.query.wanted if t not in known)))
        if rest:
            yield self._holding(rest)
        for terms in known:
            groups = [group for term in terms for group in about.get(term, ())]
            if said := either_tsquery(terms):
                holding = self._holding(said)
                yield _Condition(f"({holding.sql} OR group_id = ANY(%s))", (*holding.params, groups))
            else:
                yield _Condition("group_id = ANY(%s)", (groups,))

    def _holding(self, tsquery: str) -> _Condition:
        wanted = bounded_tsquery(tsquery, scope_ids=self.bounds.scope_ids, kinds=self.bounds.kinds)
        return _Condition("vector @@ %s::tsquery", (wanted,))

    def _within(self, matching: Sequence[_Condition]) -> list[_Condition]:
        return [*matching, *self.days, *self.conditions]

    def _walk(self, limit: int, earlier: list[_Condition]) -> list[Hit]:
        """Down the list by time; for queries that almost every entry meets."""
        where, params = _where([*self._within(self.matching), *earlier])
        sql = f"SELECT {_COLUMNS} FROM {TABLE} WHERE {where} ORDER BY at DESC, id DESC LIMIT %s"
        return _hits(rows(sql, [*params, limit]))

    def _newest_few(self, limit: int, earlier: list[_Condition]) -> list[Hit]:
        """Hits among the newest entries: all that are wanted, or fewer when the inverted index is quicker."""
        hits = self._window(WINDOW, limit, earlier)
        if len(hits) < limit and (deeper := _deeper_window(len(hits), limit)):
            hits = self._window(deeper, limit, earlier)
        return hits

    def _window(self, size: int, limit: int, earlier: list[_Condition]) -> list[Hit]:
        inner, inner_params = _where([*earlier, *self.days])
        where, params = _where(self._within(self.matching))
        sql = (
            f"SELECT {_COLUMNS} FROM"
            f" (SELECT * FROM {TABLE} WHERE {inner} ORDER BY at DESC, id DESC LIMIT %s) AS newest"
            f" WHERE {where} ORDER BY at DESC, id DESC LIMIT %s"
        )
        return _hits(rows(sql, [*inner_params, size, *params, limit]))

    def _inverted(self, matching: Sequence[_Condition], limit: int, earlier: list[_Condition]) -> list[Hit]:
        where, params = _where([*self._within(matching), *earlier])
        with by_index() as cursor:
            cursor.execute(
                f"WITH hits AS MATERIALIZED (SELECT {_COLUMNS} FROM {TABLE} WHERE {where})"
                " SELECT * FROM hits ORDER BY at DESC, id DESC LIMIT %s",
                [*params, limit],
            )
            return _hits(cursor.fetchall())


def _days(query: Query) -> Iterator[_Condition]:
    if query.since is not None:
        yield _Condition("at >= %s", (_midnight(query.since),))
    if query.until is not None and query.until < date.max:
        yield _Condition("at < %s", (_midnight(query.until + timedelta(days=1)),))


def _conditions(bounds: Bounds) -> Iterator[_Condition]:
    if bounds.kinds is not None:
        yield _Condition("kind = ANY(%s)", (list(bounds.kinds),))
    if bounds.scope_ids is not None:
        yield _Condition("scope_id = ANY(%s)", (list(bounds.scope_ids),))
    for column, chosen in (("group_id", bounds.groups), ("object_id", bounds.objects)):
        if chosen is not None:
            try:
                sql, params = chosen.query.sql_with_params()
            except EmptyResultSet:
                yield _Condition("FALSE")
                continue
            yield _Condition(f"{column} IN ({sql})", tuple(params))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _where(conditions: Sequence[_Condition]) -> tuple[str, list[Any]]:
    sql = " AND ".join(condition.sql for condition in conditions) or "true"
    return sql, [param for condition in conditions for param in condition.params]


def _hits(rows: list[tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(kind=kind, object_id=object_id, group_id=group_id, at=at, entry_id=entry_id)
        for entry_id, kind, object_id, group_id, at in rows
    ]


def _deeper_window(found: int, limit: int) -> int:
    """How far to look for a full page, judged by what the first window held; 0 when the inverted index is quicker."""
    if not found:
        return 0
    size = int(WINDOW * limit / found * 1.3)
    return size if size <= min(_MAX_WINDOW, estimated_entries() * found / WINDOW * _FETCH_COST) else 0
