"""Reads whose SQL is worked out once: a page has two dozen, and making their text costs more than running them.

    _DRAFTS = Prepared(lambda: Draft.objects.filter(user=Slot("user")).values_list("kind"))
    rows = _DRAFTS(user=3)

A read of several shapes, as what different people may see, is kept shape by shape:

    _ROWS = Shaped(lambda sight: Conversation.objects.visible_in(sight).filter(pk=Slot("number")))
    rows = _ROWS(sight_of(user))(**eyes_of(user), number=12)
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from functools import lru_cache
from threading import Lock
from typing import Any, NoReturn, override

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Lookup, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """The place of a value that is given with each call."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    @override
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class OneOf(Lookup):
    """A column with one of the values of a list that is given with each call: `filter(OneOf(F("pk"), Slot("ids")))`."""

    @override
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = ANY({right})", (*left_params, *right_params)


class Prepared[Q: QuerySet[Any, Any]]:
    """A QuerySet of a fixed shape; calling it gives one with these values, to be read and not to be narrowed."""

    def __init__(self, build: Callable[[], Q]) -> None:
        self._build = build
        self._made: tuple[Q, SQLCompiler | None, str, Sequence[Any]] | None = None
        self._making = Lock()

    def __call__(self, **values: Any) -> Q:
        """The rows for these values, not asked for yet."""
        pattern, compiler, sql, places = self._made or self._make()
        if compiler is None:
            return pattern.none()
        rows = _like(pattern)
        vars(rows)["_query"] = _like(pattern.query)
        ready = copy(compiler)
        ready.connection = connections[rows.db]
        params = tuple(values[each.name] if isinstance(each, Slot) else each for each in places)
        vars(ready)["as_sql"] = lambda *_args, **_options: (sql, params)
        vars(rows.query).update(get_compiler=lambda *_args, **_options: ready, chain=_refuse)
        return rows

    def _make(self) -> tuple[Q, SQLCompiler | None, str, Sequence[Any]]:
        with self._making:
            if self._made is None:
                rows = self._build()
                compiler = rows.query.get_compiler(using=rows.db)
                try:
                    self._made = (rows, compiler, *compiler.as_sql())
                except EmptyResultSet:
                    self._made = (rows, None, "", ())  # known to be empty whatever the values are
        return self._made


class Shaped[Q: QuerySet[Any, Any]]:
    """Prepared reads of several shapes, told apart by hashable values; those used last are kept."""

    def __init__(self, build: Callable[..., Q], *, kept: int = 256) -> None:
        self._build = build
        self._of = lru_cache(kept)(self._prepared)

    def __call__(self, *shape: Hashable) -> Prepared[Q]:
        """The read of this shape."""
        return self._of(*shape)

    def _prepared(self, *shape: Hashable) -> Prepared[Q]:
        return Prepared(lambda: self._build(*shape))


def _like[T](pattern: T) -> T:
    """A shallow copy: QuerySet and Query make deep ones of themselves, for changes that never come here."""
    one = object.__new__(type(pattern))
    vars(one).update(vars(pattern))
    return one


def _refuse(*_args: object, **_options: object) -> NoReturn:
    raise TypeError("A prepared read is finished: it cannot be narrowed, ordered or cut any more.")
