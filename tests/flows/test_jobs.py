"""What becomes of jobs whose worker died, and which jobs wait for which."""

import asyncio
import logging

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import App
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from madoguchi.flows import jobs, worker


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
