"""Bring the database to the version of the program."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from madoguchi.cli.surroundings import database, embedded_postgres
from madoguchi.cli.trouble import CannotRun

logger = logging.getLogger(__name__)

#: Any number, the same for all processes that migrate one database: they take turns.
ADVISORY_LOCK = 0x6D61646F
#: 14.0 as PostgreSQL counts.
OLDEST_SERVER = 140_000


def migrate_if_needed() -> bool:
    """Apply what is missing; return True if something was. Two at once take turns: the second finds nothing to do."""
    if not missing_migrations():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            missing = missing_migrations()
            if missing:
                logger.info("Preparing the database.", extra={"migrations": len(missing)})
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    return True


def missing_migrations() -> list[str]:
    """Return what this version has and the database has not.

    A database that a newer version has already changed is refused: this one would write what that one cannot read.
    """
    version = server_version()
    if version < OLDEST_SERVER:
        raise CannotRun(
            f"The database is PostgreSQL {version // 10_000}; madoguchi needs 14 or newer. "
            "Upgrade the server, or set MADOGUCHI_DATABASE_URL to another one."
        )
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    ours = {app for app, _ in graph.nodes}
    unknown = [key for key in executor.loader.applied_migrations if key[0] in ours and key not in graph.nodes]
    replaced = {key for migration in executor.loader.replacements.values() for key in migration.replaces}
    if newer := sorted(set(unknown) - replaced):
        raise CannotRun(
            f"The database was made by a newer madoguchi ({newer[-1][0]} {newer[-1][1]}); "
            "install that version again, or set MADOGUCHI_DATA_DIR to another folder."
        )
    return [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(graph.leaf_nodes())]


@contextmanager
def migrated_database() -> Iterator[None]:
    """Have a database that is ready, for processes that prepare none; `CannotRun` when there is none or it is old.

    One that a newer version has changed is fine: processes of the older version go on meanwhile.
    """
    server = embedded_postgres()
    if server and server.folder.major is None:
        raise CannotRun(
            f"There is no database in {settings.DATA_DIR} yet; start “madoguchi run” there, "
            "or set MADOGUCHI_DATABASE_URL to the database of the desk."
        )
    with database():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CannotRun("The database is not of this version yet; run “madoguchi migrate” and start again.")
        connections.close_all()
        yield


def server_version() -> int:
    """Return the version of the database server as a number, 140000 for 14.0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        return int(cursor.fetchone()[0])


@click.command()
def migrate() -> None:
    """Bring the database to this version. Processes of the older version may go on meanwhile."""
    with database():
        click.echo("The database is ready." if migrate_if_needed() else "The database is of this version already.")
