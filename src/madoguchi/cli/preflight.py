"""What is checked before anything is started: ports, and that nobody else runs on the same data folder."""

import errno
import fcntl
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from madoguchi.cli.trouble import CannotRun
from madoguchi.core.postgres.trouble import disk_trouble

logger = logging.getLogger(__name__)

BACKLOG = 256
#: Children of a killed `run` end themselves within about 3 s (supervisor.py); until then they hold the lock.
LEFTOVERS_LIMIT_SECONDS = 15.0
LOOK_EVERY_SECONDS = 0.05


def listening_socket(host: str, port: int, setting: str) -> socket.socket:
    """Return a socket that listens there; port 0 is any free one. Troubles name the settings of `setting` ("HTTP")."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CannotRun(
            f"MADOGUCHI_{setting}_HOST is “{host}”, which is no address of this machine; "
            "use 127.0.0.1 for this machine only, or 0.0.0.0 for every network it is in."
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _port_trouble(error, host, port, setting) from error
    return listener


def check_port(host: str, port: int, setting: str) -> None:
    """Make sure that somebody else can listen there in a moment; port 0 means that nobody will."""
    if port:
        listening_socket(host, port, setting).close()


@contextmanager
def only_one(data_dir: Path, address: str) -> Iterator[None]:
    """Hold the data folder for one `run`, and leave a note for whoever tries to start another.

    The lock is the kernel's and goes with the last process that has it, so nothing stale can stay behind.
    """
    try:
        descriptor = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_trouble(error, data_dir) from error
    try:
        _take(descriptor, data_dir)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, data_dir: Path) -> None:
    deadline = time.monotonic() + LEFTOVERS_LIMIT_SECONDS
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, address = _holder(descriptor)
        else:
            return
        if _is_alive(pid) or time.monotonic() > deadline:
            raise CannotRun(
                f"Madoguchi already runs on the data folder {data_dir}: process {pid}, {address}. "
                "Stop it first, or set MADOGUCHI_DATA_DIR to another folder."
            )
        if not told:
            logger.info("Waiting for the last processes of a run that was killed.")
            told = True
        time.sleep(LOOK_EVERY_SECONDS)


def _holder(descriptor: int) -> tuple[int, str]:
    """Return the process and the address that the holder noted; it may be about to do so."""
    try:
        note = json.loads(os.pread(descriptor, 1000, 0))
        return int(note["pid"]), str(note["address"])
    except (ValueError, KeyError, TypeError):
        return os.getpid(), "about to start"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _port_trouble(error: OSError, host: str, port: int, setting: str) -> CannotRun:
    if error.errno == errno.EADDRINUSE:
        return CannotRun(
            f"Port {port} on {host} is taken by another program, maybe another madoguchi; "
            f"stop that one, or set MADOGUCHI_{setting}_PORT to a free port."
        )
    if error.errno == errno.EACCES:
        return CannotRun(
            f"Port {port} may be used by the administrator only; set MADOGUCHI_{setting}_PORT to 1024 or higher."
        )
    return CannotRun(f"Nothing can listen on {host} port {port} ({error.strerror}); correct MADOGUCHI_{setting}_HOST.")
