"""A real desk for measuring: own data folder, embedded PostgreSQL with fsync on, the same processes as `make run`."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

EMAIL, PASSWORD = "bench@harukaze.example", "bench-harukaze-2026"
ADDRESS = "support@harukaze.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Desk:
    """`with Desk() as desk:` has a running desk with one owner and one local 窓口."""

    def __init__(self, folder: str = "", *, prepare=None) -> None:
        self.is_own = not folder
        self.folder = Path(folder or tempfile.mkdtemp(prefix="madoguchi-bench-"))
        self.http, self.lmtp = free_port(), free_port()
        self.base = f"http://localhost:{self.http}"
        self.prepare = prepare
        os.environ |= {
            "MADOGUCHI_DATA_DIR": str(self.folder),
            "MADOGUCHI_HTTP_PORT": str(self.http),
            "MADOGUCHI_SMTP_PORT": "0",
            "MADOGUCHI_LMTP_PORT": str(self.lmtp),
            "MADOGUCHI_DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "madoguchi.settings",
        }

    def __enter__(self) -> "Desk":
        import django

        django.setup()
        from madoguchi.cli.migrate import migrate_if_needed
        from madoguchi.cli.surroundings import database

        with database():
            migrate_if_needed()
            self._people()
            if self.prepare:
                self.prepare()
        log = (self.folder / "bench.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "madoguchi", "run"], stdout=log, stderr=log, start_new_session=True
        )
        self._wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        if self.is_own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _people(self) -> None:
        from madoguchi.accounts.actions import create_user, set_up_workspace
        from madoguchi.accounts.queries import all_users
        from madoguchi.channels.actions import create_inbox
        from madoguchi.events.actor import Actor

        if all_users().exists():
            return
        by = Actor.system("bench")
        create_user(EMAIL, name="計測 係", role="owner", password=PASSWORD, by=by)
        set_up_workspace(name="計測", is_demo=True, by=by)
        create_inbox(name="サポート窓口", kind="mail", address=ADDRESS, by=by, settings={"mode": "local"})

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.base}/readyz", timeout=2)
                socket.create_connection(("127.0.0.1", self.lmtp), timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"the desk did not start; see {self.folder}/bench.log")

    def cookie(self, email: str = EMAIL) -> str:
        """Sign in by the real page; the Cookie header of the session."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = opener.open(f"{self.base}/account/login/").read().decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = f"csrfmiddlewaretoken={token}&login={email}&password={PASSWORD}".encode()
        opener.open(urllib.request.Request(f"{self.base}/account/login/", form, {"Referer": self.base}))
        return "; ".join(f"{each.name}={each.value}" for each in jar)

    def processes(self) -> list[int]:
        """The desk's processes, the database's included."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                todo += [int(child) for child in task.read_text().split()]
        return found

    def pss_mib(self) -> dict[str, float]:
        """Proportional memory of every process in MiB."""
        sizes = {}
        for pid in self.processes():
            try:
                name = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:40].strip()
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # a process of the database that has ended meanwhile
            sizes[f"{pid} {name}"] = int(rollup.partition("\nPss:")[2].split()[0]) / 1024
        return sizes
