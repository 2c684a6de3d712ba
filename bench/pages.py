"""Server time of the two pages people live in, one client, over many conversations."""

import argparse
import http.client
import random
import statistics
import time

from bench.desk import Desk


def measure(
    desk: Desk, cookie: str, paths: list[str], *, warm: int = 20, is_piece: bool = False
) -> tuple[float, float, float, int]:
    """p50 and p95 of the whole request, p50 of the server's own time (Server-Timing), bytes; milliseconds.

    `is_piece` asks as htmx does: for a piece of the page.
    """
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Accept-Language": "ja"}
    headers |= {"HX-Request": "true"} if is_piece else {}
    connection = http.client.HTTPConnection("localhost", desk.http, timeout=60)
    waits, inner, size = [], [], 0
    for number, path in enumerate(paths):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        if number >= warm:
            waits.append((time.perf_counter() - began) * 1000)
            inner.append(float((answer.headers["Server-Timing"] or "dur=0").rpartition("=")[2]))
            size = len(body)
    waits.sort()
    return statistics.median(waits), waits[int(len(waits) * 0.95)], statistics.median(inner), size


def run(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench pages", description=__doc__)
    options.add_argument("--conversations", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=200)
    chosen = options.parse_args(arguments)
    from bench.seed import seed

    with Desk(prepare=lambda: seed(chosen.conversations)) as desk:
        cookie = desk.cookie()
        rng = random.Random(5)
        numbers = [rng.randrange(1, chosen.conversations) for _each in range(chosen.requests)]
        for name, paths in (
            ("inbox", ["/"] * chosen.requests),
            ("inbox, newest first, all", ["/?status=all&sort=newest"] * chosen.requests),
            ("inbox, done", ["/?status=done&sort=newest"] * chosen.requests),
            ("list, piece", ["/rows"] * chosen.requests),
            ("conversation", [f"/c/{number}" for number in numbers]),
            ("conversation, piece", [f"/c/{number}" for number in numbers]),
        ):
            p50, p95, server, size = measure(desk, cookie, paths, is_piece=name.endswith("piece"))
            print(
                f"{chosen.conversations:>9,} conversations, {name:26} p50 {p50:5.1f} ms  p95 {p95:5.1f} ms  "
                f"server p50 {server:5.1f} ms  {size / 1024:5.1f} KB"
            )
