"""What the clock does, once a minute: warns of deadlines, promises and callbacks before their time, tells after it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from madoguchi.calls.watching import miss_callbacks, warn_of_callbacks
from madoguchi.cases.actions.care import tell_of_follow_ups
from madoguchi.cases.actions.voices import tell_of_reports
from madoguchi.cases.watching import tell_of_passed_steps, tell_of_reviews, warn_of_steps
from madoguchi.conversations.deadlines import tell_of_deadlines
from madoguchi.flows.jobs import INSIDE
from madoguchi.notifications.reminders import ring_reminders
from madoguchi.promises.watching import break_promises, warn_of_promises


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.watch", queue=INSIDE, queueing_lock="watch")
def watch_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Look at the clock; it may run twice, and at once."""
    now = timezone.now()
    ring_reminders(now)
    tell_of_deadlines(now)
    break_promises(now)
    warn_of_promises(now)
    miss_callbacks(now)
    warn_of_callbacks(now)
    warn_of_steps(now)
    tell_of_passed_steps(now)
    tell_of_reviews(now)
    tell_of_follow_ups(now)
    tell_of_reports(now)
