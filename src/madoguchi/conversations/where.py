"""Conditions of one's own making: what is compared, how, and with what; all of them and at least one of them.

They travel as text in addresses and saved views: a list of [what, how, value] as JSON. What a person types for a value
is turned into it by `read_condition`, and back by `said_condition`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Conversation, CustomField, FieldValue
from madoguchi.core.conditions import (
    EMPTY,
    FILLED,
    HAS,
    NOT,
    Condition,
    compared,
    on_day,
    parsed_conditions,
    read_iso_day,
    with_value,
)
from madoguchi.core.errors import Invalid
from madoguchi.core.prepared import Slot
from madoguchi.search.folding import fold

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


def read_conditions(kept: Any) -> tuple[Condition, ...]:
    """Conditions out of an address or a saved view; Invalid for what cannot have been kept."""
    try:
        return parsed_conditions(kept, _makes_sense)
    except ValueError as error:
        raise Invalid(_("This list does not exist. Choose one on the left.")) from error


def _makes_sense(condition: Condition) -> bool:
    if condition.what not in WHATS and condition.field_id is None:
        return False
    if condition.how in (EMPTY, FILLED) or condition.field_id is not None:
        return True
    if condition.what in _NUMBERS or condition.what in ("tag", "category"):
        return condition.value.isdecimal() and len(condition.value) < 18
    if condition.what in _DAYS:
        return read_iso_day(condition.value) is not None
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
        return on_day(_DAYS[what], how, value)
    if what in _NUMBERS:
        return compared(_NUMBERS[what], how, int(value))
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


def _values(condition: Condition) -> Any:
    """The conversations with such a value; what has been mistyped into an address finds nothing."""
    rows = FieldValue.objects.filter(field=condition.field_id)
    return with_value(rows, condition, fold).values("conversation")


def without_fields(conditions: Iterable[Condition], known: Mapping[int, CustomField]) -> tuple[Condition, ...]:
    """Those conditions whose field is still there."""
    return tuple(each for each in conditions if each.field_id is None or each.field_id in known)


def statuses_and_priorities() -> list[tuple[str, str, str]]:
    """Values that are always the same: what, as kept, and in words."""
    found = [("status", status.value, str(status.label)) for status in Status]
    return found + [("priority", str(priority.value), str(priority.label)) for priority in Priority]
