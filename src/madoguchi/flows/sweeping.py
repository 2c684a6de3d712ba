"""What nobody needs any more goes once an hour: ended sessions, and rate buckets that are full again."""

from procrastinate.contrib.django import app

from madoguchi.accounts.actions import sweep_sessions
from madoguchi.flows.jobs import INSIDE


@app.periodic(cron="17 * * * *")
@app.task(name="madoguchi.flows.sweep", queue=INSIDE, queueing_lock="sweep")
def sweep_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Delete what has ended."""
    sweep_sessions()
