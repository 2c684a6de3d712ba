"""Segments read: which a person has, and which customers meet conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.conditions import EMPTY, FILLED, NOT, Condition, parsed_conditions, read_iso_day, with_value
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.customers.criteria import DAY, NUMBER, YES, condition_of, offered
from madoguchi.customers.models import Customer, CustomerValue, Segment
from madoguchi.search.folding import fold


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of these, and at least one of those."""

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()


def segments_of(user: User) -> QuerySet[Segment]:
    """One's own and everybody's, by name."""
    return Segment.objects.filter(Q(owner=None) | Q(owner=user)).order_by("name", "pk")


def get_segment(user: User, pk: int) -> Segment:
    """One segment a person may use; NotFound otherwise."""
    found = segments_of(user).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such segment."))
    return found


def read_segment_conditions(kept: Any) -> tuple[Condition, ...]:
    """Conditions as they are kept or sent by a program; Invalid for what makes no sense."""
    try:
        return parsed_conditions(kept, _makes_sense)
    except ValueError as error:
        raise Invalid(_("A condition cannot be understood. Choose it again."), field="conditions") from error


def conditions_of(segment: Segment) -> Conditions:
    """What a segment asks for; conditions of another release that nobody understands ask for nobody."""
    try:
        return Conditions(read_segment_conditions(segment.all_of), read_segment_conditions(segment.any_of))
    except Invalid:
        return Conditions((Condition("gone", NOT),))


def _makes_sense(condition: Condition) -> bool:
    if condition.field_id is not None:
        return True
    criterion = offered().get(condition.what)
    if criterion is None or condition.how in (EMPTY, FILLED):
        return criterion is not None
    value = condition.value
    return {
        DAY: read_iso_day(value) is not None,
        NUMBER: value.isascii() and value.isdecimal() and len(value) < 10,
        YES: value in ("0", "1"),
    }.get(criterion.kind, bool(value))


def members(rows: QuerySet[Customer], asked: Conditions, user: User) -> QuerySet[Customer]:
    """Those of these customers who meet the conditions, as far as this person sees what they are about."""
    for each in asked.all_of:
        rows = rows.filter(_q(each, user))
    if asked.any_of:
        rows = rows.filter(reduce(or_, (_q(each, user) for each in asked.any_of)))
    return rows


def _q(condition: Condition, user: User) -> Q:
    if condition.field_id is None:
        return condition_of(condition, user)
    values = with_value(CustomerValue.objects.filter(field=condition.field_id), condition, fold)
    found = Q(pk__in=values.values("customer"))
    return ~found if condition.how in (NOT, EMPTY) else found


def kept_rows(conditions: Iterable[Condition]) -> list[list[str]]:
    """Conditions as the database keeps them."""
    return [[each.what, each.how, each.value] for each in conditions]
