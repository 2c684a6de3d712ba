"""Calendars: hours of the week, closed days, special openings, and what they mean for a day or a deadline."""

from datetime import date, datetime
from typing import Annotated

from django.utils.translation import get_language
from pydantic import Field

from madoguchi.api.schemas.base import In, Out
from madoguchi.calendars.choices import MAX_CLOSURES, MAX_OPENINGS, MAX_SPANS, DayReason
from madoguchi.calendars.days import day_book, days_between
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import Closure, MonthDay, Opening, Plan, Spans, YearlyClosure, clock_text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

type Clock = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$|^24:00$", examples=["10:00"])]
type ShortDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", examples=["12-29"])]
type Label = Annotated[str, Field(max_length=60, examples=["年末年始"])]


class Hours(In):
    """One span of open time on the wall clock of the calendar."""

    opens: Clock
    """When it begins."""
    closes: Clock
    """When it ends, on the same day; 24:00 is the day's end."""


type Spell = Annotated[list[Hours], Field(max_length=MAX_SPANS)]


class Week(In):
    """The hours of each weekday; a day without any is closed."""

    monday: Spell = []
    """The hours of Mondays."""
    tuesday: Spell = []
    """The hours of Tuesdays."""
    wednesday: Spell = []
    """The hours of Wednesdays."""
    thursday: Spell = []
    """The hours of Thursdays."""
    friday: Spell = []
    """The hours of Fridays."""
    saturday: Spell = []
    """The hours of Saturdays."""
    sunday: Spell = []
    """The hours of Sundays."""


class ClosureShape(In):
    """Closed days of one's own."""

    first: date
    """The first of them"""
    last: date
    """and the last, which is closed too."""
    name: Label = ""
    """What they are called."""


class YearlyClosureShape(In):
    """Days that are closed in every year, such as 年末年始."""

    first: ShortDay
    """The first of them, as month and day"""
    last: ShortDay
    """and the last; when it comes before the first, it lies in the next year."""
    name: Label = ""
    """What they are called."""


class OpeningShape(In):
    """A day with hours of its own, whatever else is said of it."""

    on: date
    """The day."""
    hours: Annotated[list[Hours], Field(min_length=1, max_length=MAX_SPANS)]
    """Its hours."""
    name: Label = ""
    """What it is called."""


class CalendarChangesIn(In):
    """What changes of a calendar; what is left out stays, and lists are replaced as a whole."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["平日10時〜17時"])] | None = None
    """Its name."""
    time_zone: Annotated[str, Field(max_length=64, examples=["Asia/Tokyo"])] | None = None
    """The time zone of its hours."""
    week: Week | None = None
    """Its hours."""
    has_japanese_holidays: bool | None = None
    """True closes it on the public holidays of Japan."""
    closures: Annotated[list[ClosureShape], Field(max_length=MAX_CLOSURES)] | None = None
    """Closed days."""
    yearly_closures: Annotated[list[YearlyClosureShape], Field(max_length=MAX_CLOSURES)] | None = None
    """Closed days of every year."""
    openings: Annotated[list[OpeningShape], Field(max_length=MAX_OPENINGS)] | None = None
    """Special openings."""
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """The `version` that was read: when somebody has changed it since, nothing is saved (409)."""


class NewCalendarIn(CalendarChangesIn):
    """A calendar to add."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["平日10時〜17時"])]
    """Its name."""
    week: Week
    """Its hours; at least one weekday has some."""
    version: None = None
    """A new one has none."""


class CalendarOut(Out):
    """Business hours and closed days."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    time_zone: str
    """The time zone of its hours."""
    week: Week
    """Its hours."""
    has_japanese_holidays: bool
    """True when it is closed on the public holidays of Japan."""
    closures: list[ClosureShape]
    """Closed days."""
    yearly_closures: list[YearlyClosureShape]
    """Closed days of every year."""
    openings: list[OpeningShape]
    """Special openings."""
    version: int
    """Goes up with each change."""


class DayOut(Out):
    """What a calendar says of one day."""

    on: date
    """The day."""
    hours: list[Hours]
    """When it is open; empty when it is closed."""
    reason: DayReason
    """Why: `hours` (as every week), `weekday`, `holiday`, `closure`, `opening`."""
    name: str
    """What the holiday, the closed day or the opening is called."""


class DeadlineOut(Out):
    """What becomes of a moment in a calendar."""

    is_open: bool
    """True when it is open at that moment."""
    starts_at: datetime
    """Where the clock starts: the moment itself, or the next opening."""
    due_at: datetime
    """When so many open minutes have passed."""
    one_day_length: datetime
    """「1営業日以内」 counted as the open time of one business day."""
    one_day_end: datetime
    """「1営業日以内」 as the end of the next business day."""


def read_plan(said: CalendarChangesIn, present: Plan | None = None) -> Plan:
    """The plan a request means: what it leaves out is as it was, or as in a new calendar."""
    before = present or Plan("Asia/Tokyo", ((),) * 7)
    return Plan(
        time_zone=before.time_zone if said.time_zone is None else said.time_zone,
        week=before.week if said.week is None else tuple(_spans(getattr(said.week, day)) for day in WEEKDAYS),
        has_japanese_holidays=(
            before.has_japanese_holidays if said.has_japanese_holidays is None else said.has_japanese_holidays
        ),
        closures=(
            before.closures
            if said.closures is None
            else tuple(Closure(each.first, each.last, each.name) for each in said.closures)
        ),
        yearly_closures=(
            before.yearly_closures
            if said.yearly_closures is None
            else tuple(
                YearlyClosure(_month_day(each.first), _month_day(each.last), each.name) for each in said.yearly_closures
            )
        ),
        openings=(
            before.openings
            if said.openings is None
            else tuple(Opening(each.on, _spans(each.hours), each.name) for each in said.openings)
        ),
    )


def _spans(hours: list[Hours]) -> Spans:
    return tuple((_minute(each.opens), _minute(each.closes)) for each in hours)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _month_day(text: str) -> MonthDay:
    return int(text[:2]), int(text[3:])


def show_calendar(calendar: BusinessCalendar) -> CalendarOut:
    """A calendar with all it says."""
    plan = calendar.plan
    return CalendarOut(
        id=calendar.pk,
        name=calendar.name,
        time_zone=plan.time_zone,
        week=Week(**{day: _hours(spans) for day, spans in zip(WEEKDAYS, plan.week, strict=True)}),
        has_japanese_holidays=plan.has_japanese_holidays,
        closures=[ClosureShape(first=each.first, last=each.last, name=each.name) for each in plan.closures],
        yearly_closures=[
            YearlyClosureShape(first=_short(each.first), last=_short(each.last), name=each.name)
            for each in plan.yearly_closures
        ],
        openings=[OpeningShape(on=each.on, hours=_hours(each.spans), name=each.name) for each in plan.openings],
        version=calendar.version,
    )


def _hours(spans: Spans) -> list[Hours]:
    return [Hours(opens=clock_text(opens), closes=clock_text(closes)) for opens, closes in spans]


def _short(day: MonthDay) -> str:
    return f"{day[0]:02}-{day[1]:02}"


def show_days(calendar: BusinessCalendar, first: date, last: date) -> list[DayOut]:
    """Every day from the first to the last; holidays are named in the language of this request."""
    book, language = day_book(calendar.plan), get_language() or "ja"
    found = [book.day(on, language) for on in days_between(first, last)]
    return [DayOut(on=each.on, hours=_hours(each.spans), reason=each.reason, name=each.name) for each in found]
