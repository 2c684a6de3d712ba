"""What a worker process runs besides the channels' own services: reactions and jobs."""

import asyncio
import contextlib

from procrastinate.contrib.django import app

from madoguchi.flows import (
    demo_loading,  # noqa: F401 - a job is known once its module is imported
    jobs,
    reactor,
)

#: Jobs worked on at once; they mostly wait for other servers.
CONCURRENCY = 4


async def serve(stop: asyncio.Event) -> None:
    """Drain events and work on jobs until told to stop; a job that has begun is finished first."""
    await asyncio.gather(reactor.serve(stop), _work(stop))


async def _work(stop: asyncio.Event) -> None:
    worker = asyncio.create_task(
        app.run_worker_async(
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
