"""Where each address leads, and what is answered where none does: JSON to programs, a page to people."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from madoguchi.api import health
from madoguchi.api.problems import unanswered
from madoguchi.api.urls import unknown
from madoguchi.calls.pages import PLACE as CALL_ME
from madoguchi.cases.policy import PLACE as POLICY
from madoguchi.desk.views.wrong import failed_page, refused_page, stale_page
from madoguchi.knowledge.links import PLACE as HELP
from madoguchi.portal.urls import call_me_urlpatterns, policy_urlpatterns

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", include("madoguchi.accounts.urls")),
    path("api/v1/", include("madoguchi.api.urls")),
    path("hooks/", include("madoguchi.connectors.order_webhook.urls")),
    path(HELP, include("madoguchi.portal.urls")),
    path(CALL_ME, include(call_me_urlpatterns)),
    path(POLICY, include(policy_urlpatterns)),
    re_path(r"^api(?:/.*)?$", unknown),
    path("", include("madoguchi.desk.urls")),
]


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request that cannot be read."""
    return unanswered(400) if _is_program(request) else refused_page(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer what is not open to somebody."""
    return unanswered(403) if _is_program(request) else refused_page(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer an address that leads nowhere."""
    return unanswered(404) if _is_program(request) else refused_page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer when we have failed; the log says why."""
    return unanswered(500) if _is_program(request) else failed_page()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a form that does not show it comes from one of our pages."""
    return unanswered(403) if _is_program(request) else stale_page(request)
