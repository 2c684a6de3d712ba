"""A list as a table: which columns it shows, in which order it stands, and its rows page by page, by key."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import DateField, DecimalField, Expression, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import TABLE_COLUMNS
from madoguchi.conversations.fields import all_fields, values_of
from madoguchi.conversations.filters import DUE, NEWEST, OLDEST, Filter, apply
from madoguchi.conversations.listed import Listed, listed_by_ids
from madoguchi.conversations.models import Conversation, CustomField, FieldValue
from madoguchi.core.fields.kinds import FieldKind, Values

ROWS = 50
#: What a table shows that nobody has chosen columns for.
USUAL = ("number", "customer", "subject", "status", "assignee", "due", "last")
MAX_COLUMNS = 20
#: Stand in for nothing, so that what has nothing sorts last, upwards and downwards, and can be compared all the same.
_TEXTS, _NUMBERS = ("\U0010fffd", ""), (Decimal(10) ** 15, -(Decimal(10) ** 15))
_DAYS, _OPTIONS = (date(9999, 1, 1), date(1, 1, 1)), (2**31 - 1, 0)
#: Columns that may hold nothing.
_NAMES = {"assignee": "assignee__name", "category": "category__name", "folder": "folder__name"}
_SORTED: dict[str, Expression | F] = {
    "number": F("pk"),
    "customer": F("customer__reading"),
    "subject": F("subject"),
    "status": F("status"),
    "due": F("queue_at"),
    "priority": F("priority"),
    "inbox": F("inbox__name"),
    "created": F("created_at"),
    "last": F("last_message_at"),
}
_OF_LISTS = {DUE: "due", NEWEST: "-last", OLDEST: "last"}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One conversation in a table."""

    listed: Listed
    created_at: datetime
    category: str
    folder: str
    inbox: str
    fields: Values


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of a table."""

    rows: list[TableRow]
    next_cursor: str  #: empty at the end


def sort_of(chosen: Filter) -> tuple[str, bool]:
    """By which column a table stands, and whether downwards."""
    sort = _OF_LISTS.get(chosen.sort, chosen.sort)
    return sort.removeprefix("-"), sort.startswith("-")


def known_columns(chosen: Filter, fields: Sequence[CustomField]) -> list[str]:
    """The columns a list asks for, without those of fields that are gone."""
    names = {f"field-{field.pk}" for field in fields}
    return [each for each in chosen.columns or USUAL if each in TABLE_COLUMNS or each in names]


def table_page(user: User, chosen: Filter, *, cursor: str = "", limit: int = ROWS) -> TablePage:
    """One page of what a person may see; a fixed number of queries however many rows and columns there are."""
    column, is_down = sort_of(chosen)
    place = _place(column, is_down)
    rows = apply(Conversation.objects.visible_to(user), chosen, user=user).annotate(place=place)
    if begun := _read_cursor(cursor):
        value, pk = begun
        later = "lt" if is_down else "gt"
        rows = rows.filter(Q(**{f"place__{later}": value}) | Q(**{"place": value, f"pk__{later}": pk}))
    sign = "-" if is_down else ""
    found = list(rows.order_by(f"{sign}place", f"{sign}pk").values_list("pk", "place")[: limit + 1])
    following = _cursor(*found[limit - 1][::-1]) if len(found) > limit else ""
    return TablePage(_rows(user, [pk for pk, _place in found[:limit]]), following)


def _rows(user: User, numbers: list[int]) -> list[TableRow]:
    listed = listed_by_ids(user, numbers)
    more = Conversation.objects.filter(pk__in=numbers).values_list(
        "pk", "created_at", "category__name", "category__parent__name", "folder__name", "inbox__name"
    )
    beside = {row[0]: row[1:] for row in more}
    values = values_of(numbers)
    rows = []
    for each in listed:
        created_at, category, main, folder, inbox = beside[each.pk]
        path = f"{main} › {category}" if main else category or ""
        rows.append(TableRow(each, created_at, path, folder or "", inbox, values.get(each.pk, {})))
    return rows


def _place(column: str, is_down: bool) -> Expression | F:  # noqa: FBT001 - the two of `sort_of`
    if column in _NAMES:
        return Coalesce(_NAMES[column], Value(_TEXTS[is_down]))
    if column in _SORTED:
        return _SORTED[column]
    field = next((each for each in all_fields() if f"field-{each.pk}" == column), None)
    return _SORTED["due"] if field is None else _place_of(field, is_down)


def _place_of(field: CustomField, is_down: bool) -> Expression:  # noqa: FBT001 - as above
    """What a custom field sorts by: numbers, days, texts, and options by their place among the choices."""
    rows = FieldValue.objects.filter(conversation=OuterRef("pk"), field=field).order_by("option")
    if field.kind in (FieldKind.NUMBER, FieldKind.CHECK):
        return Coalesce(Subquery(rows.values("number")[:1]), Value(_NUMBERS[is_down]), output_field=DecimalField())
    if field.kind == FieldKind.DATE:
        return Coalesce(Subquery(rows.values("day")[:1]), Value(_DAYS[is_down]), output_field=DateField())
    if field.has_options:
        return Coalesce(Subquery(rows.values("option")[:1]), Value(_OPTIONS[is_down]))
    return Coalesce(Subquery(rows.values("folded")[:1]), Value(_TEXTS[is_down]))


def _cursor(place: Any, pk: int) -> str:
    kind = type(place).__name__
    text = place.isoformat() if isinstance(place, date) else str(place)
    return urlsafe_b64encode(json.dumps([kind, text, pk]).encode()).decode()


_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _read_cursor(cursor: str) -> tuple[Any, int] | None:
    """Where a page begins; None for nothing or nonsense."""
    try:
        kind, text, pk = json.loads(urlsafe_b64decode(cursor.encode()))
        return _READERS[kind](text), int(pk)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return None


def sortable(column: str) -> bool:
    """True for a column by which a table can stand."""
    return column in _SORTED or column in _NAMES or column.startswith("field-")


def columns_offered(fields: QuerySet[CustomField]) -> list[tuple[str, str]]:
    """Every column there is, with its name."""
    own = [(f"field-{field.pk}", field.name) for field in fields]
    return [*((key, str(word)) for key, word in TABLE_COLUMNS.items()), *own]
