"""Reads that PostgreSQL plans once a connection: for a small read by key the planning costs more than the reading.

Such a read goes out as EXECUTE with its values; a connection that has not met it yet is told its text first. Only
what is given with each call becomes a parameter: constants stay in the text, where partial indexes find them.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection
from psycopg.sql import Literal

_numbers = count(1)
_known: WeakKeyDictionary[Connection[Any], set[str]] = WeakKeyDictionary()
_INTEGERS = range(
    -(2**31), 2**31
)  # what every column of numbers holds but the smallest, and those get no foreign values


class Plan:
    """One read: its text with `%s` for each of its places, which are constants where they have no name."""

    def __init__(self, table: str, text: str, places: Sequence[Any], names: Sequence[str | None]) -> None:
        self._name = f"{table}_{next(_numbers)}"
        self._text = text
        self._places = list(zip(places, names, strict=True))
        self._given = list(dict.fromkeys(name for name in names if name is not None))
        self._call = f"EXECUTE {self._name}" + (f"({', '.join(['%s'] * len(self._given))})" if self._given else "")

    def check(self, values: Mapping[str, Any]) -> None:
        """KeyError for a value that is missing."""
        for name in self._given:
            values[name]

    def whole(self, _connection: BaseDatabaseWrapper, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """The whole text, to be planned for these values."""
        return self._text, tuple(place if name is None else _as_text(values[name]) for place, name in self._places)

    def kept(self, connection: BaseDatabaseWrapper, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """The call of what this connection has planned, or plans now."""
        given = [values[name] for name in self._given]
        for value in given:
            if isinstance(value, int) and value not in _INTEGERS:
                return self.whole(
                    connection, values
                )  # finds nothing when compared; as a parameter it would be an error
        connection.close_if_health_check_failed()  # as Django does before it asks anything
        if connection.connection is None:
            connection.ensure_connection()
        known = _known.get(connection.connection)
        if known is None or self._name not in known:
            self._plan(connection)
        return self._call, tuple(map(_as_text, given))

    def _plan(self, connection: BaseDatabaseWrapper) -> None:
        with connection.wrap_database_errors:
            connection.connection.execute(f"PREPARE {self._name} AS {self._with_numbers(connection.connection)}")
        _known.setdefault(connection.connection, set()).add(self._name)

    def _with_numbers(self, connection: Connection[Any]) -> str:
        """The text with its constants, and `$1`, `$2` … for what is given."""
        places = iter(
            Literal(place).as_string(connection) if name is None else f"${self._given.index(name) + 1}"
            for place, name in self._places
        )
        return re.sub("%([%s])", lambda mark: next(places) if mark[1] == "s" else "%", self._text)


def _as_text(value: Any) -> Any:
    """A list of numbers as PostgreSQL writes it: made once, it need not be told number by number."""
    if isinstance(value, list) and value and all(type(each) is int for each in value):
        return f"{{{','.join(map(str, value))}}}"
    return value
