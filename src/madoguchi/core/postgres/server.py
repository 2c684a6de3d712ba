"""Start, adopt and stop the embedded server.

Several programs may use one data folder at a time (`madoguchi run` and `madoguchi user list`): the first starts the
server, the others join, the last to leave stops it. A server whose supervisor was killed goes on and is adopted by the
next program; one that was killed itself is replaced as soon as its orphans have let go of the shared memory.
"""

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from madoguchi.core.postgres import processes
from madoguchi.core.postgres.binaries import CLEAN_ENVIRONMENT, Binaries, find_binaries, readable_by
from madoguchi.core.postgres.folder import DATABASE, ROLE, SOCKET_NAME, SUPERUSER, DataFolder, place_of
from madoguchi.core.postgres.trouble import DatabaseTrouble, disk_trouble, is_worth_a_retry, start_trouble

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.02
#: Recovery after a crash replays at most `max_wal_size`; even a slow disk is done with that.
START_LIMIT_SECONDS = 600.0
#: Orphans of a killed server leave within about 2 s; a busy one is told to go after the second number.
RETRY_LIMIT_SECONDS = 20.0
ORPHAN_PATIENCE_SECONDS = 1.5
#: A fast stop writes one checkpoint. After that time: stop at once, and recover at the next start.
STOP_LIMIT_SECONDS = 60.0
EXTENSIONS = ("vector", "pg_trgm")


class EmbeddedPostgres:
    """The server of one data folder. Use it as a context, or call `start` and `stop`."""

    def __init__(self, data_dir: Path, *, pg_bin: Path | None = None, durable: bool = True) -> None:
        """`durable=False` is for tests only: a crash of the machine loses everything."""
        self.folder = DataFolder(data_dir)
        self._pg_bin = pg_bin
        self._durable = durable
        self._users: int | None = None

    @property
    def url(self) -> str:
        """The address of the product's database."""
        return self.folder.url

    @property
    def pid(self) -> int | None:
        """The server's process; None while it does not run."""
        found = self.folder.read_postmaster()
        return found[0] if found and processes.runs_in(found[0], self.folder.cluster) else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make sure that the server answers, and count ourselves among its users. `DatabaseTrouble` says why not."""
        self.folder.prepare()
        with self._start_lock():
            self._join()
            try:
                self._ensure_running()
            except BaseException:
                self._leave()
                raise

    def revive(self) -> None:
        """Start the server again after it ended by itself; nothing happens if it runs."""
        with self._start_lock():
            self._ensure_running()

    def stop(self) -> None:
        """Leave the server, and stop it unless somebody else still uses it. Committed data is on disk either way."""
        if self._users is None:
            return
        with self._start_lock():
            is_last = self._leave()
            pid = self.pid
            if is_last and pid is not None:
                self._end(pid)

    def is_running(self) -> bool:
        """Return True while the server's process lives; a child of ours that ended is collected."""
        pid = self.pid
        return pid is not None and not processes.has_ended(pid)

    # Locks

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        """Keep others from starting or stopping the server meanwhile; the kernel frees the lock if we are killed."""
        descriptor = os.open(self.folder.start_lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _until(lambda: _lock(descriptor, fcntl.LOCK_EX), START_LIMIT_SECONDS):
                raise DatabaseTrouble(
                    f"Another madoguchi has been starting the database in {self.folder.path} for minutes; "
                    "stop it first."
                )
            yield
        finally:
            os.close(descriptor)

    def _join(self) -> None:
        """Take our share of the users' lock; PostgreSQL's own checks would not see a user in another container."""
        descriptor = os.open(self.folder.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        here = processes.namespace().encode()
        if _lock(descriptor, fcntl.LOCK_EX):
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, here, 0)
        elif os.pread(descriptor, 200, 0) != here:
            os.close(descriptor)
            raise DatabaseTrouble(
                f"{self.folder.path} is in use by a madoguchi in another container; "
                "stop that one, or set MADOGUCHI_DATABASE_URL to a server that both can reach."
            )
        _lock(descriptor, fcntl.LOCK_SH)
        self._users = descriptor

    def _leave(self) -> bool:
        """Give our share back; return True if nobody else has one."""
        assert self._users is not None
        is_last = _lock(self._users, fcntl.LOCK_EX)
        os.close(self._users)
        self._users = None
        return is_last

    # Starting; all of it under the start lock

    def _ensure_running(self) -> None:
        deadline = time.monotonic() + RETRY_LIMIT_SECONDS
        while True:
            pid = self.pid
            if pid is None or not self._is_ready(pid):
                self._start_server()
            try:
                self._ensure_database()
            except psycopg.OperationalError as error:  # it may just have been told to stop
                if time.monotonic() > deadline:
                    raise DatabaseTrouble(f"The database runs, but does not let us in: {error}") from error
                time.sleep(LOOK_EVERY_SECONDS)
            else:
                return

    def _start_server(self) -> None:
        binaries = find_binaries(self._pg_bin, major=self.folder.major)
        try:
            binaries = readable_by(binaries, self.folder.server_user)
            if self.folder.major is None:
                self._create_cluster(binaries)
            self.folder.prepare_socket_directory()
            self.folder.write_configuration(binaries.major, durable=self._durable)
            self._launch_until_ready(binaries)
        except OSError as error:
            raise disk_trouble(error, self.folder.path) from error

    def _launch_until_ready(self, binaries: Binaries) -> None:
        began = time.monotonic()
        while True:
            self._remove_stale_lock_files()
            said_before = self.folder.log_file.stat().st_size if self.folder.log_file.exists() else 0
            pid = self._launch(binaries)
            if self._is_ready(pid):
                return
            said = _tail(self.folder.log_file, said_before)
            waited = time.monotonic() - began
            if not is_worth_a_retry(said) or waited > RETRY_LIMIT_SECONDS:
                raise start_trouble(said, self.folder.log_file)
            if waited > ORPHAN_PATIENCE_SECONDS:
                self._dismiss_orphans()
            time.sleep(LOOK_EVERY_SECONDS * 5)

    def _launch(self, binaries: Binaries) -> int:
        log = self.folder.open_log()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
                [binaries.program("postgres"), "-D", place_of(self.folder.cluster)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._inside(self.folder.cluster),
                start_new_session=True,  # Ctrl-C at the terminal is for us, not for the server
            )
        finally:
            os.close(log)
        process.returncode = 0  # looked at by its number from now on, as one that was adopted; Popen would warn
        return process.pid

    def _is_ready(self, pid: int) -> bool:
        """Wait until the server takes connections; False if it ends before that."""
        began = time.monotonic()
        told = False
        while not processes.has_ended(pid):
            if self.folder.read_postmaster() == (pid, "ready"):
                return True
            waited = time.monotonic() - began
            if waited > START_LIMIT_SECONDS:
                raise DatabaseTrouble(
                    f"The database is not ready after {waited:.0f} s; "
                    f"see {self.folder.log_file}, and start again later."
                )
            if waited > 3 and not told:
                logger.info("The database was not stopped properly and is recovering; nothing is lost.")
                told = True
            time.sleep(LOOK_EVERY_SECONDS)
        return False

    def _remove_stale_lock_files(self) -> None:
        """Remove what a server that is gone left; PostgreSQL cannot tell if a stranger has its number now."""
        found = self.folder.read_postmaster()
        if found is None:  # killed before it had written its number: nobody is there, unless something still runs
            is_stale = not any(processes.all_in(self.folder.cluster))
        else:
            is_stale = not processes.runs_in(found[0], self.folder.cluster)
            if is_stale:
                processes.has_ended(found[0])  # collects it, if it was our child
        if is_stale:
            (self.folder.cluster / "postmaster.pid").unlink(missing_ok=True)
            (self.folder.socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _dismiss_orphans(self) -> None:
        """End what a killed server left behind: a long query does not notice by itself that its server has gone."""
        for pid in list(processes.all_in(self.folder.cluster)):
            logger.warning("Ending process %d, left behind by a database server that was killed.", pid)
            try:
                os.kill(pid, signal.SIGQUIT)
            except ProcessLookupError:
                continue

    def _create_cluster(self, binaries: Binaries) -> None:
        """Make the cluster beside its place and move it there whole: a kill on the way leaves nothing half done."""
        fresh = self.folder.path / "postgres.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        self.folder.give(fresh)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
        made = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [
                binaries.program("initdb"),
                *("-D", place_of(fresh), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8", "--no-instructions"),
                *(*locale, "--lc-collate=C", "--lc-ctype=C.UTF-8"),
                *([] if self._durable else ["--no-sync"]),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self._inside(fresh),
        )
        said = (made.stdout + made.stderr).decode(errors="replace")
        if made.returncode != 0:
            self.folder.log_file.write_text(said, encoding="utf-8")
            raise start_trouble(said, self.folder.log_file)
        fresh.rename(self.folder.cluster)

    def _inside(self, folder: Path) -> dict[str, Any]:
        """Return the arguments of `subprocess` that run a program in `folder` as the server's user."""
        user = {**self.folder.server_user, "extra_groups": []} if self.folder.server_user else {}
        return {"cwd": folder, "env": CLEAN_ENVIRONMENT, "umask": 0o077, **user}

    def _ensure_database(self) -> None:
        """Make our role and database if they are not there, which is so once, or if the first start was cut short."""
        with psycopg.connect(self.folder.url_of(SUPERUSER, "postgres"), autocommit=True, connect_timeout=30) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                return
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                server.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            self._offer_extensions()
            made = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE))
            server.execute(made)

    def _offer_extensions(self) -> None:
        """Put what is available into the template, since our own role may not create extensions."""
        with psycopg.connect(self.folder.url_of(SUPERUSER, "template1"), autocommit=True) as template:
            known = template.execute(
                "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)]
            )
            for (name,) in known.fetchall():
                template.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))

    # Stopping

    def _end(self, pid: int) -> None:
        """Ask for a fast stop; insist with an immediate one, from which the next start recovers."""
        for how, limit in ((signal.SIGINT, STOP_LIMIT_SECONDS), (signal.SIGQUIT, STOP_LIMIT_SECONDS)):
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                return
            if _until(lambda: processes.has_ended(pid), limit):
                return
            logger.warning("The database did not stop within %.0f s.", limit)


def _lock(descriptor: int, kind: int) -> bool:
    """Try to take the lock at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _until(condition: Callable[[], bool], limit_seconds: float) -> bool:
    """Look again and again until the condition holds; False if it does not within the limit."""
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_SECONDS)
    return True


def _tail(log_file: Path, offset: int) -> str:
    with log_file.open("rb") as log:
        log.seek(offset if log_file.stat().st_size >= offset else 0)
        return log.read(64 * 1024).decode(errors="replace")
