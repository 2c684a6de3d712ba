"""Finding templates: folded and cut as the messages are (room search), but in a column of their own.

Some thousand templates among a million messages would be found slowly, and would spoil what is known of the words of
the messages; beside them they are found in milliseconds.
"""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Case, F, FloatField, Func, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from madoguchi.search.lexemes import near_terms, strict_tsquery, vector_text
from madoguchi.search.query import parse_query
from madoguchi.wording.models import Template

#: PostgreSQL's weights in the order D, C, B, A: body, unused, keywords, name.
_WEIGHTS = "{0.1, 0.1, 0.6, 1.0}"
#: A longer text is no search.
_MAX_CHARS = 200


def index_text(template: Template) -> str:
    """The tsvector literal of a template."""
    names = [template.abbreviation, *template.keywords.split(), *template.folder.split("/")]
    return vector_text(
        title=template.name,
        names=[name for name in names if name],
        body=f"{template.subject}\n{template.body}\n{template.note}",
        scope_id=0,
        kind="template",
    )


def saying(templates: QuerySet[Template], typed: str) -> QuerySet[Template]:
    """Those that say what was typed, the best first; when none says all of it, those that come closest.

    An abbreviation typed whole comes before everything.
    """
    query = parse_query(typed.strip()[:_MAX_CHARS], today=timezone.localdate())
    tsquery = strict_tsquery(query)
    if not tsquery or not templates.filter(holds(tsquery)).exists():
        tsquery = either(near_terms(query))
    if not tsquery:
        return templates.none()
    is_meant = Case(When(abbreviation__iexact=typed.strip(), then=Value(1)), default=Value(0))
    found = templates.filter(holds(tsquery)).annotate(is_meant=is_meant, rank=rank_by(tsquery))
    return found.order_by("-is_meant", "-rank", "-used_count", "pk")


def either(terms: Iterable[str]) -> str:
    """The tsquery literal that any of these meets."""
    return " | ".join(f"({term})" for term in terms)


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
