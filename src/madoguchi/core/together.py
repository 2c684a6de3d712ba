"""Several reads in one round trip: a page asks for a dozen small things, and each trip costs as much as its answer.

The QuerySets stay what they are; only the way of their rows is shared. Prefetches still ask for themselves.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler


def fetch_together(*querysets: QuerySet[Any, Any]) -> None:
    """Fill these QuerySets with one statement after the other, sent at once; their order is kept."""
    asked: list[tuple[QuerySet[Any, Any], SQLCompiler]] = []
    texts: list[str] = []
    values: list[Any] = []
    for rows in querysets:
        compiler = rows.query.get_compiler(using=connection.alias)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            continue  # known to be empty without asking
        asked.append((rows, compiler))
        texts.append(sql)
        values += params
    if asked:
        _answer(asked, "; ".join(texts), values)


def _answer(asked: list[tuple[QuerySet[Any, Any], SQLCompiler]], sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for rows, compiler in asked:
            _fill(rows, compiler, cursor.fetchall())
            cursor.cursor.nextset()


def _fill(rows: QuerySet[Any, Any], compiler: SQLCompiler, found: list[tuple[Any, ...]]) -> None:
    """Let a QuerySet make of these rows what it would have made of its own."""
    if compiler.has_extra_select:
        found = [row[: compiler.col_count] for row in found]
    here = vars(rows.query)  # shadows the methods for this one moment
    here["get_compiler"] = lambda *_args, **_options: compiler
    vars(compiler)["execute_sql"] = lambda *_args, **_options: [found]
    try:
        len(rows)
    finally:
        del here["get_compiler"]
