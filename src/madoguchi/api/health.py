"""For machines that watch: is the process alive, can it work, and the figures for Prometheus."""

from ipaddress import ip_address

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from madoguchi.accounts.queries import user_of_token
from madoguchi.channels.queries import failing_inboxes
from madoguchi.flows.status import machine_status

_RAW = Gauge("madoguchi_intake_waiting", "Raw messages that wait to be read")
_RAW_LAG = Gauge("madoguchi_intake_lag_seconds", "Age of the oldest raw message that waits to be read")
_EVENTS = Gauge("madoguchi_events_waiting", "Events whose reactions have not run")
_EVENTS_LAG = Gauge("madoguchi_events_lag_seconds", "Age of the oldest event whose reactions have not run")
_QUARANTINED = Gauge("madoguchi_quarantined", "Raw messages that could not be read")
_JOBS = Gauge("madoguchi_jobs", "Background jobs", ["queue", "state"])
_OUTGOING = Gauge("madoguchi_outgoing_messages", "Messages on their way out", ["state"])
_FAILING = Gauge("madoguchi_failing_inboxes", "Mailboxes that cannot be fetched or sent from")


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
    status = machine_status()
    _RAW.set(status.intake.waiting)
    _RAW_LAG.set(status.intake.lag_seconds)
    _QUARANTINED.set(status.quarantined)
    _EVENTS.set(status.events.waiting)
    _EVENTS_LAG.set(status.events.lag_seconds)
    _JOBS.clear()  # a queue without jobs is not in the answer, and must not keep its last figure
    for jobs in status.jobs:
        for state in ("due", "planned", "doing", "failed"):
            _JOBS.labels(jobs.queue, state).set(getattr(jobs, state))
    for state, waiting in status.delivery.items():
        _OUTGOING.labels(state).set(waiting)
    _FAILING.set(failing_inboxes().count())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return user_of_token(token) is not None
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and ip_address(request.META["REMOTE_ADDR"] or "0.0.0.0").is_loopback  # noqa: S104 - nobody
