"""A whole desk in processes of its own, as a person starts it."""

import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import madoguchi

LIMIT_SECONDS = 90


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Desk:
    """One `madoguchi run` in a process group of its own, and its log."""

    def __init__(self, data_dir, http_port, smtp_port):
        self.data_dir, self.http_port, self.smtp_port = data_dir, http_port, smtp_port
        self.process = None
        self.said = ""

    def command(self, *words, **settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
        environment |= {
            "PYTHONPATH": str(Path(madoguchi.__file__).parents[1]),
            "MADOGUCHI_DATA_DIR": str(self.data_dir),
            "MADOGUCHI_HTTP_PORT": str(self.http_port),
            "MADOGUCHI_SMTP_PORT": str(self.smtp_port),
            **settings,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "madoguchi", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def start(self, **settings):
        self.said = ""
        self.process = self.command("run", **settings)
        self.wait_for(r"Madoguchi is ready")

    def ask(self, *words, **settings):
        """Run a command to its end; return exit code and what it said."""
        asked = self.command(*words, **settings)
        said, _ = asked.communicate(timeout=LIMIT_SECONDS)
        return asked.returncode, said.decode()

    def wait_for(self, pattern):
        """Read the log until the pattern appears."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while not (found := re.search(pattern, self.said)):
            assert select.select([self.process.stdout], [], [], max(deadline - time.monotonic(), 0))[0], self.said
            chunk = os.read(self.process.stdout.fileno(), 65_536)
            assert chunk, self.said
            self.said += chunk.decode()
        return found

    def status(self):
        """The answer of /healthz, or None if nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=LIMIT_SECONDS)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status
        except OSError:
            return None
        finally:
            asked.close()

    def children(self):
        """Web and worker, in the order in which they were started."""
        return sorted(map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()))

    def stop(self, number=signal.SIGTERM):
        """Ask as systemd does, or by SIGINT as a terminal does: all processes at once."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=LIMIT_SECONDS)
        self.said += rest.decode()
        return self.process.returncode
