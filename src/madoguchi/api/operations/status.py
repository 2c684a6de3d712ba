"""How the desk is doing."""

from ninja import Router

from madoguchi import __version__
from madoguchi.api.auth import ApiRequest
from madoguchi.api.problems import READ
from madoguchi.api.schemas.watching import (
    CountsOut,
    DeliveryOut,
    FailingInboxOut,
    JobsOut,
    QueueOut,
    StatusOut,
)
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.queries import counts_for
from madoguchi.core.telling import told
from madoguchi.flows.status import Queue, machine_status

router = Router(tags=["Status"])


@router.get("/status", response={200: StatusOut, **READ}, operation_id="get_status", summary="How the desk is doing")
def get_status(request: ApiRequest) -> StatusOut:
    """Counts, what waits to be read, worked on and sent, desks in trouble. Quick enough to be asked every second."""
    machine = machine_status()
    counts = counts_for(request.auth)
    failing = inboxes_of(request.auth).filter(is_active=True).exclude(failing_since=None)
    return StatusOut(
        version=__version__,
        conversations=CountsOut(
            by_status={status: n for status, n in counts.by_status.items() if n},
            open=counts.open,
            mine=counts.mine,
            unassigned=counts.unassigned,
        ),
        intake=_queue(machine.intake),
        quarantined=machine.quarantined,
        events=_queue(machine.events),
        jobs=[JobsOut(queue=each.queue, due=each.due, planned=each.planned, doing=each.doing) for each in machine.jobs],
        failed_jobs=sum(each.failed for each in machine.jobs),
        delivery=DeliveryOut(**machine.delivery),
        failing_inboxes=[
            FailingInboxOut(id=each.pk, name=each.name, since=each.failing_since, reason=told(each.failure))
            for each in failing
            if each.failing_since
        ],
        database_bytes=machine.database_bytes,
    )


def _queue(queue: Queue) -> QueueOut:
    return QueueOut(waiting=queue.waiting, lag_seconds=queue.lag_seconds)
