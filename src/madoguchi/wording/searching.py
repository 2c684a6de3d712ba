"""Finding templates: folded and cut as the messages are (room search), but in a column of their own.

Some thousand templates among a million messages would be found slowly, and would spoil what is known of the words of
the messages; beside them they are found in milliseconds.
"""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Case, F, FloatField, Func, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from madoguchi.search.bounded import by_index
from madoguchi.search.lexemes import either, near_terms, spoken_text, spoken_tsquery, strict_tsquery, vector_text
from madoguchi.search.query import parse_query
from madoguchi.wording.models import Template

#: PostgreSQL's weights in the order D, C, B, A: body, unused, keywords, name.
_WEIGHTS = "{0.1, 0.1, 0.6, 1.0}"
#: As many as are ranked of those used most, and as many of those called so.
_RANKED = 150
#: A longer text is no search.
_MAX_CHARS = 200


def index_text(template: Template) -> str:
    """The tsvector literal of a template."""
    called = [template.abbreviation, *template.keywords.split(), *template.folder.split("/")]
    names = [name for name in called if name]
    body = f"{template.subject}\n{template.body}\n{template.note}"
    written = vector_text(title=template.name, names=names, body=body, scope_id=0, kind="template")
    return f"{written} {spoken_text(title=template.name, names=names)}"


def saying(templates: QuerySet[Template], typed: str) -> QuerySet[Template]:
    """Those that say what was typed, the best first; when none says all of it, those that come closest.

    An abbreviation typed whole comes before everything. Of a word that very many say, those are ranked that are called
    so and those that are used most.
    """
    query = parse_query(typed.strip()[:_MAX_CHARS], today=timezone.localdate())
    tsquery = strict_tsquery(query)
    found = _candidates(templates, tsquery, typed.strip())
    if not found and len(terms := near_terms(query)) > 1:
        tsquery = either(terms)
        found = _candidates(templates, tsquery, "")
    is_meant = Case(When(abbreviation__iexact=typed.strip(), then=Value(1)), default=Value(0))
    ranked = templates.filter(pk__in=found).annotate(is_meant=is_meant, rank=rank_by(tsquery))
    return ranked.order_by("-is_meant", "-rank", "-used_count", "pk") if found else templates.none()


def _candidates(templates: QuerySet[Template], tsquery: str, called: str) -> set[int]:
    """What is worth ranking, for ranking reads the whole text of each: those used most, and those called so."""
    if not tsquery:
        return set()
    rows = templates.filter(holds(tsquery)).order_by("-used_count", "pk").values_list("pk", flat=True)
    with by_index():
        found = set(rows[:_RANKED])
    if called and len(found) == _RANKED:
        found |= set(templates.filter(name__icontains=called).values_list("pk", flat=True)[:_RANKED])
        if spoken := spoken_tsquery(called):
            found |= set(templates.filter(holds(spoken)).values_list("pk", flat=True)[:_RANKED])
    return found


def holds(tsquery: str) -> Func:
    """The condition that the index answers."""
    template = "(%(expressions)s::tsquery)"
    return Func(F("vector"), Value(tsquery), template=template, arg_joiner=" @@ ", output_field=BooleanField())


def rank_by(tsquery: str) -> Func:
    """How much a template is about a tsquery literal: its name counts most."""
    return Func(
        Value(_WEIGHTS),
        F("vector"),
        Cast(Value(tsquery), SearchQueryField()),
        Value(1),
        template="ts_rank(%(expressions)s)",
        output_field=FloatField(),
    )


def speaking(
    tsqueries: Sequence[str], templates: QuerySet[Template], *, most: int
) -> dict[int, Sequence[tuple[bool, bool]]]:
    """Of each of the first templates: whether its name, keywords or folder, and whether any of it, says each word.

    Asked in two steps: in one, all templates would be asked about every word before the first few are taken.
    """
    first = list(templates.values_list("pk", flat=True)[:most])
    said: dict[str, Func] = {}
    for place, tsquery in enumerate(tsqueries):
        said |= {f"named_{place}": _names(tsquery), f"said_{place}": holds(tsquery)}
    rows = Template.objects.filter(pk__in=first).annotate(**said).values_list("pk", *said)
    return {pk: list(zip(found[::2], found[1::2], strict=True)) for pk, *found in rows}


def _names(tsquery: str) -> Func:
    template = "(ts_filter(%(expressions)s::tsquery)"
    return Func(
        F("vector"), Value(tsquery), template=template, arg_joiner=", '{a,b}') @@ ", output_field=BooleanField()
    )
