"""What becomes of jobs whose worker died, and which jobs wait for which."""

import asyncio
import logging
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from procrastinate.testing import InMemoryConnector
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbox
from tests.factories.outreach import someone

from madoguchi.flows import jobs, worker
from madoguchi.outreach.actions import start_bulk_reply
from madoguchi.outreach.models import BulkReply


def taken_up_by_a_dead_worker(attempts: int) -> int:
    """A job in "doing" that no living worker is at."""
    pk = jobs.extract_job.defer(message_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s", [attempts, pk])
    return pk


@pytest.mark.django_db
@pytest.mark.parametrize(("attempts", "status"), [(0, "todo"), (1, "todo"), (2, "failed")])
def test_a_job_is_given_up_when_three_workers_died_with_it(attempts, status, caplog):
    pk = taken_up_by_a_dead_worker(attempts)

    with caplog.at_level(logging.ERROR, logger="madoguchi.flows.jobs"):
        async_to_sync(jobs.rescue_jobs_job.func)(0)

    job = ProcrastinateJob.objects.get(pk=pk)
    assert (job.status, job.attempts) == (status, attempts + 1)
    assert [record.message for record in caplog.records] == (["job_given_up"] if status == "failed" else [])


@pytest.mark.django_db(transaction=True)
def test_a_dead_job_whose_successor_waits_ends_and_the_others_are_rescued():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    dead = taken_up_by_a_dead_worker(0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'one' WHERE id = %s", [dead])
    waiting = jobs.extract_job.configure(queueing_lock="one").defer(message_id=2)
    other = taken_up_by_a_dead_worker(0)

    async_to_sync(jobs.rescue_jobs_job.func)(0)

    left = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert left == {waiting: "todo", other: "todo"}


def test_sending_does_not_wait_for_files():
    """More readings than there are places all wait for the sending, which is asked for last."""
    answers = []

    asyncio.run(_read_and_send(App(connector=InMemoryConnector()), answers))

    assert answers == [True] * (worker.CONCURRENCY + worker.FILES_CONCURRENCY)


async def _read_and_send(working, answers):
    sent, stop = asyncio.Event(), asyncio.Event()

    @working.task(name="tests.read", queue=jobs.FILES)
    async def read():
        async with asyncio.timeout(20):
            answers.append(await sent.wait())

    @working.task(name="tests.send", queue=jobs.OUTSIDE)
    async def send():
        sent.set()

    @working.task(name="tests.end", queue=jobs.FILES)
    async def end():
        stop.set()

    for _ in range(worker.CONCURRENCY + worker.FILES_CONCURRENCY):
        await read.defer_async()
    await send.defer_async()
    await end.defer_async()
    await worker.run_until(stop, working)


def ends_with(pk, status):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, pk])


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
@pytest.mark.parametrize(
    "name", ["acknowledge_job", "deliver_job", "stop_planned_job", "bulk_reply_job", "extract_job"]
)
def test_a_job_that_lost_the_database_is_taken_up_again(name, error):
    job, task = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name=name), getattr(jobs, name)

    again = task.get_retry_exception(exception=error, job=job)

    assert again.retry_decision.retry_at is not None
    assert task.get_retry_exception(exception=ValueError(), job=job) is None
    assert task.get_retry_exception(exception=error, job=job.evolve(attempts=7)) is None


#: Jobs that nothing takes up again by itself do not lose what they were asked for with a connection, either.
_COMES_AGAIN = {
    "madoguchi.flows.read_deliveries", "madoguchi.flows.ask_source",  # asked again every five minutes
    "madoguchi.flows.import_customers", "madoguchi.flows.export_customers",  # woken (`wake_imports`)
    "madoguchi.flows.load_demo",  # asked for by a person who waits for it
}  # fmt: skip


def test_every_job_that_is_asked_for_once_is_taken_up_again():
    by_the_clock = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    asked = {task.name: task for task in app.tasks.values() if task.name.startswith("madoguchi.")}

    lost = {name for name, task in asked.items() if not task.retry_strategy} - by_the_clock - _COMES_AGAIN

    assert lost == set()


@pytest.mark.django_db
def test_a_bulk_reply_whose_job_failed_goes_on_but_not_for_ever():
    inbox = make_inbox()
    bulk = start_bulk_reply([someone(inbox, "誠")], "{{customer.name}}\n\n遅れております。", user=make_user())
    theirs = ProcrastinateJob.objects.filter(args__bulk_id=bulk.pk)
    jobs.rescue_bulk_replies()
    early = theirs.count()
    BulkReply.objects.filter(pk=bulk.pk).update(created_at=timezone.now() - timedelta(minutes=2))

    for _death in range(jobs.MAX_TRIES + 1):
        jobs.rescue_bulk_replies()
        jobs.rescue_bulk_replies()
        for pk in theirs.filter(status="todo").values_list("pk", flat=True):
            ends_with(pk, "failed")

    assert (early, theirs.count()) == (0, jobs.MAX_TRIES)
