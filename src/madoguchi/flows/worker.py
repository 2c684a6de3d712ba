"""What a worker process runs besides the channels' own services: reactions and jobs."""

import asyncio
from typing import TYPE_CHECKING, cast

from procrastinate import App
from procrastinate.contrib.django import app

from madoguchi.channels.registry import channel_classes
from madoguchi.flows import (
    approval,  # noqa: F401 - a job is known once its module is imported
    customer_tables,  # noqa: F401 - the same
    demo_loading,  # noqa: F401 - the same
    jobs,
    letters,  # noqa: F401 - the same
    ordering,  # noqa: F401 - the same
    reactor,
    sweeping,  # noqa: F401 - the same
    watching,  # noqa: F401 - the same
)

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

#: Jobs worked on at once; they mostly wait for other servers.
CONCURRENCY = 4
#: Files are read one message after the other: that costs processor time, and search can wait.
FILES_CONCURRENCY = 1


async def serve(stop: asyncio.Event) -> None:
    """Drain events and work on jobs until told to stop; a job that has begun is finished first."""
    channel_classes()  # a connector that cannot be imported is found now, not at the first send
    await asyncio.gather(reactor.serve(stop), _work(stop))


async def _work(stop: asyncio.Event) -> None:
    # Django's connector cannot listen; the worker's own speaks to the same database.
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await run_until(stop, working)


async def run_until(stop: asyncio.Event, working: App) -> None:
    """Work on the jobs of all queues; files have places of their own."""
    workers = [
        _worker(working, [jobs.INSIDE, jobs.OUTSIDE], CONCURRENCY),
        _worker(working, [jobs.FILES], FILES_CONCURRENCY),
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*workers, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, *workers):
        task.cancel()
    await asyncio.wait(workers)
    for worker in workers:
        if not worker.cancelled():
            worker.result()  # a worker that ended by itself failed: say why, the supervisor starts it again


def _worker(working: App, queues: list[str], concurrency: int) -> "asyncio.Task[None]":
    return asyncio.create_task(
        working.run_worker_async(
            queues=queues,
            concurrency=concurrency,
            install_signal_handlers=False,
            shutdown_graceful_timeout=8.0,
        )
    )
