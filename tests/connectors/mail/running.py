"""The connector's services in a thread with a loop of their own, as a worker process runs them."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from madoguchi.connectors.mail import service
from madoguchi.connectors.mail.listener import Listening


@contextmanager
def in_background(serve: Callable[[asyncio.Event], Awaitable[None]]) -> Iterator[None]:
    """Run a service until the block ends; what it raises is raised here."""
    started = threading.Event()
    told: list[Callable[[], object]] = []
    failures: list[BaseException] = []

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        told.append(lambda: loop.call_soon_threadsafe(stop.set))
        started.set()
        await serve(stop)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(10)
    try:
        yield
    finally:
        with suppress(RuntimeError):  # its loop is closed: it has ended by itself
            told[0]()
        thread.join(20)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


@contextmanager
def listener(where: Listening) -> Iterator[list[int]]:
    """The listener; gives the ports, SMTP first."""
    ports: list[int] = []
    opened = threading.Event()

    async def serve(stop: asyncio.Event) -> None:
        ready: asyncio.Queue[list[int]] = asyncio.Queue()
        task = asyncio.create_task(service.serve_listener(where, stop, ready))
        getter = asyncio.create_task(ready.get())
        await asyncio.wait([task, getter], return_when=asyncio.FIRST_COMPLETED)
        ports.extend(getter.result() if getter.done() else [])
        getter.cancel()
        opened.set()
        await task

    with in_background(serve):
        assert opened.wait(10)
        yield ports
