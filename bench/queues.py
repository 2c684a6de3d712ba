"""One job per event against draining the event table (ADR 0013): how many empty reactions a second one worker does.

Run with `python -m bench.queues`. It starts an embedded PostgreSQL with fsync in a folder that it removes again.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path


def _jobs(count: int) -> tuple[float, float]:
    """Seconds to defer and to work off `count` empty jobs."""
    from procrastinate.contrib.django import app

    @app.task(name="bench.nothing", queue="bench")
    def nothing(number: int) -> None:
        """Do nothing."""

    began = time.perf_counter()
    for number in range(count):
        nothing.defer(number=number)
    deferred = time.perf_counter() - began

    async def work() -> None:
        connector = app.connector.get_worker_connector()
        with app.replace_connector(connector) as working:
            async with working.open_async():
                await working.run_worker_async(queues=["bench"], concurrency=4, wait=False, listen_notify=False)

    began = time.perf_counter()
    asyncio.run(work())
    return deferred, time.perf_counter() - began


def _events(count: int) -> tuple[float, float]:
    """Seconds to record and to drain `count` events whose one reaction does nothing."""
    from madoguchi.events.actor import Actor
    from madoguchi.events.models import Event
    from madoguchi.events.record import record
    from madoguchi.flows.reactions import REACTIONS
    from madoguchi.flows.reactor import drain

    REACTIONS["bench_nothing"] = (lambda _event: None,)
    began = time.perf_counter()
    for number in range(count):
        record("bench_nothing", f"bell:{number}", by=Actor.system("bench"))
    recorded = time.perf_counter() - began
    began = time.perf_counter()
    while Event.objects.pending().exists():
        drain()
    return recorded, time.perf_counter() - began


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.queues", description=__doc__)
    options.add_argument("--count", type=int, default=2000)
    count = options.parse_args().count
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"MADOGUCHI_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "madoguchi.settings"}
        import django

        django.setup()
        from django.db import connections

        from madoguchi.cli.migrate import migrate_if_needed
        from madoguchi.core.postgres import EmbeddedPostgres

        with EmbeddedPostgres(Path(folder)):
            migrate_if_needed()
            for name, measured in (("one job each", _jobs(count)), ("event table", _events(count))):
                written, worked = (round(count / seconds) for seconds in measured)
                print(f"{name:12}  {written:7,} written a second  {worked:7,} worked off a second")
            connections.close_all()


if __name__ == "__main__":
    main()
