"""For machines that watch: is the process alive, can it work, and the figures for Prometheus."""

from ipaddress import ip_address

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from madoguchi.accounts.queries import user_of_token
from madoguchi.flows.condition import read_condition

_RAW = Gauge("madoguchi_intake_waiting", "Raw messages that wait to be read")
_RAW_LAG = Gauge("madoguchi_intake_lag_seconds", "Age of the oldest raw message that waits to be read")
_EVENTS = Gauge("madoguchi_events_waiting", "Events whose reactions have not run")
_EVENTS_LAG = Gauge("madoguchi_events_lag_seconds", "Age of the oldest event whose reactions have not run")
_JOBS = Gauge("madoguchi_jobs", "Background jobs", ["status"])
_OUTGOING = Gauge("madoguchi_outgoing_messages", "Messages on their way out", ["state"])
_FAILING = Gauge("madoguchi_failing_inboxes", "Mailboxes that cannot be fetched or sent from")
_JOB_STATES = ("todo", "doing", "failed")
_OUTGOING_STATES = ("queued", "sending", "retrying", "failed", "uncertain")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served: the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "The database does not answer."}, status=503)
    return JsonResponse({"ready": True})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus; from this machine, or with an API token."""
    if not _may_read(request):
        return HttpResponseForbidden("Ask from this machine or send an API token.\n", content_type="text/plain")
    condition = read_condition()
    _RAW.set(condition.raw_waiting)
    _RAW_LAG.set(condition.raw_lag_seconds)
    _EVENTS.set(condition.events_waiting)
    _EVENTS_LAG.set(condition.events_lag_seconds)
    for status in _JOB_STATES:
        _JOBS.labels(status).set(condition.jobs.get(status, 0))
    for state in _OUTGOING_STATES:
        _OUTGOING.labels(state).set(condition.outgoing.get(state, 0))
    _FAILING.set(len(condition.failing_inboxes))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return user_of_token(token) is not None
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and ip_address(request.META["REMOTE_ADDR"] or "0.0.0.0").is_loopback  # noqa: S104 - nobody
