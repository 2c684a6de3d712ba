"""`madoguchi run`: the whole desk in one command, with one log."""

import contextlib
import gc
import http.client
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import click
from django.conf import settings
from django.utils.module_loading import import_string

from madoguchi.accounts.queries import has_users
from madoguchi.accounts.setup_code import forget_setup_code, setup_code, waiting_setup_code
from madoguchi.cli import logs
from madoguchi.cli.commands import telling
from madoguchi.cli.migrate import migrate_if_needed
from madoguchi.cli.preflight import check_port, listening_socket, only_one
from madoguchi.cli.supervisor import Beat, Part, Supervisor, live
from madoguchi.cli.surroundings import embedded_postgres
from madoguchi.cli.trouble import CannotRun
from madoguchi.cli.web import serve
from madoguchi.cli.worker import READING, SERVICES, work
from madoguchi.core.postgres import DatabaseTrouble, EmbeddedPostgres
from madoguchi.search.tokens import words

logger = logging.getLogger(__name__)

#: The first answer comes within a second; a loaded machine may take longer.
READY_LIMIT_SECONDS = 60.0
#: Between two tries to bring a database back that does not start.
LONGEST_PAUSE_SECONDS = 60.0
#: Read only when the demo is wanted: with what it is made from it takes a fifth of the start.
DEMO = "madoguchi.cli.demo"


@click.command()
def run() -> None:
    """Run everything until Ctrl-C or SIGTERM: the embedded database, web, jobs and mail intake."""
    logs.configure("main")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor takes over: leave by the same way
    with contextlib.ExitStack() as kept:
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.enter_context(only_one(settings.DATA_DIR, address(settings.HTTP_PORT)))
        listener = kept.enter_context(listening_socket(settings.HTTP_HOST, settings.HTTP_PORT, "HTTP"))
        check_port(settings.SMTP_HOST, settings.SMTP_PORT, "SMTP")
        check_port(settings.SMTP_HOST, settings.LMTP_PORT, "LMTP")
        server = embedded_postgres()
        if server:
            kept.enter_context(server)
        in_child("setup", prepare, meanwhile=share_memory)
        supervise(listener, server)
    logger.info("Stopped.")


def prepare() -> None:
    """Migrate, load the demo workspace on the first start if it is wanted, and see to the code for the first owner."""
    migrate_if_needed()
    if settings.DEMO:
        import_module(DEMO).load_demo_once()
    if has_users():
        forget_setup_code()
    else:
        setup_code()


def in_child(name: str, task: Callable[[], None], *, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Do the task in a process of its own, and something else here: its memory and its connections go with it.

    What it says to a person is said again here, as `CannotRun`.
    """
    sys.stdout.flush()
    listen, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logs.configure(name)
        live(Part(name, lambda _beat: passing_on(tell, task)), lambda: None)
    os.close(tell)
    with os.fdopen(listen, encoding="utf-8") as told:
        try:
            meanwhile()
            sentence = told.read()
            _, status = os.waitpid(pid, 0)
        except KeyboardInterrupt:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
            raise
    if sentence or status != 0:
        raise CannotRun(sentence or "The database could not be prepared; the lines above say why.")


def passing_on(pipe: int, task: Callable[[], None]) -> None:
    """Do the task; trouble that a person can do something about becomes a sentence in the pipe."""
    try:
        telling(task)
    except click.ClickException as trouble:
        os.write(pipe, trouble.message.encode())


def share_memory() -> None:
    """Import what the children need before they are forked, the dictionary of Japanese above all (80 MB)."""
    import_string("madoguchi.asgi.application")
    import_string("madoguchi.urls.urlpatterns")  # else the first request of each web process would wait a second for it
    for service in SERVICES:
        import_string(service)
    words("窓口")
    gc.collect()
    gc.freeze()  # the collector would write to every object, and so copy the pages


def supervise(listener: socket.socket, server: EmbeddedPostgres | None) -> None:
    """Run web, worker and reader until somebody asks to stop, and see to it that the database stays."""

    def web(_beat: Beat) -> None:
        serve(listener)

    def worker(beat: Beat) -> None:
        listener.close()
        work(beat, [service for service in SERVICES if service != READING])

    def reader(beat: Beat) -> None:
        listener.close()
        work(beat, [READING])

    parts = [Part("web", web), Part("worker", worker, beats=True), Part("reader", reader, beats=True)]
    supervisor = Supervisor(parts, look=Revival(server).look)
    supervisor.start()
    try:
        if wait_until_ready(supervisor, listener):
            click.echo(welcome(listener.getsockname()[1]))
        supervisor.run()
    finally:
        logger.info("Stopping.")
        supervisor.stop()


@dataclass
class Revival:
    """Looks after the embedded database; after each failure it waits twice as long, a minute at most."""

    server: EmbeddedPostgres | None
    _pause: float = 0.0
    _not_before: float = 0.0

    def look(self) -> None:
        """Start it again if it is gone and it is time to; the supervisor looks whenever a process ends."""
        if time.monotonic() < self._not_before:
            return
        self._pause = 0.0 if revive(self.server) else min(max(2 * self._pause, 1.0), LONGEST_PAUSE_SECONDS)
        self._not_before = time.monotonic() + self._pause


def revive(server: EmbeddedPostgres | None) -> bool:
    """Start the embedded database again if it is gone; `DatabaseTrouble` is logged and False."""
    if server is None or server.is_running():
        return True
    logger.error("The database ended by itself; starting it again.")
    try:
        server.revive()
    except DatabaseTrouble as trouble:
        logger.error("%s", trouble)  # noqa: TRY400 - the sentence says it all
        return False
    logger.info("The database is back.")
    return True


def wait_until_ready(supervisor: Supervisor, listener: socket.socket) -> bool:
    """Let the children come up; True as soon as all answer, False if they do not or somebody asks to stop."""
    deadline = time.monotonic() + READY_LIMIT_SECONDS
    while not supervisor.is_stopping and time.monotonic() < deadline:
        if answers(listener.getsockname()[:2]) and all(map(takes_mail, (settings.SMTP_PORT, settings.LMTP_PORT))):
            return True
        supervisor.step(0.1)
    return False


def answers(where: tuple[str, int]) -> bool:
    """Ask for /healthz."""
    connection = http.client.HTTPConnection(*where, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def takes_mail(port: int) -> bool:
    """Try to connect; port 0 means that nobody should be there."""
    if port:
        try:
            socket.create_connection((settings.SMTP_HOST, port), timeout=1).close()
        except OSError:
            return False
    return True


def address(port: int) -> str:
    """Return what to type into a browser."""
    return settings.BASE_URL if port == settings.HTTP_PORT else f"http://localhost:{port}"


def welcome(port: int) -> str:
    """Return the block that tells where everything is."""
    lines = [f"Madoguchi is ready:  {address(port)}"]
    if settings.DEMO:
        lines += ["", "Sign in to the demo workspace as:", *(f"  {login}" for login in import_module(DEMO).logins())]
    if code := waiting_setup_code():
        lines += ["", "Nobody is here yet. To begin, open that address."]
        lines += [f"From another machine it asks for this setup code: {code}"]
    if settings.SMTP_PORT:
        lines += ["", f"Mail comes in by SMTP at {settings.SMTP_HOST} port {settings.SMTP_PORT}."]
    if settings.SMTP_PORT and settings.DEMO:
        support = import_module(DEMO).support_address()
        lines += ["Send one:", f"  swaks --server {settings.SMTP_HOST}:{settings.SMTP_PORT} --to {support}"]
    lines += ["", f"Data is kept in {settings.DATA_DIR}", "Ctrl-C stops everything."]
    rule = "─" * max(len(line) for line in lines)
    return "\n".join(["", rule, *lines, rule, ""])
