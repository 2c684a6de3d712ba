"""The page of a public article. What is internal, a draft or archived is not there, and cannot be told from nothing."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import get_language_from_request, override
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from madoguchi.accounts.queries import workspace_name
from madoguchi.core.errors import NotFound
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.queries import public_article
from madoguchi.knowledge.reading import page_of

#: Nothing runs here, nothing is sent from here, and no other page frames it.
ONLY_READ = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
#: For so many seconds a copy may be shown somewhere, of an article that was withdrawn too.
_KEPT = 60
#: As large as the database counts.
_MOST = 2**63 - 1


@require_safe
@csp_override(ONLY_READ)
def article(request: HttpRequest, number: int) -> HttpResponse:
    """One article in its own language; the words around it are Japanese or English."""
    try:
        found = public_article(min(number, _MOST))
    except NotFound:
        return _missing(request)
    with override(around(found.language)):
        response = HttpResponse(render_to_string("portal/article.html", _context(found)))
    response["Cache-Control"] = f"public, max-age={_KEPT}"
    response["Content-Language"] = found.language
    return _marked(response)


def _context(found: Article) -> dict[str, object]:
    main = found.category.parent if found.category else None
    return {
        "shop": workspace_name(),
        "article": found,
        "html": page_of(found),
        "places": [each.name for each in (main, found.category) if each is not None],
        "changed": timezone.localdate(found.updated_at),  # no “today”: a copy of the page may be kept
    }


def around(language: str) -> str:
    """Japanese or English: what a Korean reader understands sooner."""
    return "ja" if language.startswith("ja") else "en"


@csp_override(ONLY_READ)
def missing(request: HttpRequest) -> HttpResponse:
    """What stands where no article is, or none for customers."""
    return _missing(request)


def _missing(request: HttpRequest) -> HttpResponse:
    language = around(get_language_from_request(request))
    with override(language):
        response = HttpResponse(render_to_string("portal/missing.html", {"shop": workspace_name()}), status=404)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return _marked(response)


def _marked(response: HttpResponse) -> HttpResponse:
    """Whoever has the link reads it; search engines wait for a help centre that leads there."""
    response["X-Robots-Tag"] = "noindex"
    return response
