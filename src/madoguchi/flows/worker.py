"""What a worker process runs besides the channels' own services: reactions and jobs."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, cast

from procrastinate import App
from procrastinate.contrib.django import app

from madoguchi.channels.registry import channel_classes
from madoguchi.flows import (
    demo_loading,  # noqa: F401 - a job is known once its module is imported
    jobs,
    reactor,
    sweeping,  # noqa: F401 - the same
)

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

#: Jobs worked on at once; they mostly wait for other servers.
CONCURRENCY = 4


async def serve(stop: asyncio.Event) -> None:
    """Drain events and work on jobs until told to stop; a job that has begun is finished first."""
    channel_classes()  # a connector that cannot be imported is found now, not at the first send
    await asyncio.gather(reactor.serve(stop), _work(stop))


async def _work(stop: asyncio.Event) -> None:
    # Django's connector cannot listen; the worker's own speaks to the same database.
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await _run_until(stop, working)


async def _run_until(stop: asyncio.Event, working: App) -> None:
    worker = asyncio.create_task(
        working.run_worker_async(
            queues=[jobs.INSIDE, jobs.OUTSIDE],
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            shutdown_graceful_timeout=8.0,
        )
    )
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([worker, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if worker.done():
        worker.result()  # a worker that ended by itself failed: say why, the supervisor starts it again
        return
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
