"""How the machinery is doing: what waits, for how long, and what has failed. For status pages and monitors."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from madoguchi.channels.queries import failing_inboxes, oldest_waiting_raw, waiting_raw_count
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.events.models import Event


@dataclass(frozen=True, slots=True)
class Condition:
    """One look at everything that can pile up. Lags are seconds since the oldest waiting thing came; 0 when none."""

    raw_waiting: int
    raw_lag_seconds: float
    events_waiting: int
    events_lag_seconds: float
    jobs: dict[str, int]  #: by procrastinate's status: todo, doing, failed
    outgoing: dict[str, int]  #: messages on their way out, by state
    failing_inboxes: list[str]

    @property
    def is_well(self) -> bool:
        """True unless somebody should look."""
        troubled = self.outgoing.get(MessageState.FAILED, 0) + self.outgoing.get(MessageState.UNCERTAIN, 0)
        return not self.failing_inboxes and not troubled and self.raw_lag_seconds < 300


def read_condition() -> Condition:
    """Look once; a handful of indexed queries."""
    now = timezone.now()
    raw = oldest_waiting_raw()
    event = Event.objects.pending().first()
    states = [MessageState.QUEUED, MessageState.SENDING, MessageState.RETRYING, MessageState.FAILED]
    outgoing = Message.objects.filter(state__in=[*states, MessageState.UNCERTAIN]).values_list("state")
    return Condition(
        raw_waiting=waiting_raw_count() if raw else 0,
        raw_lag_seconds=(now - raw.received_at).total_seconds() if raw else 0.0,
        events_waiting=Event.objects.filter(is_pending=True).count() if event else 0,
        events_lag_seconds=(now - event.at).total_seconds() if event else 0.0,
        jobs=_jobs(),
        outgoing=dict(outgoing.annotate(n=Count("pk")).order_by()),
        failing_inboxes=[inbox.name for inbox in failing_inboxes()],
    )


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
        )
        return dict(cursor.fetchall())
