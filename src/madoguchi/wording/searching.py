"""Finding templates: by their words and readings (search.columns), and by an abbreviation before all."""

from django.db.models import Case, QuerySet, Value, When

from madoguchi.search import columns
from madoguchi.wording.models import Template


def index_text(template: Template) -> str:
    """The tsvector literal of a template."""
    names = [template.abbreviation, *template.keywords.split(), *template.folder.split("/")]
    body = f"{template.subject}\n{template.body}\n{template.note}"
    return columns.column_text(title=template.name, names=names, body=body, kind="template")


def saying(templates: QuerySet[Template], typed: str) -> QuerySet[Template]:
    """Those that say what was typed, the best first; an abbreviation typed whole comes before everything."""
    is_meant = Case(When(abbreviation__iexact=typed.strip(), then=Value(1)), default=Value(0))
    return columns.saying(templates, typed, title="name", before=[is_meant.desc()])
