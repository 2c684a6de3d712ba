"""What is done by the clock: what nobody needs any more goes, and changed records are compared with others."""

from django.utils import timezone
from procrastinate.contrib.django import app

from madoguchi.accounts.actions import sweep_sessions
from madoguchi.conversations.deadlines import forget_alarms
from madoguchi.customers.actions import refresh_stale
from madoguchi.customers.actions.table_sweeping import sweep_tables
from madoguchi.flows.jobs import INSIDE

#: Batches a run; what is left waits for the next minute.
_BATCHES = 20


@app.periodic(cron="17 * * * *")
@app.task(name="madoguchi.flows.sweep", queue=INSIDE, queueing_lock="sweep")
def sweep_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Delete what has ended."""
    sweep_sessions()
    forget_alarms(timezone.now())
    sweep_tables(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.match_customers", queue=INSIDE, queueing_lock="match_customers")
def match_customers_job(timestamp: int) -> None:  # noqa: ARG001
    """名寄せ: look for others who may be the customers that came or changed since."""
    match_customers()


def match_customers(batches: int = _BATCHES) -> None:
    """Compare so many batches of changed records with others."""
    for _batch in range(batches):
        if not refresh_stale():
            return
