"""Memory of everything together when idle, and the bytes of the first load of the inbox."""

import gzip
import http.client
import re
import time

from bench.desk import Desk


def fetch(desk: Desk, path: str, cookie: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("localhost", desk.http, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    text = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
    return len(body), text.decode("utf-8", "replace")


def run(_arguments: list[str]) -> None:
    with Desk() as desk:
        time.sleep(15)
        sizes = desk.pss_mib()
        for name, mib in sorted(sizes.items(), key=lambda pair: -pair[1]):
            print(f"{mib:7.1f} MiB  {name}")
        print(f"{sum(sizes.values()):7.1f} MiB  idle, everything together (PSS)")
        cookie = desk.cookie()
        html_bytes, page = fetch(desk, "/", cookie)
        totals = {"html": html_bytes}
        seen, todo = set(), re.findall(r'(?:src|href)="(/(?:static|assets)[^"#]*)', page)
        while todo:
            path = todo.pop()
            if path in seen:
                continue
            seen.add(path)
            size, text = fetch(desk, path, cookie)
            kind = "own js" if path.endswith(".js") and "vendor" not in path else path.rpartition(".")[2]
            totals[kind] = totals.get(kind, 0) + size
            if path.endswith(".js"):
                folder = path.rpartition("/")[0]
                todo += [
                    f"{folder}/{name}"
                    for name in re.findall(r'from\s*"\./([^"]+)"|import\s*"\./([^"]+)"', text)
                    for name in name
                    if name
                ]
        print(
            "first load of the inbox, gzip:",
            {k: f"{v / 1024:.1f} KB" for k, v in totals.items()},
            f"{sum(totals.values()) / 1024:.1f} KB",
        )
