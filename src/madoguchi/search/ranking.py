"""Which of the found entries comes first, from the words' places in the texts and their rarity in all of them."""
# ruff: noqa: S608 — what is joined is the name of our own table; every value is bound

import math
from collections.abc import Sequence
from typing import Any

from django.db import connection

TABLE = "search_searchentry"
#: Near results: so many of the rarest words decide who is ranked at all,
DECIDING_TERMS = 6
#: if they stand in no more entries than this, all of which have to be fetched,
_MAX_FETCHED = 20_000
#: and of the rarity of all words together an entry must hold this share.
_LEAST_SHARE = 0.3
#: PostgreSQL's weights in the order D, C, B, A: body, unused, names, title.
_WEIGHTS = "{0.2, 0.2, 0.5, 1.0}"


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def estimated_entries() -> float:
    """How many entries there are, as the database counted them last; 0 or less when it never did."""
    estimate: float = rows("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [TABLE])[0][0]
    return estimate


def ranks(tsquery: str, entry_ids: list[int]) -> dict[int, float]:
    """How much each entry is about the query, shorter texts preferred."""
    found = rows(
        f"SELECT id, ts_rank(%s, vector, %s::tsquery, 1) FROM {TABLE} WHERE id = ANY(%s)",
        [_WEIGHTS, tsquery, entry_ids],
    )
    return dict(found)


def near_ranks(weights: dict[str, float], entry_ids: list[int]) -> dict[int, float]:
    """The sum over the words of rarity times how much of the text the word is, which saturates as in BM25.

    Entries in which words of less than `_LEAST_SHARE` of the whole rarity stand are left out.
    """
    found = " + ".join("%s * (vector @@ %s::tsquery)::int" for _ in weights)
    score = " + ".join(
        "%s * ts_rank(%s, vector, %s::tsquery) / (ts_rank(%s, vector, %s::tsquery) + 0.02)" for _ in weights
    )
    sql = f"SELECT id, ({score}) / (1 + 0.1 * ln(1 + length(vector))) FROM {TABLE} WHERE id = ANY(%s) AND {found} >= %s"
    score_params = [value for term, weight in weights.items() for value in (weight, _WEIGHTS, term, _WEIGHTS, term)]
    found_params = [value for term, weight in weights.items() for value in (weight, term)]
    least = _LEAST_SHARE * sum(weights.values())
    return dict(rows(sql, [*score_params, entry_ids, *found_params, least]))


def rarity(terms: list[str], *, order: list[str] | None = None) -> tuple[dict[str, float], list[str]]:
    """How much each word says, and the rarest words, which together stand in few enough entries to fetch them all.

    Both from the share of entries that the database's statistics know a word to be in. With an `order` the first words
    of it are taken instead of the rarest.
    """
    share = _share_of_entries()
    entries = max(estimated_entries(), 1)
    rarest_known = min(share.values(), default=0.001)
    shares = {term: max(sum(share.get(lexeme, 0.0) for lexeme in _lexemes(term)), rarest_known / 2) for term in terms}
    deciding: list[str] = []
    fetched = 0.0
    for term in (order or sorted(terms, key=shares.__getitem__))[:DECIDING_TERMS]:
        if fetched + shares[term] * entries <= _MAX_FETCHED:
            fetched += shares[term] * entries
            deciding.append(term)
    return {term: math.log(1 + 1 / shares[term]) for term in terms}, deciding


def _lexemes(tsquery: str) -> list[str]:
    return tsquery.split("'")[1::2]


def _share_of_entries() -> dict[str, float]:
    """The most common words and their share, as ANALYZE counted them last."""
    found = rows(
        "SELECT word, share FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)"
        f" AS common (word, share) WHERE tablename = '{TABLE}' AND attname = 'vector' AND word IS NOT NULL",
        [],
    )
    return dict(found)
