"""What a calendar says, as values that cannot change: hours of the week, closed days, special openings.

Pure: no database. A span is a pair of minutes from midnight, [opens, closes), at most (0, 1440); times are those on the
wall clock of the calendar's time zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

type Span = tuple[int, int]
type Spans = tuple[Span, ...]
type MonthDay = tuple[int, int]

DAY_MINUTES = 24 * 60
ALL_DAY: Spans = ((0, DAY_MINUTES),)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days of one's own on which nobody works, first and last included."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class YearlyClosure:
    """The same in every year, as (month, day); from 12/29 to 1/3 goes over the turn of the year."""

    first: MonthDay
    last: MonthDay
    name: str = ""


#: When nearly every shop in Japan rests beside the public holidays, though no law says so: New Year, and Obon (お盆) by
#: the modern calendar, with the evening of its welcome and the day of its farewell.
USUAL_BREAKS = (
    YearlyClosure((12, 29), (1, 3), "年末年始"),
    YearlyClosure((8, 13), (8, 16), "お盆休み"),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A day with hours of its own (臨時営業), whatever else is said of it."""

    on: date
    spans: Spans
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a calendar says; equal plans are open at the same times."""

    time_zone: str
    week: tuple[Spans, ...]  #: seven days, from Monday
    has_japanese_holidays: bool = True  #: True closes on them
    closures: tuple[Closure, ...] = ()
    yearly_closures: tuple[YearlyClosure, ...] = ()
    openings: tuple[Opening, ...] = ()


def plan_of(columns: Mapping[str, Any]) -> Plan:
    """A plan out of the columns of its table."""
    return Plan(
        time_zone=columns["time_zone"],
        week=tuple(_spans(spans) for spans in columns["week"]),
        has_japanese_holidays=columns["has_japanese_holidays"],
        closures=tuple(
            Closure(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]), each["name"])
            for each in columns["closures"]
        ),
        yearly_closures=tuple(
            YearlyClosure((first[0], first[1]), (last[0], last[1]), name)
            for first, last, name in (
                (each["first"], each["last"], each["name"]) for each in columns["yearly_closures"]
            )
        ),
        openings=tuple(
            Opening(date.fromisoformat(each["on"]), _spans(each["spans"]), each["name"]) for each in columns["openings"]
        ),
    )


def _spans(pairs: Iterable[tuple[int, int]]) -> Spans:
    return tuple((opens, closes) for opens, closes in pairs)


def columns_of(plan: Plan) -> dict[str, Any]:
    """What `plan_of` reads again: plain values for JSON columns."""
    return {
        "time_zone": plan.time_zone,
        "week": plan.week,
        "has_japanese_holidays": plan.has_japanese_holidays,
        "closures": [
            {"first": each.first.isoformat(), "last": each.last.isoformat(), "name": each.name}
            for each in plan.closures
        ],
        "yearly_closures": [
            {"first": each.first, "last": each.last, "name": each.name} for each in plan.yearly_closures
        ],
        "openings": [{"on": each.on.isoformat(), "spans": each.spans, "name": each.name} for each in plan.openings],
    }


def clock_text(minute: int) -> str:
    """A minute of the day as people write it: 600 is "10:00", 1440 "24:00"."""
    return f"{minute // 60}:{minute % 60:02}"


def spans_text(spans: Spans) -> str:
    """Hours of a day as people write them: "10:00–12:00, 13:00–17:00"."""
    return ", ".join(f"{clock_text(opens)}–{clock_text(closes)}" for opens, closes in spans)
