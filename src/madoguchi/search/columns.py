"""Finding rows of tables that keep their words in a column of their own (`vector`), as templates and articles do.

Folded and cut as the messages are. Some thousand rows among a million messages would be found slowly, and would spoil
what is known of the words of the messages; beside them they are found in milliseconds.
"""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Case, F, FloatField, Func, Model, OrderBy, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from madoguchi.search.bounded import by_index
from madoguchi.search.lexemes import either, near_terms, spoken_text, spoken_tsquery, strict_tsquery, vector_text
from madoguchi.search.query import parse_query

#: PostgreSQL's weights in the order D, C, B, A: body, unused, names (keywords, folders), title.
_WEIGHTS = "{0.1, 0.1, 0.6, 1.0}"
#: As many as are ranked of those used most, and as many of those called so.
_RANKED = 150
#: A longer text is no search.
_MAX_CHARS = 200


def column_text(*, title: str, names: Sequence[str], body: str, kind: str) -> str:
    """The tsvector literal of one row: its title counts most, then what else it is called; both also as read."""
    named = [name for name in names if name]
    written = vector_text(title=title, names=named, body=body, scope_id=0, kind=kind)
    return f"{written} {spoken_text(title=title, names=named)}"


def saying[M: Model](rows: QuerySet[M], typed: str, *, title: str, before: Sequence[OrderBy] = ()) -> QuerySet[M]:
    """Those that say what was typed, the best first; when none says all of it, those that come closest.

    Of a word that very many say, those are ranked whose `title` says so and those that are used most (`used_count`).
    `before` stands before the rank in the order; then comes what is called so, as far as it was typed.
    """
    typed = typed.strip()
    query = parse_query(typed[:_MAX_CHARS], today=timezone.localdate())
    tsquery = strict_tsquery(query)
    found = _candidates(rows, tsquery, typed, title)
    if not found and len(terms := near_terms(query)) > 1:
        tsquery = either(terms)
        found = _candidates(rows, tsquery, "", title)
    if not found:
        return rows.none()
    is_called_so = Case(When(**{f"{title}__istartswith": typed}, then=Value(1)), default=Value(0))
    ranked = rows.filter(pk__in=found)
    return ranked.order_by(*before, is_called_so.desc(), rank_by(tsquery).desc(), "-used_count", "pk")


def _candidates[M: Model](rows: QuerySet[M], tsquery: str, called: str, title: str) -> set[int]:
    """What is worth ranking, for ranking reads the whole text of each: those used most, and those called so."""
    if not tsquery:
        return set()
    fitting = rows.filter(holds(tsquery)).order_by("-used_count", "pk").values_list("pk", flat=True)
    with by_index():
        found = set(fitting[:_RANKED])
    if called and len(found) == _RANKED:
        found |= set(rows.filter(**{f"{title}__icontains": called}).values_list("pk", flat=True)[:_RANKED])
        if spoken := spoken_tsquery(called):
            found |= set(rows.filter(holds(spoken)).values_list("pk", flat=True)[:_RANKED])
    return found


def holds(tsquery: str) -> Func:
    """The condition that the index answers."""
    template = "(%(expressions)s::tsquery)"
    return Func(F("vector"), Value(tsquery), template=template, arg_joiner=" @@ ", output_field=BooleanField())


def rank_by(tsquery: str) -> Func:
    """How much a row is about a tsquery literal."""
    return Func(
        Value(_WEIGHTS),
        F("vector"),
        Cast(Value(tsquery), SearchQueryField()),
        Value(1),
        template="ts_rank(%(expressions)s)",
        output_field=FloatField(),
    )


def speaking[M: Model](
    tsqueries: Sequence[str], rows: QuerySet[M], *, most: int
) -> dict[int, Sequence[tuple[bool, bool]]]:
    """Of each of the first rows: whether its title or names, and whether any of it, says each word.

    Asked in two steps: in one, all rows would be asked about every word before the first few are taken.
    """
    first = list(rows.values_list("pk", flat=True)[:most])
    said: dict[str, Func] = {}
    for place, tsquery in enumerate(tsqueries):
        said |= {f"named_{place}": _names(tsquery), f"said_{place}": holds(tsquery)}
    asked = rows.order_by().filter(pk__in=first).annotate(**said).values_list("pk", *said)
    return {pk: list(zip(found[::2], found[1::2], strict=True)) for pk, *found in asked}


def _names(tsquery: str) -> Func:
    template = "(ts_filter(%(expressions)s::tsquery)"
    return Func(
        F("vector"), Value(tsquery), template=template, arg_joiner=", '{a,b}') @@ ", output_field=BooleanField()
    )
