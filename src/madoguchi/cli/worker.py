"""The process for everything that is not a request: jobs, mail coming in, mailboxes that are fetched.

Each service is a coroutine function `serve(stop: asyncio.Event)` that returns soon after `stop` is set. If one fails,
the process ends and is started again: a half-dead worker would look alive.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import click
import uvloop
from django.utils.module_loading import import_string

from madoguchi.cli import logs
from madoguchi.cli.migrate import migrated_database
from madoguchi.cli.stopping import on_request_to_stop

logger = logging.getLogger(__name__)

#: Reading mail keeps a processor busy, and the listener waiting for its turn if they share a process.
READING = "madoguchi.connectors.mail.intake.serve"
#: What runs side by side in a worker, as module.function.
SERVICES = ("madoguchi.flows.worker.serve", "madoguchi.connectors.mail.service.serve", READING)
BEAT_EVERY_SECONDS = 5.0


def work(beat: Callable[[], None] = lambda: None, services: Sequence[str] = SERVICES) -> None:
    """Run the services until SIGTERM or SIGINT. `beat` is called while the event loop is alive."""
    asyncio.run(_serve(services, beat), loop_factory=uvloop.new_event_loop)


async def _serve(services: Sequence[str], beat: Callable[[], None]) -> None:
    stop = asyncio.Event()
    on_request_to_stop(stop.set)
    async with asyncio.TaskGroup() as running:
        for name in services:
            running.create_task(_serve_one(name, stop), name=name)
        running.create_task(_keep_beating(stop, beat))


async def _serve_one(name: str, stop: asyncio.Event) -> None:
    await import_string(name)(stop)
    if not stop.is_set():
        raise RuntimeError(f"{name} returned though nobody asked it to stop.")


async def _keep_beating(stop: asyncio.Event, beat: Callable[[], None]) -> None:
    while not stop.is_set():
        beat()
        try:
            await asyncio.wait_for(stop.wait(), BEAT_EVERY_SECONDS)
        except TimeoutError:
            continue


@click.command()
def worker() -> None:
    """Run one process for jobs and mail until SIGTERM or Ctrl-C. It expects a migrated database."""
    logs.configure("worker")
    with migrated_database():
        work()
