"""What the doctor looks at. A check returns what it found, and what to do if that is not as it should be.

To add one: write a function, add a `Check` to the tuple it belongs to.
"""

import difflib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import run_checks as run_system_checks
from django.core.checks.messages import WARNING
from django.db import connection
from django.utils import timezone

from madoguchi.channels.queries import failing_inboxes, oldest_waiting_raw, waiting_raw_count
from madoguchi.cli import logs
from madoguchi.cli.migrate import OLDEST_SERVER, missing_migrations, server_version
from madoguchi.cli.surroundings import embedded_postgres
from madoguchi.cli.trouble import CannotRun
from madoguchi.core.env import KNOWN
from madoguchi.core.telling import told
from madoguchi.search.tokens import words

#: Below this the desk goes on for days at most: raw mails and files are kept for ever.
LOW_DISK_BYTES = 2 * 1024**3
#: Sign-in codes of authenticator apps change every 30 s; mail servers tolerate more.
CLOCK_LIMIT_SECONDS = 15.0
#: Workers write their heartbeat every 10 s.
WORKER_SILENCE_SECONDS = 60
#: Minutes of work for one worker (about 200 jobs a second).
MANY_JOBS = 20_000
#: Mail is read within seconds.
MAIL_WAITS = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """What a check found; `advice` says what to do, and is empty if all is well."""

    message: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """One thing the doctor looks at."""

    name: str
    run: Callable[[], Finding]


def check_configuration() -> Finding:
    """Look for variables that nothing reads (misspelled, most likely), and ask Django's own checks."""
    embedded_postgres()  # this and the next read settings, which makes them known
    logs.chosen()
    known = KNOWN.keys() | {f"{name}_FILE" for name in KNOWN}
    for name in sorted(os.environ):
        if name.startswith("MADOGUCHI_") and name not in known and "_TEST_" not in name:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "“madoguchi settings” lists all there are."
            return Finding(f"{name} is set, but nothing reads it.", hint)
    for message in run_system_checks():
        if message.level >= WARNING:
            return Finding(f"{message.id}: {message.msg}", message.hint or "See Django's documentation of this check.")
    return Finding(f"{sum(name in os.environ for name in known)} settings given, all known.")


def check_secret_key() -> Finding:
    """Look at who may read the key that signs sessions and seals passwords."""
    key_file = Path(settings.DATA_DIR) / "secret-key"
    if not key_file.exists():
        return Finding("The secret key comes from the environment.")
    mode = key_file.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(f"Others may read {key_file} (mode {mode:o}).", f"chmod 600 {key_file}")
    return Finding("Only the owner may read the secret key.")


def check_disk() -> Finding:
    """Look at the space left where files and the embedded database are."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    message = f"{free / 1024**3:.1f} GB free in {settings.DATA_DIR}."
    return Finding(
        message, "Free some space, or move the data folder to a larger disk." if free < LOW_DISK_BYTES else ""
    )


def check_search() -> Finding:
    """Cut a sentence into words, for which the dictionary of Japanese must load."""
    found = len(words("領収書を再発行してください"))
    return Finding("The dictionary of Japanese works.") if found else Finding("No words found.", "Install again.")


def check_database() -> Finding:
    """Ask the server for its version."""
    version = server_version()
    where = "another server" if settings.DATABASE_URL else "embedded"
    message = f"PostgreSQL {version // 10_000}.{version % 10_000} ({where}) answers."
    return Finding(message, "Upgrade it to 14 or newer." if version < OLDEST_SERVER else "")


def check_migrations() -> Finding:
    """Compare the database with this version of the program."""
    try:
        missing = missing_migrations()
    except CannotRun as trouble:
        return Finding("The database is not of this version.", str(trouble))
    if missing:
        return Finding(f"{len(missing)} migrations are missing, first {missing[0]}.", "Run: madoguchi migrate")
    return Finding("The database is of this version.")


def check_clock() -> Finding:
    """Compare our clock with the database's: deadlines and sign-in codes depend on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
    message = f"The clock differs by {skew:.1f} s from the database's."
    return Finding(message, "Let both machines set their clocks by NTP." if skew > CLOCK_LIMIT_SECONDS else "")


def check_jobs() -> Finding:
    """Look for work that is due while nobody does it, and for more than the workers can do."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH since AS (SELECT now() - make_interval(secs => %s) AS at)
            SELECT (SELECT count(*) FROM procrastinate_workers, since WHERE last_heartbeat > at),
                   (SELECT count(*) FROM procrastinate_jobs, since
                    WHERE status = 'todo' AND coalesce(scheduled_at, at) <= at),
                   (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed')
            """,
            [WORKER_SILENCE_SECONDS],
        )
        workers, due, failed = cursor.fetchone()
    message = f"Workers: {workers}. Jobs due: {due}, failed: {failed}."
    if due and not workers:
        return Finding(message, "Start “madoguchi run”, or a “madoguchi worker”.")
    return Finding(message, "Start one more “madoguchi worker”." if due > MANY_JOBS else "")


def check_intake() -> Finding:
    """Look for mail that was accepted but has not been read into a conversation."""
    oldest = oldest_waiting_raw()
    if oldest is None:
        return Finding("No mail waits to be read.")
    waits = timezone.now() - oldest.received_at
    message = f"{waiting_raw_count()} mails wait to be read, the oldest for {waits.total_seconds():.0f} s."
    return Finding(message, "See the worker's log; is one running?" if waits > MAIL_WAITS else "")


def check_mailboxes() -> Finding:
    """Look for mailboxes that cannot be fetched or sent from."""
    failing = list(failing_inboxes())
    if not failing:
        return Finding("No mailbox reports a failure.")
    failures = "; ".join(f"{inbox.name}: {told(inbox.failure)}" for inbox in failing)
    return Finding(failures, "Correct the server, the password or the consent in the settings of the mailbox.")


BEFORE_DATABASE = (
    Check("configuration", check_configuration),
    Check("secret key", check_secret_key),
    Check("disk", check_disk),
    Check("search", check_search),
)
DATABASE = Check("database", check_database)
AFTER_DATABASE = (
    Check("migrations", check_migrations),
    Check("time", check_clock),
    Check("jobs", check_jobs),
    Check("intake", check_intake),
    Check("mailboxes", check_mailboxes),
)
