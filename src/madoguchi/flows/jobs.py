"""Jobs of the flows: deferred in the transaction that asks for them, kept in our PostgreSQL, safe to run twice.

A job that lost the database, or a deadlock, is taken up again (`AGAIN`); those of the clock come again by themselves.
"""

import logging
from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

from madoguchi.acknowledgements.actions import acknowledge, forget_told
from madoguchi.acknowledgements.queries import is_on
from madoguchi.conversations.actions.delivery import due_messages
from madoguchi.conversations.actions.planning import has_plans, stop_disturbed
from madoguchi.conversations.actions.triage import resume_due_conversations
from madoguchi.conversations.counts import fold_counts
from madoguchi.conversations.models import Attachment, Message
from madoguchi.core.lasting import LOST
from madoguchi.events.models import Event
from madoguchi.flows.delivery import deliver, rescue_stuck
from madoguchi.flows.extraction import extract_attachments
from madoguchi.outreach.actions import write_next
from madoguchi.outreach.queries import running_bulk_replies
from madoguchi.workforce.actions.presence import settle_presence

logger = logging.getLogger(__name__)

#: After 2, 4, 8 … seconds, together four minutes: a database has failed over by then.
AGAIN = RetryStrategy(max_attempts=7, exponential_wait=2, retry_exceptions=LOST)
#: Jobs that talk to the outside and may be slow.
OUTSIDE = "outside"
#: Short jobs on our own database.
INSIDE = "inside"
#: Jobs that read strangers' files: as slow as strangers like, so nothing else waits for them.
FILES = "files"
#: A job in "doing" whose worker has not been heard of for this long died with it.
STALLED_AFTER_SECONDS = 60
#: A job with which so many workers died is given up: else it could keep the desk from working for good.
MAX_TRIES = 3


def schedule_delivery(event: Event) -> None:
    """Plan the sending of a queued reply for the end of its undo time; a second plan finds nothing left to do."""
    message = Message.objects.filter(pk=event.data["message"]).first()
    if message is not None and message.send_after is not None:
        _plan_delivery(message.pk, message.send_after)


def _plan_delivery(message_id: int, at: datetime) -> None:
    deliver_job.configure(schedule_at=max(at, timezone.now())).defer(message_id=message_id)


@app.task(name="madoguchi.flows.deliver", queue=OUTSIDE, retry=AGAIN)
def deliver_job(message_id: int) -> None:
    """Send one reply; plans itself again after a transient failure."""
    wait = deliver(message_id)
    if wait is not None:
        _plan_delivery(message_id, timezone.now() + wait)


def look_at_plans(event: Event) -> None:
    """Have the planned mails of a customer looked at again, where there are any: they did not know of this."""
    number = int(event.subject.partition(":")[2])
    if has_plans(number):
        stop_planned_job.defer(number=number)


@app.task(name="madoguchi.flows.stop_planned", queue=INSIDE, retry=AGAIN)
def stop_planned_job(number: int) -> None:
    """Hold back the planned mails that did not know of what has happened to this customer."""
    stop_disturbed(number)


#: Letters of a bulk reply written in one go, so that short jobs behind it need not wait for hundreds.
BULK_AT_ONCE = 20
#: By then the job of one that was started is there.
_BULK_BEGINS = timedelta(minutes=1)


def schedule_bulk_reply(event: Event) -> None:
    """Have the letters of a bulk reply written."""
    bulk_reply_job.defer(bulk_id=int(event.subject.partition(":")[2]))


@app.task(name="madoguchi.flows.bulk_reply", queue=INSIDE, retry=AGAIN)
def bulk_reply_job(bulk_id: int) -> None:
    """Write the next letters of a bulk reply, then plan itself again; after a crash it goes on where it stood."""
    if all(write_next(bulk_id) for _letter in range(BULK_AT_ONCE)):
        bulk_reply_job.defer(bulk_id=bulk_id)


def rescue_bulk_replies() -> None:
    """Take up bulk replies whose job has failed or been given up, unless that has happened too often."""
    for bulk_id in running_bulk_replies(started_before=timezone.now() - _BULK_BEGINS):
        theirs = ProcrastinateJob.objects.filter(task_name=bulk_reply_job.name, args__bulk_id=bulk_id)
        states = list(theirs.exclude(status="succeeded").values_list("status", flat=True))
        if not {"todo", "doing"} & set(states) and states.count("failed") < MAX_TRIES:
            bulk_reply_job.defer(bulk_id=bulk_id)


def schedule_extraction(event: Event) -> None:
    """Plan reading the text inside a message's files, so that search finds it."""
    files = event.data.get("files")
    if files is None:  # of notes and replies only the message knows
        files = Attachment.objects.filter(message=event.data["message"]).count()
    if files:
        extract_job.defer(message_id=event.data["message"])


@app.task(name="madoguchi.flows.extract", queue=FILES, retry=AGAIN)
def extract_job(message_id: int) -> None:
    """Read the text inside the files of one message into the search index."""
    extract_attachments(message_id)


def schedule_acknowledgement(event: Event) -> None:
    """Have a person's mail that begins a conversation acknowledged (自動受付), where its 窓口 does that."""
    if event.data["first"] and not event.data["auto"] and event.scope_id and is_on(event.scope_id):
        acknowledge_job.defer(message_id=event.data["message"])


@app.task(name="madoguchi.flows.acknowledge", queue=INSIDE, retry=AGAIN)
def acknowledge_job(message_id: int) -> None:
    """Tell the sender that their mail has arrived; run twice it tells them once."""
    acknowledge(message_id)


@app.periodic(cron="* * * * * */10")
@app.task(name="madoguchi.flows.tidy", queue=INSIDE, queueing_lock="tidy", pass_context=True)
def tidy_job(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every ten seconds: fold counts, wake what is due, pick up what a crash left behind."""
    fold_counts()
    resume_due_conversations(timezone.now())
    rescue_stuck()
    rescue_bulk_replies()
    settle_presence(timezone.now())
    forget_told(timezone.now())
    for message_id in due_messages():
        _plan_delivery(message_id, timezone.now())


async def _rescue(job: Job) -> None:
    if job.attempts + 1 >= MAX_TRIES:
        logger.error("job_given_up", extra={"job": job.id, "task": job.task_name, "given": job.task_kwargs})
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        return
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:  # one that does the same waits already (`queueing_lock`), and does this one's work too
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)


@app.periodic(cron="* * * * *")
@app.task(name="madoguchi.flows.rescue_jobs", queue=INSIDE, queueing_lock="rescue_jobs")
async def rescue_jobs_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every minute: jobs of a worker that died run again (all of ours may run twice); old finished ones go.

    One that was taken up `MAX_TRIES` times becomes a failed job, which the machine's status and its checks count.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await _rescue(job)
    await app.job_manager.delete_old_jobs(nb_hours=int(timedelta(days=3) / timedelta(hours=1)))
