"""The jobs behind importing and exporting customers: a piece of work at a time, begun anew by whoever finds it dead."""

import logging
import time
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from madoguchi.customers.actions.import_work import give_up, still_imports, work_on
from madoguchi.events.models import Event
from madoguchi.flows.customer_export import write_export
from madoguchi.flows.jobs import FILES

logger = logging.getLogger(__name__)

#: Then others who wait in the queue have their turn.
_SECONDS_AT_ONCE = 20.0
#: A batch takes seconds, reading a large workbook minutes.
_DEAD_AFTER = timedelta(minutes=25)


def schedule_import(event: Event) -> None:
    """Have the work on an import begin or go on."""
    import_job.defer(import_id=_number(event))


@app.task(name="madoguchi.flows.import_customers", queue=FILES)
def import_job(import_id: int) -> None:
    """Work on an import for a while, then plan itself again; after a kill it goes on behind the last batch."""
    until = time.monotonic() + _SECONDS_AT_ONCE
    try:
        while work_on(import_id):
            if time.monotonic() > until:
                import_job.defer(import_id=import_id)
                return
    except Exception:
        logger.exception("customer_import_failed", extra={"import": import_id})
        give_up(import_id)
        raise


def schedule_export(event: Event) -> None:
    """Have a table of customers written."""
    export_job.defer(export_id=_number(event))


@app.task(name="madoguchi.flows.export_customers", queue=FILES)
def export_job(export_id: int) -> None:
    """Write a table of customers; may run twice."""
    write_export(export_id)


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.wake_imports", queue=FILES, queueing_lock="wake_imports")
def wake_imports_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every minute: imports whose job died in a way that nobody noticed go on."""
    for import_id in still_imports(timezone.now() - _DEAD_AFTER):
        import_job.defer(import_id=import_id)


def _number(event: Event) -> int:
    return int(event.subject.partition(":")[2])
