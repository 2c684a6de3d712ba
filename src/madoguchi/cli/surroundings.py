"""What every command needs around it: the settings, the data folder, the database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.db import connections

from madoguchi.core import env
from madoguchi.core.postgres import EmbeddedPostgres


def set_up_django() -> None:
    """Read the settings and load the rooms. `BadSetting` says what is wrong with a setting."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.settings")
    django.setup(set_prefix=False)


def embedded_postgres() -> EmbeddedPostgres | None:
    """Return the embedded server, not started; None if MADOGUCHI_DATABASE_URL names another one."""
    pg_bin = env.text("MADOGUCHI_PG_BIN", "", about="folder of PostgreSQL's programs for the embedded database")
    if settings.DATABASE_URL:
        return None
    return EmbeddedPostgres(settings.DATA_DIR, pg_bin=Path(pg_bin) if pg_bin else None)


@contextmanager
def database() -> Iterator[None]:
    """Have a database while the command works: the one that is configured, or the embedded one.

    The embedded server is started if none runs, and stopped afterwards unless somebody else uses it by then.
    """
    server = embedded_postgres()
    if server is None:
        yield
        return
    with server:
        try:
            yield
        finally:
            connections.close_all()
