"""Many open live streams in one process: how long from the commit of an event until each has heard of it."""

import argparse
import asyncio
import time

from bench.desk import Desk


async def listen(port: int, cookie: str, ready: asyncio.Event, heard: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /live HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n"
        "Accept: text/event-stream\r\n\r\n".encode()
    )
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"the stream answered {status!r}")
    while (await reader.readline()).strip():
        pass
    ready.set()
    while line := await reader.readline():
        if line.startswith(b"event: bench_rang") or b"bench_rang" in line:
            heard.append(time.perf_counter())


async def _measure(port: int, cookie: str, streams: int, rings: int) -> list[float]:
    from asgiref.sync import sync_to_async

    from madoguchi.events.actor import Actor
    from madoguchi.events.record import record

    heard: list[list[float]] = [[] for _stream in range(streams)]
    tasks = []
    for each in heard:
        ready = asyncio.Event()
        tasks.append(asyncio.create_task(listen(port, cookie, ready, each)))
        await ready.wait()
    waits = []
    for _ring in range(rings):
        before = [len(each) for each in heard]
        began = time.perf_counter()
        await sync_to_async(record)("bench_rang", "bell:1", by=Actor.system("bench"))
        until = time.perf_counter() + 5
        while time.perf_counter() < until and any(len(each) == n for each, n in zip(heard, before, strict=True)):
            await asyncio.sleep(0.002)
        waits += [each[-1] - began for each, n in zip(heard, before, strict=True) if len(each) > n]
    for task in tasks:
        task.cancel()
    return sorted(wait * 1000 for wait in waits)


def run(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench live", description=__doc__)
    options.add_argument("--streams", type=int, default=500)
    options.add_argument("--rings", type=int, default=20)
    chosen = options.parse_args(arguments)
    with Desk() as desk:
        waits = asyncio.run(_measure(desk.http, desk.cookie(), chosen.streams, chosen.rings))
        expected = chosen.streams * chosen.rings
        print(
            f"{chosen.streams} streams, {chosen.rings} events: {len(waits)} of {expected} heard, p50 "
            f"{waits[len(waits) // 2]:.0f} ms, p95 {waits[int(len(waits) * 0.95)]:.0f} ms; "
            f"memory then {sum(desk.pss_mib().values()):.0f} MiB"
        )
