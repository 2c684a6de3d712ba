"""Pages that are open to all, answered before sessions, sign-in and tokens are looked at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from madoguchi.calls.pages import PLACE as CALL_ME
from madoguchi.cases.policy import PLACE as POLICY
from madoguchi.knowledge.links import PLACE as HELP
from madoguchi.portal.views import missing

_PLACES = (f"/{HELP}", f"/{CALL_ME}", f"/{POLICY}")


def serve_open_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before sessions: no cookie is read or set for these pages, whoever else is signed in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_PLACES):
            return get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return missing(request)
        request.resolver_match = match
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer

    return middleware
