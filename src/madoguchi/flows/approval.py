"""What follows in the approval when something happens, and as time goes by."""

from django.utils import timezone
from procrastinate.contrib.django import app

from madoguchi.conversations.actions.approval_deadlines import look_up_all_deciders, see_to_deadlines
from madoguchi.conversations.actions.training import note_unchanged
from madoguchi.events.models import Event
from madoguchi.flows.jobs import INSIDE


def look_up_deciders(event: Event) -> None:  # noqa: ARG001 - whoever it is about, many requests may name them
    """Somebody came, left or has another role: who decides what waits is looked up anew."""
    look_up_all_deciders()


def count_unchanged(event: Event) -> None:
    """A reply was approved: see whether its author needs no approval any more."""
    note_unchanged(event.data["message"])


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.approval_deadlines", queue=INSIDE, queueing_lock="approval_deadlines")
def approval_deadlines_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every minute: remind of what waits too long, ask others, and follow absences."""
    see_to_deadlines(timezone.now())
