"""Which conversations a list shows and in what order; the same values in the address, in saved views and in the API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import OPEN_STATUSES, TABLE_COLUMNS, Status
from madoguchi.conversations.models import FAR_FUTURE, Conversation
from madoguchi.conversations.where import condition_of, read_conditions
from madoguchi.core.conditions import Condition, kept_conditions
from madoguchi.core.errors import Invalid
from madoguchi.core.prepared import Slot

DUE, NEWEST, OLDEST = "due", "newest", "oldest"
SORTS = (DUE, NEWEST, OLDEST)
ALL, OPEN = "all", "open"


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions of a list; empty values do not narrow."""

    inbox: int | None = None
    status: str = OPEN  #: a status, "open" for all open ones, "all"
    own_status: int | None = None  #: one of our own, whatever it stands for
    folder: int | None = None
    assignee: str = ""  #: "me", "none", or a user's number
    team: int | None = None
    tag: str = ""
    category: int | None = None
    priority: int | None = None
    channel: str = ""  #: a kind of channel
    vip: bool = False
    late: bool = False  #: past 返信期限
    following: bool = False
    failed: bool = False  #: our last mail could not be sent
    mine_to_approve: bool = False
    customer: int | None = None
    sides: bool = False  #: 依頼中: requests to others instead of customers' conversations
    all_of: tuple[Condition, ...] = ()  #: conditions of one's own making: all of them
    any_of: tuple[Condition, ...] = ()  #: and at least one of these
    columns: tuple[str, ...] = ()  #: shown as a table with these columns
    sort: str = DUE  #: one of SORTS, or of a table a column, with "-" before it downwards

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Filter":
        """Read from an address or a saved view; unknown keys are ignored, impossible values raise Invalid."""
        found: dict[str, Any] = {}
        for each in fields(cls):
            value = values.get(each.name)
            if value in (None, ""):
                continue
            found[each.name] = _read(each.name, each.type, value)
        chosen = cls(**found)
        if not _SORT.fullmatch(chosen.sort) or chosen.status not in {*Status.values, OPEN, ALL}:
            raise Invalid(_("This list does not exist. Choose one on the left."))
        return chosen

    def values(self) -> dict[str, Any]:
        """Only what differs from the default, for addresses and saved views."""
        return {name: _kept(value) for name, default in _DEFAULTS if (value := getattr(self, name)) != default}

    @property
    def own_conditions(self) -> tuple[Condition, ...]:
        """The conditions of both groups."""
        return self.all_of + self.any_of


#: Asked for dozens of times a page: nothing of it is worked out twice.
_DEFAULTS = tuple((each.name, each.default) for each in fields(Filter))


#: An order of lists, or a column of a table, downwards with "-"; `table` takes fields that are gone for the usual one.
_SORT = re.compile(rf"{DUE}|{NEWEST}|{OLDEST}|-?(?:{'|'.join(TABLE_COLUMNS)}|field-[0-9]{{1,9}})")
_MAX_COLUMNS = 30


def _kept(value: Any) -> Any:
    """A value as it stands in an address and in a saved view: a number, a tick or a text."""
    if isinstance(value, tuple):
        return ",".join(value) if value and isinstance(value[0], str) else kept_conditions(value)
    return value


def _columns(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    return tuple(dict.fromkeys(str(each)[:30] for each in names[:_MAX_COLUMNS] if each))


def _read(name: str, kind: Any, value: Any) -> Any:
    if name in ("all_of", "any_of"):
        return read_conditions(value)
    if name == "columns":
        return _columns(value)
    try:
        if kind == int | None:
            return int(value)
        if kind is bool:
            return value is True or str(value).lower() in ("1", "true", "on")
        text = str(value)
        if name == "assignee" and text not in ("me", "none"):
            return str(_number(text))
    except ValueError as error:
        raise Invalid(_("This list does not exist. Choose one on the left.")) from error
    return text[:100]


def _number(text: str) -> int:
    if not text.isdigit():
        raise ValueError(text)  # "-1" is a number too, but nobody's
    return int(text)


#: Customers' conversations, and requests to others; these stand among those only while a mail waits for approval.
KINDS = {False: Q(side_of=None) | Q(status=Status.APPROVAL), True: Q(side_of__isnull=False)}


def apply(
    rows: QuerySet[Conversation], chosen: Filter, *, user: User | Slot, now: datetime | Slot | None = None
) -> QuerySet[Conversation]:
    """Narrow a list of conversations the user may see; ordering comes from `ordered`."""
    rows = _by_status(rows.filter(KINDS[chosen.sides], merged_into=None), chosen)
    for is_asked, condition in _conditions(chosen, user, now or timezone.now()):
        if is_asked:
            rows = rows.filter(condition)
    if chosen.all_of:
        rows = rows.filter(*condition_of(chosen.all_of, user))
    if chosen.any_of:
        rows = rows.filter(reduce(or_, condition_of(chosen.any_of, user)))
    return rows


def _conditions(chosen: Filter, user: User | Slot, now: datetime | Slot) -> list[tuple[bool, Q]]:
    """Every condition a filter may ask for, and whether it does."""
    return [
        (chosen.inbox is not None, Q(inbox=chosen.inbox)),
        (chosen.own_status is not None, Q(own_status=chosen.own_status)),
        (chosen.folder is not None, Q(folder=chosen.folder)),
        (chosen.team is not None, Q(team=chosen.team)),
        (chosen.priority is not None, Q(priority=chosen.priority)),
        (chosen.customer is not None, Q(customer=chosen.customer)),
        (chosen.assignee == "me", Q(assignee=user)),
        (chosen.assignee == "none", Q(assignee=None)),
        (chosen.assignee.isdigit(), Q(assignee=chosen.assignee if chosen.assignee.isdigit() else None)),
        (bool(chosen.tag), Q(tags__name=chosen.tag)),
        (chosen.category is not None, Q(category=chosen.category) | Q(category__parent=chosen.category)),
        (bool(chosen.channel), Q(inbox__kind=chosen.channel)),
        (chosen.vip, Q(customer__is_vip=True)),
        (chosen.late, Q(queue_at__lt=now)),
        (chosen.following, Q(followers=user)),
        (chosen.failed, Q(has_failed=True)),
        (chosen.mine_to_approve, Q(status=Status.APPROVAL)),
    ]


def _by_status(rows: QuerySet[Conversation], chosen: Filter) -> QuerySet[Conversation]:
    if chosen.status == OPEN and chosen.own_status is None:
        return rows.filter(is_open=True)
    if chosen.status in (ALL, OPEN):
        return rows
    return rows.filter(status=chosen.status, is_open=chosen.status in OPEN_STATUSES)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended: keyset paging, so that page 1,000 costs what page 1 costs."""

    moment: datetime
    pk: int

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """From an address; None for nothing or nonsense."""
        moment, _sep, pk = text.partition("~")
        try:
            return cls(datetime.fromisoformat(moment), int(pk))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}~{self.pk}"


class CursorToCome:
    """The place of a cursor in a read that is worked out before there is one."""

    moment, pk = Slot("moment"), Slot("pk")


def ordered(rows: QuerySet[Conversation], sort: str, cursor: Cursor | CursorToCome | None) -> QuerySet[Conversation]:
    """Order a list and begin after the cursor."""
    if sort == DUE:
        if cursor:
            rows = rows.filter(queue_at__gte=cursor.moment).filter(Q(queue_at__gt=cursor.moment) | Q(pk__gt=cursor.pk))
        return rows.order_by("queue_at", "pk")
    later = "gt" if sort == OLDEST else "lt"
    if cursor:
        rows = rows.filter(**{f"last_message_at__{later}e": cursor.moment}).filter(
            Q(**{f"last_message_at__{later}": cursor.moment}) | Q(**{f"pk__{later}": cursor.pk})
        )
    sign = "" if sort == OLDEST else "-"
    return rows.order_by(f"{sign}last_message_at", f"{sign}pk")


def cursor_after(row: Conversation, sort: str) -> Cursor:
    """The cursor of the page that follows this row."""
    return Cursor(row.queue_at if sort == DUE else row.last_message_at, row.pk)


def has_deadline(row: Conversation) -> bool:
    """False for rows that stand at the end of the due list."""
    return row.queue_at < FAR_FUTURE
