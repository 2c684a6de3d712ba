"""Neighbouring atoms of a text put together: a day, the weekday beside it, a time of that day. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.calendars.written.amounts import AMOUNTS, Amount, amount_of
from madoguchi.calendars.written.clocks import CLOCKS, Clock, clock_of
from madoguchi.calendars.written.days import DAYS, ONE_DAY, Days, Groups, day_of_month, days_of
from madoguchi.calendars.written.folding import number_of
from madoguchi.calendars.written.found import Kind, Precision, Reference
from madoguchi.calendars.written.patterns import ATOM, JOINT

_LATER = {"LATER", "EN_LATER"}
_BRACKETS = {"IN_BRACKETS", "EN_BRACKETS"}
_WEEKDAYS = {"WEEKDAY", "EN_WEEK_DAY"}
#: A joint is no longer.
_MOST_APART = 8


@dataclass(slots=True)
class Group:
    """What some neighbouring atoms say: at most one day, one time of it, and one weekday beside it."""

    start: int
    end: int
    words: str
    kind: str = ""  #: of the last atom
    last: Groups = ()  #: what is inside of it
    days: Days | None = None
    clock: Clock | None = None
    amount: Amount | None = None
    weekday: int | None = None
    is_later: bool = False


def groups_in(folded: str, reference: Reference) -> Iterator[Group]:
    """The groups of a folded text in their order."""
    group: Group | None = None
    for atom in ATOM.finditer(folded):
        kind = atom.lastgroup or ""
        if kind == "NOTHING":
            continue
        if group is not None and _joins(folded, group, atom) and _take(group, atom, reference):
            group.end = atom.end()
            continue
        if group is not None:
            yield group
        group = Group(atom.start(), atom.end(), atom.group())
        if not _take(group, atom, reference):
            group = None
    if group is not None:
        yield group


def _joins(folded: str, group: Group, atom: re.Match[str]) -> bool:
    return atom.start() - group.end <= _MOST_APART and JOINT.match(folded, group.end, atom.start()) is not None


def _inside(atom: re.Match[str]) -> Groups:
    """The groups of an atom, and all of it as the last."""
    name = atom.lastgroup or ""
    at = ATOM.groupindex[name]
    return (*atom.groups()[at : at + _INNER[name]], atom.group())


def _inner() -> dict[str, int]:
    indexes = [*ATOM.groupindex.values(), ATOM.groups + 1]
    return {name: indexes[at + 1] - indexes[at] - 1 for at, name in enumerate(ATOM.groupindex)}


_INNER = _inner()


def _take(group: Group, atom: re.Match[str], reference: Reference) -> bool:
    """Add an atom to its neighbours; False where there is no place for it."""
    kind, groups = atom.lastgroup or "", _inside(atom)
    if group.kind and (group.is_later or kind in _LATER or kind in AMOUNTS):
        return False
    if kind in _LATER:
        group.is_later = True
    elif kind in AMOUNTS:
        group.amount = amount_of(atom, groups, reference)
    elif kind in CLOCKS:
        if not _take_clock(group, clock_of(atom, groups)):
            return False
    elif kind in _BRACKETS:
        if not _take_weekday(group, days_of(atom, groups, reference).weekday, reference):
            return False
    elif kind not in DAYS or not _take_days(group, kind, groups, days_of(atom, groups, reference)):
        return False
    group.kind, group.last = kind, groups
    return True


def _take_clock(group: Group, clock: Clock) -> bool:
    """明日の午後、3時 is 15:00; a second time is another date."""
    part = group.clock.part if group.clock is not None else None
    if group.clock is not None and (part is None or clock.minute is None):
        return False
    if group.amount is not None and group.amount.days is None:
        return False
    if part and clock.is_vague_half and clock.minute is not None and (part[0] or 0) >= 12 * 60:
        clock = Clock(clock.minute + 12 * 60)
    group.clock = clock
    return True


def _take_weekday(group: Group, weekday: int | None, reference: Reference) -> bool:
    """The weekday in brackets; of 20日(日) it says which month is meant."""
    days = group.days
    if days is None or group.weekday is not None or group.clock is not None or days.precision is not Precision.DAY:
        return False
    group.weekday = weekday
    if group.kind == "DAY" and weekday is not None:
        day = day_of_month(number_of(group.last[0] or ""), reference.today, weekday)
        group.days = Days(day, day, Kind.DATE, is_impossible=day is None)
    return True


def _take_days(group: Group, kind: str, groups: Groups, days: Days) -> bool:
    before = group.days
    if before is None:
        if group.amount is not None or (group.clock is not None and not kind.startswith("EN_")):
            return False
        group.days = days
        return True
    if group.clock is not None or before.first is None or before.last is None:
        return False
    return _take_second(group, kind, groups, days) if days.first is not None or kind == "DAY" else False


def _take_second(group: Group, kind: str, groups: Groups, days: Days) -> bool:
    """Two atoms about days that mean one: the weekday beside it, the month before it, the week before it."""
    before = group.days
    assert before is not None  # asked by the caller
    assert before.first is not None
    assert before.last is not None
    day = days.first
    if (
        kind in _WEEKDAYS
        and group.kind not in _WEEKDAYS
        and group.weekday is None
        and before.precision is Precision.DAY
    ):
        group.weekday = day.weekday() if day else None  # 25日 水曜日
    elif group.kind == "MONTH" and kind == "DAY":  # 来月10日
        number = number_of(groups[0] or "")
        exists = 1 <= number <= before.last.day
        day = before.last.replace(day=number) if exists else None
        group.days = Days(day, day, Kind.DATE, is_impossible=not exists)
    elif group.kind in _WEEKDAYS and kind in ("EN_YMD", "EN_MD", "EN_DAY"):  # Monday, November 25
        group.weekday, group.days = before.first.weekday(), days
    elif group.kind == "WEEK" and kind == "WEEKDAY" and day is not None:  # 来週の、火曜日
        day = before.first + day.weekday() * ONE_DAY
        group.days = Days(day, day, Kind.RELATIVE)
    else:
        return False
    return True
