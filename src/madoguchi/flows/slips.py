"""伝言メモ by mail: left as a job, so that keeping a memo never waits for a mail server."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from madoguchi.calls.letters import slip_letter
from madoguchi.calls.models import Slip
from madoguchi.events.models import Event
from madoguchi.flows.jobs import OUTSIDE


def schedule_slip_letter(event: Event) -> None:
    """Plan the mail to a colleague, where it is wanted."""
    pk = int(event.data["slip"])
    if Slip.objects.filter(pk=pk, by_mail=True).exists():
        slip_letter_job.defer(slip_id=pk)


@app.task(name="madoguchi.flows.slip_letter", queue=OUTSIDE, retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def slip_letter_job(slip_id: int) -> None:
    """Send it; what was answered or taken back meanwhile needs no mail."""
    rows = Slip.objects.select_related("sender", "recipient").filter(answered_at=None, withdrawn_at=None)
    slip = rows.filter(pk=slip_id, recipient__is_active=True).first()
    if slip is not None:
        slip_letter(slip).send()
