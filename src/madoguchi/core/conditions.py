"""Conditions of one's own making in general: what is compared, how, and with what.

They travel as text in addresses and saved rows: a list of [what, how, value] as JSON. Which things may be compared is
said by the rooms that own them.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.core.fields.kinds import FieldKind

#: As many conditions as a list takes in each of its two groups.
MAX_CONDITIONS = 20
MAX_VALUE = 200
IS, NOT, HAS, LESS, MORE, EMPTY, FILLED = "is", "not", "has", "less", "more", "empty", "filled"
HOWS: dict[str, Promise] = {
    IS: _("is"),
    NOT: _("is not"),
    HAS: _("contains"),
    LESS: _("less or earlier than"),
    MORE: _("more or later than"),
    EMPTY: _("is empty"),
    FILLED: _("is filled in"),
}
_FIELD = "field-"
_SUFFIX = {LESS: "__lt", MORE: "__gt"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `value` as it is kept: ids as text, days in ISO 8601."""

    what: str  #: a key of its room, or "field-12"
    how: str
    value: str = ""

    @property
    def field_id(self) -> int | None:
        """The custom field it is about."""
        number = self.what.removeprefix(_FIELD)
        return int(number) if self.what.startswith(_FIELD) and number.isdecimal() and len(number) < 18 else None


def parsed_conditions(kept: Any, makes_sense: Callable[[Condition], bool]) -> tuple[Condition, ...]:
    """Conditions out of an address or a saved row; ValueError for what cannot have been kept."""
    try:
        rows = json.loads(kept) if isinstance(kept, str) else kept
        found = tuple(Condition(*(str(part) for part in row)) for row in rows)
    except TypeError as error:
        raise ValueError(str(error)) from error
    if len(found) > MAX_CONDITIONS or not all(is_plain(each) and makes_sense(each) for each in found):
        raise ValueError("no such condition")
    return found


def is_plain(condition: Condition) -> bool:
    """Whether the manner of comparing exists, and the value is short enough."""
    return condition.how in HOWS and len(condition.value) <= MAX_VALUE and "\0" not in condition.value


def kept_conditions(conditions: Iterable[Condition]) -> str:
    """The text they travel as."""
    return json.dumps([[each.what, each.how, each.value] for each in conditions], ensure_ascii=False)


def on_day(column: str, how: str, value: str) -> Q:
    """A moment on this day of the desk's time zone, before it, or after it."""
    day = read_iso_day(value) or date.min
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = begin + timedelta(days=1)
    if how == LESS:
        return Q(**{f"{column}__lt": begin})
    if how == MORE:
        return Q(**{f"{column}__gte": end})
    return Q(**{f"{column}__gte": begin, f"{column}__lt": end})


def read_iso_day(value: str) -> date | None:
    """The day as it is kept in a condition."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None


def compared(column: str, how: str, value: Any) -> Q:
    """The column is this, or is less, or more."""
    return Q(**{f"{column}{_SUFFIX.get(how, '')}": value})


def with_value(rows: Any, condition: Condition, fold: Callable[[str], str]) -> Any:
    """Of the values of one custom field those that a condition means; what was mistyped finds nothing."""
    how, value = condition.how, condition.value
    if how in (EMPTY, FILLED):
        return rows
    kind, _colon, plain = value.partition(":")
    match kind:
        case "t":
            folded = fold(plain)[:200]
            has = Q(folded__contains=folded) | Q(text__icontains=plain)
            return rows.filter(has if how == HAS else Q(folded=folded))
        case "n":
            number = _number(plain)
            return rows.none() if number is None else rows.filter(compared("number", how, number))
        case "d":
            day = read_iso_day(plain)
            return rows.none() if day is None else rows.filter(compared("day", how, day))
        case "o" if plain.isdecimal() and len(plain) < 9:
            return rows.filter(option=int(plain))
    return rows.none()


def _number(plain: str) -> Decimal | None:
    try:
        return Decimal(plain)
    except ArithmeticError:
        return None


#: How a value of a field is kept in a condition: "t:text", "n:12.5", "d:2026-11-20", "o:3".
FIELD_MARKS = {
    FieldKind.TEXT: "t",
    FieldKind.LONG: "t",
    FieldKind.NUMBER: "n",
    FieldKind.DATE: "d",
    FieldKind.CHOICE: "o",
    FieldKind.MULTI: "o",
    FieldKind.CHECK: "n",
}
