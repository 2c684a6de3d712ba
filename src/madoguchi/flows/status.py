"""How the machine is doing: what waits to be read, reacted to, worked on and sent. A few quick queries, no more.

Lists of everything that waits are short when all is well; when it is not, the partial indexes keep counting cheap.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Min, Model, QuerySet
from django.utils import timezone

from madoguchi.channels.choices import RawState
from madoguchi.channels.models import RawMessage
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.events.models import Event

#: What an outgoing message can be while it still concerns somebody.
UNDER_WAY = (
    MessageState.QUEUED,
    MessageState.SENDING,
    MessageState.RETRYING,
    MessageState.FAILED,
    MessageState.UNCERTAIN,
)

_JOBS = """
    SELECT queue_name,
           count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
           count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
           count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed')
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
    GROUP BY queue_name ORDER BY queue_name
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and how many seconds the oldest has been waiting (0 when none is)."""

    waiting: int
    lag_seconds: float


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs of one queue: due now, planned for later, being worked on, given up."""

    queue: str
    due: int
    planned: int
    doing: int
    failed: int


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """Everything at one moment."""

    intake: Queue
    quarantined: int
    events: Queue
    jobs: list[Jobs]
    delivery: dict[str, int]  #: by MessageState, every key of UNDER_WAY present
    database_bytes: int


def machine_status() -> MachineStatus:
    """Look at everything; six queries."""
    jobs, database_bytes = _jobs_and_size()
    return MachineStatus(
        intake=_queue(RawMessage.objects.filter(state=RawState.STORED), "received_at"),
        quarantined=RawMessage.objects.filter(state=RawState.QUARANTINED).count(),
        events=_queue(Event.objects.filter(is_pending=True), "at"),
        jobs=jobs,
        delivery=_delivery(),
        database_bytes=database_bytes,
    )


def _queue[M: Model](rows: QuerySet[M], since: str) -> Queue:
    found = rows.aggregate(waiting=Count("pk"), oldest=Min(since))
    lag = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return Queue(waiting=found["waiting"], lag_seconds=round(max(0.0, lag), 3))


def _delivery() -> dict[str, int]:
    rows = Message.objects.filter(state__in=UNDER_WAY).values_list("state").annotate(n=Count("pk")).order_by()
    return {state.value: 0 for state in UNDER_WAY} | dict(rows)


def _jobs_and_size() -> tuple[list[Jobs], int]:
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        jobs = [Jobs(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return jobs, int(size)
