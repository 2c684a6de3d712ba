"""What the clock does to promises, once a minute: warn before their time, break them after it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from madoguchi.flows.jobs import INSIDE
from madoguchi.promises.watching import break_promises, warn_of_promises


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.watch", queue=INSIDE, queueing_lock="watch")
def watch_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Look at the clock; it may run twice, and at once."""
    now = timezone.now()
    break_promises(now)
    warn_of_promises(now)
