"""Orders on their way in: deliveries of webhooks are read, sources that tell changes are asked every few minutes."""

from collections.abc import Mapping

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer

from madoguchi.commerce.actions.deliveries import forget_read, keep_delivery, read_deliveries
from madoguchi.commerce.actions.keeping import match_unassigned
from madoguchi.commerce.actions.syncing import sync_source
from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.queries import sources_to_ask
from madoguchi.flows.jobs import INSIDE, OUTSIDE

#: A source that has much to tell is asked so often in one go; the rest follows with the next.
_PAGES = 20


@transaction.atomic
def take_delivery(source: OrderSource, body: bytes, headers: Mapping[str, str]) -> None:
    """Keep what a webhook brought and plan its reading, both in one commit: it may be acknowledged after it."""
    keep_delivery(source, body, headers)
    _plan(read_deliveries_job.configure(queueing_lock="read_deliveries"))


def _plan(deferrer: JobDeferrer, **given: int) -> None:
    try:
        with transaction.atomic():
            deferrer.defer(**given)
    except AlreadyEnqueued:
        pass  # one that waits does this one's work too


@app.task(name="madoguchi.flows.read_deliveries", queue=INSIDE)
def read_deliveries_job() -> None:
    """Read what waits; plans itself again while there is more."""
    if read_deliveries():
        _plan(read_deliveries_job.configure(queueing_lock="read_deliveries"))


@app.periodic(cron="*/5 * * * *")
@app.task(name="madoguchi.flows.ask_sources", queue=INSIDE, queueing_lock="ask_sources")
def ask_sources_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every five minutes: plan to ask each source; read what was left; match orders that belong to nobody."""
    for pk in sources_to_ask():
        _plan(ask_source_job.configure(queueing_lock=f"ask_source_{pk}"), source_id=pk)
    read_deliveries()
    forget_read()
    match_unassigned()


@app.task(name="madoguchi.flows.ask_source", queue=OUTSIDE)
def ask_source_job(source_id: int) -> None:
    """Ask one source what has changed; what goes wrong is said at the source."""
    for _page in range(_PAGES):
        if not sync_source(source_id):
            return
