"""What PostgreSQL cannot hold (NUL, halves of surrogate pairs, huge numbers), looked for at the edge of every face.

Pages lose such characters silently, for a paste must not make every saving fail; the API refuses them. Nothing has a
number beyond those a row can have.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

#: The highest number of a row.
MAX_NUMBER = 2**63 - 1


def is_storable_text(text: str) -> bool:
    """True when the database takes the text as it is."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """The text without what cannot be stored."""
    return _UNSTORABLE.sub("", text)


class StorableText:
    """Middleware: queries, forms and addresses of pages hold nothing that cannot be stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the next middleware."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is done when the view is known."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """Clean what the view is given. The API refuses by itself, naming the field."""
        if request.resolver_match is None or request.resolver_match.namespace == "api":
            return
        if any(isinstance(value, int) and value > MAX_NUMBER for value in named.values()):
            raise Http404
        named.update({name: storable(value) for name, value in named.items() if isinstance(value, str)})
        request.GET = _cleaned(request.GET)  # type: ignore[assignment] # typed as read-only
        request.POST = _cleaned(request.POST)  # type: ignore[assignment]


def _cleaned(given: QueryDict) -> QueryDict:
    if all(is_storable_text(text) for name, values in given.lists() for text in (name, *values)):
        return given
    cleaned = QueryDict(mutable=True)
    for name, values in given.lists():
        cleaned.setlist(storable(name), [storable(value) for value in values])
    cleaned._mutable = False  # noqa: SLF001 - Django's own way to close one  # type: ignore[attr-defined]
    return cleaned
