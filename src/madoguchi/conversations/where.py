"""Conditions of one's own making: what is compared, how, and with what; all of them and at least one of them.

They travel as text in addresses and saved views: a list of [what, how, value] as JSON. What a person types for a value
is turned into it by `read_condition`, and back by `said_condition`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import FieldKind, Priority, Status
from madoguchi.conversations.models import Conversation, CustomField, FieldValue
from madoguchi.core.errors import Invalid
from madoguchi.core.prepared import Slot
from madoguchi.search.folding import fold

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
#: What stands for itself: a column, and what it holds.
_NUMBERS = {"inbox": "inbox", "team": "team", "own_status": "own_status", "folder": "folder", "priority": "priority"}
_DAYS = {"created": "created_at", "last": "last_message_at", "due": "due_at", "done": "done_at"}
WHATS: dict[str, Promise] = {
    "status": _("Status"),
    "own_status": _("Own status"),
    "inbox": _("Desk"),
    "assignee": _("Assignee"),
    "team": _("Team"),
    "tag": _("Tag"),
    "category": _("Category"),
    "folder": _("Folder"),
    "priority": _("Priority"),
    "subject": _("Subject"),
    "created": _("Came in on"),
    "last": _("Last mail on"),
    "due": _("Reply by"),
    "done": _("Done on"),
}
_FIELD = "field-"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `value` as it is kept: ids as text, days in ISO 8601."""

    what: str  #: a key of WHATS, or "field-12"
    how: str
    value: str = ""

    @property
    def field_id(self) -> int | None:
        """The custom field it is about."""
        number = self.what.removeprefix(_FIELD)
        return int(number) if self.what.startswith(_FIELD) and number.isdecimal() else None


def read_conditions(kept: Any) -> tuple[Condition, ...]:
    """Conditions out of an address or a saved view; Invalid for what cannot have been kept."""
    try:
        rows = json.loads(kept) if isinstance(kept, str) else kept
        found = tuple(Condition(*(str(part) for part in row)) for row in rows)
    except (ValueError, TypeError) as error:
        raise Invalid(_("This list does not exist. Choose one on the left.")) from error
    if len(found) > MAX_CONDITIONS or not all(map(_makes_sense, found)):
        raise Invalid(_("This list does not exist. Choose one on the left."))
    return found


def kept_conditions(conditions: Iterable[Condition]) -> str:
    """The text they travel as."""
    return json.dumps([[each.what, each.how, each.value] for each in conditions], ensure_ascii=False)


def _makes_sense(condition: Condition) -> bool:
    if condition.how not in HOWS or len(condition.value) > MAX_VALUE or "\0" in condition.value:
        return False
    if condition.what not in WHATS and condition.field_id is None:
        return False
    if condition.how in (EMPTY, FILLED) or condition.field_id is not None:
        return True
    if condition.what in _NUMBERS or condition.what in ("tag", "category"):
        return condition.value.isdecimal() and len(condition.value) < 18
    if condition.what in _DAYS:
        return _day(condition.value) is not None
    return condition.what != "assignee" or condition.value in ("me", "none") or condition.value.isdecimal()


def condition_of(conditions: Iterable[Condition], person: User | Slot) -> list[Q]:
    """Each condition as the database understands it."""
    return [_q(each, person) for each in conditions]


def _q(condition: Condition, person: User | Slot) -> Q:
    positive = _positive(condition, person)
    return ~positive if condition.how in (NOT, EMPTY) else positive


def _positive(condition: Condition, person: User | Slot) -> Q:
    """What must hold, or must not for `not` and `empty`."""
    what, how, value = condition.what, condition.how, condition.value
    if condition.field_id is not None:
        return Q(pk__in=_values(condition))
    if how in (EMPTY, FILLED):
        return _filled(what)
    if what in _DAYS:
        return _on(_DAYS[what], how, value)
    if what in _NUMBERS:
        return _number(_NUMBERS[what], how, int(value))
    return _named(what, how, value, person)


def _named(what: str, how: str, value: str, person: User | Slot) -> Q:
    match what:
        case "assignee":
            return Q(assignee=person) if value == "me" else Q(assignee=None if value == "none" else int(value))
        case "tag":
            found = Q(pk__in=_tagged(int(value)))
        case "category":
            found = Q(category=int(value)) | Q(category__parent=int(value))
        case "subject":
            found = Q(subject__icontains=value) if how == HAS else Q(subject=value)
        case _:
            found = Q(status=value)
    return found


def _number(column: str, how: str, value: int) -> Q:
    suffix = {LESS: "__lt", MORE: "__gt"}.get(how, "")
    return Q(**{f"{column}{suffix}": value})


def _tagged(tag: int | None) -> Any:
    through: type[Model] = Conversation.tags.through
    rows = through._default_manager.all()  # noqa: SLF001 - Django's own name
    return (rows.filter(tag=tag) if tag is not None else rows).values("conversation")


def _filled(what: str) -> Q:
    if what == "tag":
        return Q(pk__in=_tagged(None))
    if what == "subject":
        return ~Q(subject="")
    column = _DAYS.get(what) or _NUMBERS.get(what) or what
    return Q(**{f"{column}__isnull": False})


def _on(column: str, how: str, value: str) -> Q:
    day = _day(value) or date.min
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = begin + timedelta(days=1)
    if how == LESS:
        return Q(**{f"{column}__lt": begin})
    if how == MORE:
        return Q(**{f"{column}__gte": end})
    return Q(**{f"{column}__gte": begin, f"{column}__lt": end})


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None


def _values(condition: Condition) -> Any:
    """The conversations with such a value; what has been mistyped into an address finds nothing."""
    rows = FieldValue.objects.filter(field=condition.field_id)
    how, value = condition.how, condition.value
    if how not in (EMPTY, FILLED):
        kind, _colon, plain = value.partition(":")
        rows = _KINDS[kind](rows, how, plain) if kind in _KINDS else rows.none()
    return rows.values("conversation")


def _by_text(rows: Any, how: str, plain: str) -> Any:
    folded = fold(plain)[:200]
    return (
        rows.filter(Q(folded__contains=folded) | Q(text__icontains=plain)) if how == HAS else rows.filter(folded=folded)
    )


def _by_number(rows: Any, how: str, plain: str) -> Any:
    try:
        number = Decimal(plain)
    except ArithmeticError:
        return rows.none()
    return rows.filter(**{f"number{ {LESS: '__lt', MORE: '__gt'}.get(how, '') }": number})


def _by_day(rows: Any, how: str, plain: str) -> Any:
    day = _day(plain)
    if day is None:
        return rows.none()
    return rows.filter(**{f"day{ {LESS: '__lt', MORE: '__gt'}.get(how, '') }": day})


def _by_option(rows: Any, _how: str, plain: str) -> Any:
    return rows.filter(option=int(plain)) if plain.isdecimal() and len(plain) < 9 else rows.none()


#: How a value of a field is kept in a condition: "t:text", "n:12.5", "d:2026-11-20", "o:3".
_KINDS: dict[str, Callable[[Any, str, str], Any]] = {"t": _by_text, "n": _by_number, "d": _by_day, "o": _by_option}
FIELD_MARKS = {
    FieldKind.TEXT: "t",
    FieldKind.LONG: "t",
    FieldKind.NUMBER: "n",
    FieldKind.DATE: "d",
    FieldKind.CHOICE: "o",
    FieldKind.MULTI: "o",
    FieldKind.CHECK: "n",
}


def without_fields(conditions: Iterable[Condition], known: Mapping[int, CustomField]) -> tuple[Condition, ...]:
    """Those conditions whose field is still there."""
    return tuple(each for each in conditions if each.field_id is None or each.field_id in known)


def statuses_and_priorities() -> list[tuple[str, str, str]]:
    """Values that are always the same: what, as kept, and in words."""
    found = [("status", status.value, str(status.label)) for status in Status]
    return found + [("priority", str(priority.value), str(priority.label)) for priority in Priority]
