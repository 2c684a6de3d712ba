"""A page of a timeline: each source is asked for its next few places by key, the pages' rows are fetched whole.

Two round trips, whatever there is to be read; searching costs two more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import attrgetter, or_
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.indexing import MESSAGE, SIDE
from madoguchi.conversations.of_person import CONVERSATIONS_ELSEWHERE, CONVERSATIONS_OF
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Shaped, Slot
from madoguchi.core.together import fetch_together
from madoguchi.customers.of_person import with_merged
from madoguchi.flows.timeline.entry import PHONE, Chosen, Entry, Kind, Place
from madoguchi.flows.timeline.sources import SOURCES, Source
from madoguchi.search.bounded import bounded_cost
from madoguchi.search.folding import fold_name
from madoguchi.search.queries import objects_saying
from madoguchi.search.query import Query, parse_query

PAGE = 50
#: Of a company, the timeline brings together so many people.
MOST_PEOPLE = 200
#: Of one source that is not in the search index, as many rows are looked through.
_MOST_SEARCHED = 3_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first."""

    entries: Sequence[Entry]
    has_more: bool


def page_of(
    user: User,
    customers: Collection[int],
    chosen: Chosen | None = None,
    *,
    before: Place | None = None,
    after: Place | None = None,
    limit: int = PAGE,
) -> Page:
    """The entries of customers whom the caller has got for this person, before a place, or those next after one.

    Nothing of what the person may not see is read. `TooCostly` for a search that takes too long.
    """
    if chosen is not None and chosen.text:
        with bounded_cost():
            return _page(user, customers, chosen, before, after, limit)
    return _page(user, customers, chosen or Chosen(), before, after, limit)


def _page(
    user: User, customers: Collection[int], chosen: Chosen, before: Place | None, after: Place | None, limit: int
) -> Page:
    asked = _Asked(user, customers, chosen)
    places = _places(asked, before, after, limit + 1)
    shown = places[:limit]
    entries = _entries(asked, shown)
    return Page(sorted(entries, key=attrgetter("place"), reverse=True), len(places) > limit)


def entry_of(user: User, customers: Collection[int], rank: int, pk: int) -> Entry:
    """One entry of these customers; NotFound for what is none of theirs, or not for this person."""
    found = _entries(_Asked(user, customers, Chosen()), [Place(timezone.now(), rank, pk)])
    if not found:
        raise NotFound(_("There is no such entry, or you may not see it."))
    return found[0]


class Narrowing(NamedTuple):
    """How rows are narrowed, apart from the values: a shape of prepared reads."""

    kinds: tuple[Kind, ...] = ()
    way: str = ""
    by_channel: bool = False
    by_inbox: bool = False
    has_since: bool = False
    has_until: bool = False


class _Asked:
    """One question, and the values that its reads are given."""

    def __init__(self, user: User, customers: Collection[int], chosen: Chosen) -> None:
        reader = copy(user)  # what it remembers of the 窓口 is for this one question
        remember_inboxes(reader)
        self.sight, self.chosen = sight_of(reader), chosen
        self.query = parse_query(chosen.text, today=timezone.localdate())
        self._talks: list[int] | None = None
        self.customers = list(customers)
        self.merged = with_merged(self.customers)
        self.values = {
            **eyes_of(reader),
            "today": timezone.localdate(),
            "channel": chosen.channel,
            "inbox": chosen.inbox,
            "since": beginning_of(chosen.since) if chosen.since else None,
            "until": beginning_of(chosen.until + timedelta(days=1)) if chosen.until else None,
        }

    def people(self, source: Source) -> list[int]:
        return self.merged if source.takes_merged else self.customers

    def sources(self) -> list[Source]:
        """Those that may have what was chosen."""
        return [source for source in SOURCES if self._may_have(source)]

    def _may_have(self, source: Source) -> bool:
        chosen = self.chosen
        if (chosen.way and not source.by_way) or (chosen.inbox is not None and not source.inbox):
            return False
        return bool(_kinds(source, chosen))

    def narrowing(self, source: Source) -> Narrowing:
        """How the rows of a source are narrowed, apart from the values."""
        chosen, kinds = self.chosen, _kinds(source, self.chosen)
        return Narrowing(
            kinds=tuple(sorted(kinds)) if source.by_kind and len(kinds) < len(source.kinds) else (),
            way=chosen.way,
            by_channel=bool(chosen.channel) and chosen.channel != PHONE,
            by_inbox=chosen.inbox is not None,
            has_since=chosen.since is not None,
            has_until=chosen.until is not None,
        )

    def said(self) -> dict[int, list[int]]:
        """Of the sources that the index does not know, the ids of what says the words: they are read and folded."""
        texts = {
            source.rank: _TEXTS(source.rank, self.sight, self.narrowing(source))(
                **self.values, people=self.people(source)
            )
            for source in self.sources()
            if source.texts
        }
        fetch_together(*texts.values())
        return {rank: _saying(rows, self.query) for rank, rows in texts.items()}

    def messages_saying(self, until: datetime | None, limit: int = 0) -> list[int]:
        """The newest messages up to a moment that say the words, or all of them."""
        if self._talks is None:
            values = {**self.values, "people": self.customers}
            theirs, elsewhere = CONVERSATIONS_OF(self.sight)(**values), CONVERSATIONS_ELSEWHERE(self.sight)(**values)
            fetch_together(theirs, elsewhere)
            self._talks = sorted({*theirs, *elsewhere})
        return objects_saying(self.query, kinds=(MESSAGE, SIDE), group_ids=self._talks, until=until, limit=limit)


def _narrowed(source: Source, sight: Sight, how: Narrowing, *, are_picked: bool = False) -> QuerySet[Any]:
    rows = _rows(source, sight, are_picked=are_picked)
    if how.kinds:
        rows = rows.filter(reduce(or_, (source.by_kind[kind] for kind in how.kinds)))
    if how.way:
        rows = rows.filter(source.by_way[how.way])
    if how.by_channel:
        rows = rows.filter(**{f"{source.inbox}__kind": Slot("channel")})
    if how.by_inbox:
        rows = rows.filter(**{source.inbox: Slot("inbox")})
    if how.has_since:
        rows = rows.filter(**{f"{source.at}__gte": Slot("since")})
    return rows.filter(**{f"{source.at}__lt": Slot("until")}) if how.has_until else rows


def _rows(source: Source, sight: Sight, *, are_picked: bool) -> QuerySet[Any]:
    return source.picked(sight) if are_picked and source.picked else source.rows(sight)


def _kinds(source: Source, chosen: Chosen) -> set[Kind]:
    kinds = set(source.kinds)
    if chosen.kinds:
        kinds &= chosen.kinds
    if chosen.channel:
        kinds &= {Kind.CALL} if chosen.channel == PHONE else {Kind.RECEIVED, Kind.SENT}
    return kinds


def _saying(rows: Iterable[tuple[Any, ...]], query: Query) -> list[int]:
    """The ids of those that say every word, and none that is excluded, in whatever spelling."""
    texts: dict[int, str] = defaultdict(str)
    for pk, *said in rows:
        texts[pk] += fold_name(" ".join(str(each) for each in said if each)) + "\n"
    wanted = [[fold_name(term.text) for term in terms] for terms in query.wanted]
    excluded = [fold_name(term.text) for term in query.excluded]
    if not wanted:
        return []
    return [
        pk
        for pk, text in texts.items()
        if all(any(word in text for word in words) for words in wanted) and not any(word in text for word in excluded)
    ]


def _places(asked: _Asked, before: Place | None, after: Place | None, limit: int) -> list[Place]:
    """The next places after or before one, in the order in which one comes to them."""
    if asked.chosen.text:
        places = _places_saying(asked, before, after, limit)
    else:
        places = _read(asked, asked.sources(), before, after, limit)
    return sorted(places, reverse=after is None)[:limit]


def _places_saying(asked: _Asked, before: Place | None, after: Place | None, limit: int) -> list[Place]:
    """Places of what says the words. Most words fill a page with the newest messages that say them."""
    known = [source for source in asked.sources() if not source.texts]
    others = [source for source in asked.sources() if source.texts]
    places = _read(asked, others, before, after, limit, asked.said())
    if not known:
        return places
    few = 0 if after else _FEW
    messages = asked.messages_saying(before.at if before else None, few)
    found = _read(asked, known, before, after, limit, {source.rank: messages for source in known})
    if few and len(messages) == few and len(found) < limit:
        messages = asked.messages_saying(before.at if before else None)
        found = _read(asked, known, before, after, limit, {source.rank: messages for source in known})
    return places + found


#: As many messages that say a word are taken at first: a page, though some of them may not be what was chosen.
_FEW = 4 * PAGE


def _read(
    asked: _Asked,
    sources: Sequence[Source],
    before: Place | None,
    after: Place | None,
    limit: int,
    said: Mapping[int, Sequence[int]] | None = None,
) -> list[Place]:
    """The next places of each source; of those only that `said` the words."""
    place = before or after
    values: dict[str, Any] = {**asked.values, **({"at": place.at, "id": place.id} if place else {})}
    size = next((size for size in _SIZES if size >= limit), limit)
    keys = []
    for source in sources:
        if said is not None and not said[source.rank]:
            continue
        stands = _stands(source, before, after)
        read = _KEYS(source.rank, asked.sight, asked.narrowing(source), stands, size, said is not None)
        keys.append((source, read(**values, people=asked.people(source), said=said[source.rank] if said else [])))
    fetch_together(*(rows for _source, rows in keys))
    return [Place(at, source.rank, pk) for source, rows in keys for at, pk in rows]


#: So many places are asked for at once: each number is a shape of its own.
_SIZES = (2, PAGE + 1, 201, 501)


def _stands(source: Source, before: Place | None, after: Place | None) -> str:
    """How the rows of a source stand to a place: the rank decides about those of its very moment."""
    if before is not None:
        return "<" if source.rank > before.rank else "<=" if source.rank < before.rank else "<id"
    if after is not None:
        return ">" if source.rank < after.rank else ">=" if source.rank > after.rank else ">id"
    return ""


#: The rows of a source that stand so to the place of the slots `at` and `id`.
_STANDS: Mapping[str, Callable[[str], Q]] = {
    "": lambda _at: Q(),
    "<": lambda at: Q(**{f"{at}__lt": Slot("at")}),
    "<=": lambda at: Q(**{f"{at}__lte": Slot("at")}),
    "<id": lambda at: Q(**{f"{at}__lte": Slot("at")}) & ~Q(**{f"{at}__exact": Slot("at"), "pk__gte": Slot("id")}),
    ">": lambda at: Q(**{f"{at}__gt": Slot("at")}),
    ">=": lambda at: Q(**{f"{at}__gte": Slot("at")}),
    ">id": lambda at: Q(**{f"{at}__gte": Slot("at")}) & ~Q(**{f"{at}__exact": Slot("at"), "pk__lte": Slot("id")}),
}
_BY_RANK = {source.rank: source for source in SOURCES}


def _keys(rank: int, sight: Sight, how: Narrowing, stands: str, limit: int, by_words: bool) -> QuerySet[Any, Any]:  # noqa: FBT001 - a shape
    source, sign = _BY_RANK[rank], "" if stands.startswith(">") else "-"
    rows = _narrowed(source, sight, how, are_picked=by_words).filter(_STANDS[stands](source.at))
    if by_words:
        rows = rows.filter(OneOf(F("pk"), Slot("said")))
    return rows.order_by(f"{sign}{source.at}", f"{sign}pk").values_list(source.at, "pk")[:limit]


def _texts(rank: int, sight: Sight, how: Narrowing) -> QuerySet[Any, Any]:
    source = _BY_RANK[rank]
    return _narrowed(source, sight, how).order_by("-pk").values_list("pk", *source.texts)[:_MOST_SEARCHED]


def _whole(rank: int, sight: Sight) -> QuerySet[Any]:
    source = _BY_RANK[rank]
    return source.whole(_rows(source, sight, are_picked=True).filter(OneOf(F("pk"), Slot("ids"))).order_by())


_KEYS: Shaped[QuerySet[Any, Any]] = Shaped(_keys, kept=1024)
_TEXTS: Shaped[QuerySet[Any, Any]] = Shaped(_texts)
_WHOLE: Shaped[QuerySet[Any]] = Shaped(_whole)


def _entries(asked: _Asked, places: Sequence[Place]) -> list[Entry]:
    ids: dict[int, list[int]] = defaultdict(list)
    for place in places:
        ids[place.rank].append(place.id)
    whole = [
        (source, _WHOLE(source.rank, asked.sight)(**asked.values, people=asked.people(source), ids=ids[source.rank]))
        for source in SOURCES
        if source.rank in ids
    ]
    fetch_together(*(rows for _source, rows in whole))
    return [source.entry(row) for source, rows in whole for row in rows]


def beginning_of(day: date) -> datetime:
    """The first moment of a day where the desk is."""
    return timezone.make_aware(datetime.combine(day, time()))
