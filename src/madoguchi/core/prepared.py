"""Reads whose SQL is worked out once and planned once a connection: that costs more than their answers.

    _DRAFTS = Prepared(lambda: Draft.objects.filter(user=Slot("user")).values_list("kind"))
    rows = _DRAFTS(user=3)

A read of several shapes, as what different people may see, is kept shape by shape:

    _ROWS = Shaped(lambda sight: Conversation.objects.visible_in(sight).filter(pk=Slot("number")))
    rows = _ROWS(sight_of(user))(**eyes_of(user), number=12)

`by_value` is for lists whose best index depends on the values: their text is made once, their plan with each call.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, NoReturn, override

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Lookup, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from madoguchi.core.plans import Plan


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

    def __init__(self, build: Callable[[], Q], *, by_value: bool = False) -> None:
        self._build = build
        self._by_value = by_value
        self._made: tuple[Q, SQLCompiler, Plan | None] | None = None
        self._converted: dict[int, Any] | None = None
        self._making = Lock()

    def __call__(self, **values: Any) -> Q:
        """The rows for these values, not asked for yet."""
        pattern, compiler, plan = self._made or self._make()
        if plan is None:
            return pattern.none()
        plan.check(values)
        rows = _like(pattern)
        vars(rows)["_query"] = _like(pattern.query)
        ready = _like(compiler)
        ready.connection = connections[compiler.using or DEFAULT_DB_ALIAS]
        say = plan.whole if self._by_value else plan.kept
        vars(ready).update(
            as_sql=lambda *_args, **_options: say(ready.connection, values), get_converters=self._converters
        )
        vars(rows.query).update(get_compiler=lambda *_args, **_options: ready, chain=_refuse)
        return rows

    def _converters(self, columns: list[Any]) -> dict[int, Any]:
        """What Django works out for each answer anew, though it is the same for the same columns."""
        if self._converted is None:
            _, compiler, _ = self._make()
            self._converted = compiler.get_converters(columns)
        return self._converted

    def _make(self) -> tuple[Q, SQLCompiler, Plan | None]:
        with self._making:
            if self._made is None:
                rows = self._build()
                compiler = rows.query.get_compiler(using=rows.db)
                try:
                    self._made = (rows, compiler, _plan(rows, *compiler.as_sql()))
                except EmptyResultSet:
                    self._made = (rows, compiler, None)  # known to be empty whatever the values are
        return self._made


class Shaped[Q: QuerySet[Any, Any]]:
    """Prepared reads of several shapes, told apart by hashable values; those used last are kept."""

    def __init__(self, build: Callable[..., Q], *, kept: int = 256, by_value: bool = False) -> None:
        self._build = build
        self._by_value = by_value
        self._of = lru_cache(kept)(self._prepared)

    def __call__(self, *shape: Hashable) -> Prepared[Q]:
        """The read of this shape."""
        return self._of(*shape)

    def _prepared(self, *shape: Hashable) -> Prepared[Q]:
        return Prepared(lambda: self._build(*shape), by_value=self._by_value)


def _plan(rows: QuerySet[Any, Any], text: str, places: Sequence[Any]) -> Plan:
    names = [each.name if isinstance(each, Slot) else None for each in places]
    return Plan(rows.model._meta.db_table, text, places, names)  # noqa: SLF001 - Django's own name


def _like[T](pattern: T) -> T:
    """A shallow copy: QuerySet and Query make deep ones of themselves, for changes that never come here."""
    one = object.__new__(type(pattern))
    vars(one).update(vars(pattern))
    return one


def _refuse(*_args: object, **_options: object) -> NoReturn:
    raise TypeError("A prepared read is finished: it cannot be narrowed, ordered or cut any more.")
