"""The data folder: where the database's files, socket, log and locks lie, whose they are, and what PostgreSQL is told.

    <data>/postgres        the cluster, mode 0700
    <data>/run             the socket, unless that path is too long for one: then /tmp/madoguchi-<hash>
    <data>/log             PostgreSQL's own log
    <data>/postgres.lock   held while somebody starts or stops the server
    <data>/postgres.users  held, shared, by everybody who uses it: the last to leave stops it

PostgreSQL refuses to run as root, so root's server runs as `postgres` or `nobody`. That user need not be able to reach
the data folder by its path (below /root it cannot): the server is started inside its folder and told `/proc/self/cwd`.
"""

import hashlib
import os
import pwd
import shutil
import sys
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from madoguchi.core.postgres.trouble import DatabaseTrouble, disk_trouble

DATABASE = "madoguchi"
ROLE = "madoguchi"
SUPERUSER = "postgres"
#: The address of a Unix socket has 108 bytes on Linux and 104 on macOS, with a closing zero (unix(7), unix(4)).
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
#: Less free space than this and PostgreSQL would soon fail to write its log (segments of 16 MB, several of them).
LEAST_FREE_BYTES = 100 * 1024 * 1024
LONGEST_LOG_BYTES = 5 * 1024 * 1024

CONFIGURATION = """\
# Written by madoguchi at every start. Your own settings go to postgresql.local.conf, which is read last.
listen_addresses = ''
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 1GB
huge_pages = off
jit = off
max_parallel_workers_per_gather = 1
max_parallel_workers = 2
max_worker_processes = 4
max_logical_replication_workers = 0
wal_compression = on
wal_level = replica
max_wal_senders = 2
max_wal_size = 512MB
checkpoint_timeout = 10min
random_page_cost = 1.1
idle_in_transaction_session_timeout = 5min
log_min_messages = warning
log_checkpoints = off
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
{durability}{version_specific}include_if_exists = 'postgresql.local.conf'
"""
#: Three worker processes less; with our small buffers they bring nothing (measured on the inbox page).
SINCE_18 = "io_method = sync\n"
FOR_TESTS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def database_url(data_dir: Path) -> str:
    """Return the address of the embedded database below `data_dir`; whether it runs is not asked."""
    return DataFolder(data_dir).url


class DataFolder:
    """The paths below one data folder, and the steps that make them ready."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.cluster = self.path / "postgres"
        self.log_file = self.path / "log" / "postgres.log"
        self.start_lock = self.path / "postgres.lock"
        self.users_lock = self.path / "postgres.users"

    @cached_property
    def socket_directory(self) -> Path:
        """Where the socket lies; everybody who knows the data folder's path finds the same."""
        inside = self.path / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        return Path("/tmp") / f"madoguchi-{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]}"  # noqa: S108 - owner is checked

    @property
    def url(self) -> str:
        """The address for the product: a role that owns the database and is no superuser."""
        return self.url_of(ROLE, DATABASE)

    def url_of(self, role: str, database: str) -> str:
        """Return the address of another database or role of this server."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_directory), safe='')}&port=5432"

    @cached_property
    def server_user(self) -> dict[str, int]:
        """The arguments `user` and `group` of `subprocess` for PostgreSQL's programs; none unless we are root."""
        owner = self.cluster.stat() if self.cluster.exists() else None
        if os.geteuid() != 0:
            if owner and owner.st_uid != os.geteuid():
                raise DatabaseTrouble(
                    f"{self.cluster} belongs to another user; start as that user, or set MADOGUCHI_DATA_DIR elsewhere."
                )
            return {}
        if owner and owner.st_uid != 0:
            return {"user": owner.st_uid, "group": owner.st_gid}
        for name in ("postgres", "nobody"):
            try:
                account = pwd.getpwnam(name)
            except KeyError:
                continue
            return {"user": account.pw_uid, "group": account.pw_gid}
        raise DatabaseTrouble(
            "PostgreSQL does not run as root, and there is no user “postgres” or “nobody” to run it as; "
            "start madoguchi as an ordinary user."
        )

    @property
    def major(self) -> int | None:
        """The version of PostgreSQL that made the cluster; None if there is none yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk_trouble(error, self.cluster) from error

    def prepare(self) -> None:
        """Make the folders, and say early what would make the server fail later."""
        try:
            if not self.path.exists():
                self.path.mkdir(mode=0o700, parents=True)
            self.log_file.parent.mkdir(mode=0o700, exist_ok=True)
            self.start_lock.touch(mode=0o600)
            if self.server_user:
                # The server looks up ../run from inside its own folder, and needs no more than passing through.
                self.path.chmod(self.path.stat().st_mode | 0o001)
            free_bytes = shutil.disk_usage(self.path).free
        except OSError as error:
            raise disk_trouble(error, self.path) from error
        if free_bytes < LEAST_FREE_BYTES:
            raise DatabaseTrouble(
                f"The disk that holds {self.path} has only {free_bytes // 2**20} MB left; "
                "free some space and start again."
            )

    def prepare_socket_directory(self) -> None:
        """Make the folder of the socket; nobody but the server's user and root may pass through it."""
        place = self.socket_directory
        owner = self.server_user.get("user", os.geteuid())
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            found = place.lstat()
            if found.st_uid == os.geteuid() != owner:
                self.give(place)
                found = place.lstat()
        except OSError as error:
            raise disk_trouble(error, place) from error
        if place.is_symlink() or found.st_uid != owner:
            raise DatabaseTrouble(f"{place} belongs to another user, so no socket can be put there; remove it.")
        place.chmod(0o700)

    def give(self, path: Path) -> None:
        """Hand a file or folder to the server's user."""
        if self.server_user:
            os.chown(path, self.server_user["user"], self.server_user["group"], follow_symlinks=False)

    def write_configuration(self, major: int, *, durable: bool) -> None:
        """Write what the server is told; who may enter is decided by the kernel's word on who is asking (peer)."""
        inside = self.socket_directory.parent == self.path
        self._write(
            "postgresql.conf",
            CONFIGURATION.format(
                socket_directory="../run" if inside else self.socket_directory,
                durability="" if durable else FOR_TESTS,
                version_specific=SINCE_18 if major >= 18 else "",
            ),
        )
        self._write("pg_hba.conf", "local all all peer map=madoguchi\n")
        account = _own_name()
        self._write("pg_ident.conf", "".join(f'madoguchi "{account}" {role}\n' for role in (ROLE, SUPERUSER)))

    def open_log(self) -> int:
        """Open PostgreSQL's log for appending; a long one is set aside first, one older one is kept."""
        if self.log_file.exists() and self.log_file.stat().st_size > LONGEST_LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        return os.open(self.log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def read_postmaster(self) -> tuple[int, str] | None:
        """Return process id and status ("starting", "ready", "stopping") from the server's own file, if it is there."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
        except (OSError, ValueError, IndexError):
            return None

    def _write(self, name: str, content: str) -> None:
        fresh = self.cluster / f"{name}.new"
        fresh.write_text(content, encoding="utf-8")
        fresh.chmod(0o600)
        self.give(fresh)
        fresh.replace(self.cluster / name)


def place_of(folder: Path) -> str:
    """Return how a program that runs inside `folder` is told about it: without its path, where the system allows it."""
    return "/proc/self/cwd" if sys.platform == "linux" else str(folder)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise DatabaseTrouble(
            f"User {os.geteuid()} has no name on this system, but PostgreSQL asks for it; add a line to /etc/passwd, "
            "or set MADOGUCHI_DATABASE_URL to a server."
        ) from None
