"""A few questions to the operating system about processes that need not be our children."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HAS_PROC = sys.platform == "linux"


def has_ended(pid: int) -> bool:
    """Return True once the process is gone; a child of ours that ended is collected on the way."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
    except ChildProcessError:
        pass  # not ours: look from outside
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return HAS_PROC and _is_zombie(pid)


def runs_in(pid: int, folder: Path) -> bool:
    """Return True if the process is a PostgreSQL whose current folder is `folder`, as every one has its data folder.

    This tells a server of ours from a stranger that got its number after a crash or a reboot.
    Without /proc (macOS) only the program's name can be compared.
    """
    if not HAS_PROC:
        question = ["ps", "-o", "comm=", "-p", str(pid)]
        asked = subprocess.run(question, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, a number
        return "postgres" in asked.stdout
    process = Path("/proc") / str(pid)
    try:
        is_postgres = (process / "comm").read_text(encoding="utf-8").startswith("postgres")
        return is_postgres and not _is_zombie(pid) and (process / "cwd").samefile(folder)
    except OSError:
        return False


def all_in(folder: Path) -> Iterator[int]:
    """Yield the ids of all PostgreSQL processes at work in `folder`; none where there is no /proc."""
    for entry in Path("/proc").glob("[0-9]*") if HAS_PROC else ():
        if runs_in(int(entry.name), folder):
            yield int(entry.name)


def namespace() -> str:
    """Return what tells this container's process numbers from those of another one on the same kernel."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "this machine"


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # it has just gone
    return stat.rpartition(")")[2].split()[0] in {"Z", "X"}
