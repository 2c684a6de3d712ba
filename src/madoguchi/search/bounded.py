"""What one search may cost the database: a bound with an error that a person understands, and the way by an index.

Whoever searches wraps the whole of it in `bounded_cost`; no search keeps a connection busy for longer.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _
from psycopg.errors import ProgramLimitExceeded, QueryCanceled

from madoguchi.core.errors import DomainError

#: Usual searches over a million messages take tens of milliseconds.
MAX_SECONDS = 5.0


class TooCostly(DomainError):
    """The database would be busy for too long, or cannot take the question at all."""

    code = "search_too_costly"
    status = 422

    def __init__(self) -> None:
        """One sentence for both: fewer words help either way."""
        super().__init__(_("This search takes too long. Search with fewer or rarer words, or over fewer days."))


@contextmanager
def bounded_cost(seconds: float = MAX_SECONDS) -> Iterator[None]:
    """End every statement after `seconds`, and begin none after as many in total; `TooCostly` says so."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            with connection.execute_wrapper(_until(time.monotonic() + seconds)):
                yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled | ProgramLimitExceeded):
            raise TooCostly from error
        raise


@contextmanager
def by_index() -> Iterator[CursorWrapper]:
    """A cursor; until it closes, statements use an index even where the planner fears too many hits.

    It takes a row to be as cheap to read however long its vector is, so for a word that half of them say it would read
    all of them, five times slower (`python -m bench templates`).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # work_mem: the map of a very common word needs some MB to stay exact.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT; SET LOCAL work_mem TO DEFAULT")


def _until(deadline: float) -> Callable[..., Any]:
    def execute(ask: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        if time.monotonic() > deadline:
            raise TooCostly
        return ask(sql, params, many, context)

    return execute
