"""How long requests take, for Prometheus: one histogram by view, method and class of status."""

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

#: From a cached fragment to something a person complains about.
_BUCKETS = (0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
#: Anybody may send a method of their own invention; each would be a label for ever.
_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
REQUEST_SECONDS = Histogram(
    "madoguchi_request_seconds", "Time to answer a request", ["view", "method", "status"], buckets=_BUCKETS
)


class RequestMetrics:
    """Middleware, outermost: times everything inside it and says so to the browser's tools (Server-Timing)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the next middleware."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request and note how long it took; names of views only, never addresses."""
        began = perf_counter()
        response = self._get_response(request)
        seconds = perf_counter() - began
        match = request.resolver_match
        view = (match.view_name if match else "") or "unknown"
        method = request.method if request.method in _METHODS else "other"
        REQUEST_SECONDS.labels(view, method, f"{response.status_code // 100}xx").observe(seconds)
        response.headers["Server-Timing"] = f"app;dur={seconds * 1000:.1f}"
        return response
