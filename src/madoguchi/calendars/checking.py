"""What a calendar may say: refuses, with a sentence at the field, what cannot be meant. Pure."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.choices import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_CLOSURE_DAYS,
    MAX_CLOSURES,
    MAX_NAME,
    MAX_OPENINGS,
    MAX_SPANS,
)
from madoguchi.calendars.compiled import BeyondReach, compiled_at
from madoguchi.calendars.plan import DAY_MINUTES, Closure, MonthDay, Opening, Plan, Spans, YearlyClosure
from madoguchi.calendars.reckoning import next_opening
from madoguchi.core.errors import Invalid

#: How soon a calendar must open: one that does not for a year is a mistake.
_OPENS_WITHIN = timedelta(days=366)


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """The names of the time zones this machine knows, such as Asia/Tokyo."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def check_plan(plan: Plan, *, now: datetime) -> None:
    """Raise Invalid when a calendar cannot work like this; `now` is from when on it must open once in a year."""
    if plan.time_zone not in time_zones():
        raise Invalid(_("There is no such time zone. Choose one from the list."), field="time_zone")
    if len(plan.week) != 7:
        raise Invalid(_("A week has seven days, from Monday."), field="week")
    for spans in plan.week:
        check_spans(spans, field="week")
    if not any(plan.week):
        raise Invalid(
            _(
                "This calendar has no business hours. Enter them for at least one weekday; "
                "a desk that is always open needs no calendar."
            ),
            field="week",
        )
    _check_closures(plan.closures)
    _check_yearly_closures(plan.yearly_closures)
    _check_openings(plan.openings)
    if not _opens(plan, now):
        raise Invalid(
            _("With these closed days it does not open once within a year. Remove some of them."), field="closures"
        )


def check_spans(spans: Spans, *, field: str) -> None:
    """Raise Invalid unless these are hours of one day, in their order."""
    if len(spans) > MAX_SPANS:
        raise Invalid(_("These are too many: at most %d.") % MAX_SPANS, field=field)
    ended = 0
    for opens, closes in spans:
        if not 0 <= opens < DAY_MINUTES:
            raise Invalid(_("Hours lie between 0:00 and 24:00."), field=field)
        if not opens < closes <= DAY_MINUTES:
            raise Invalid(
                _(
                    "Hours end after they begin. For hours past midnight, end this day at 24:00 "
                    "and begin the next day at 0:00."
                ),
                field=field,
            )
        if opens < ended:
            raise Invalid(_("The hours of a day must follow each other and not overlap."), field=field)
        ended = closes


def _check_closures(closures: tuple[Closure, ...]) -> None:
    _check_amount(closures, MAX_CLOSURES, "closures")
    for each in closures:
        _check_name(each.name, "closures")
        _check_date(each.first, "closures")
        _check_date(each.last, "closures")
        if each.last < each.first:
            raise Invalid(_("Closed days end on the day they begin, or later."), field="closures")
        if (each.last - each.first).days >= MAX_CLOSURE_DAYS:
            raise Invalid(_("Closed days last a year at most."), field="closures")


def _check_yearly_closures(closures: tuple[YearlyClosure, ...]) -> None:
    _check_amount(closures, MAX_CLOSURES, "yearly_closures")
    for each in closures:
        _check_name(each.name, "yearly_closures")
        for month, day in (each.first, each.last):
            if not _is_month_day((month, day)):
                message = _("There is no such day in any year: %(day)s") % {"day": f"{month}/{day} {each.name}".strip()}
                raise Invalid(message, field="yearly_closures")


def _check_openings(openings: tuple[Opening, ...]) -> None:
    _check_amount(openings, MAX_OPENINGS, "openings")
    if len({each.on for each in openings}) < len(openings):
        raise Invalid(_("A day can have one special opening. Write all of its hours there."), field="openings")
    for each in openings:
        _check_name(each.name, "openings")
        _check_date(each.on, "openings")
        check_spans(each.spans, field="openings")
        if not each.spans:
            raise Invalid(_("A special opening needs its hours."), field="openings")


def _check_amount(rows: tuple[object, ...], most: int, field: str) -> None:
    if len(rows) > most:
        raise Invalid(_("These are too many: at most %d.") % most, field=field)


def _check_name(name: str, field: str) -> None:
    if len(name) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field=field)


def _check_date(day: date, field: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(
            _("The year must lie between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
            field=field,
        )


def _is_month_day(day: MonthDay) -> bool:
    try:
        date(2000, *day)  # a leap year
    except ValueError:
        return False
    return True


def _opens(plan: Plan, now: datetime) -> bool:
    try:
        return next_opening(compiled_at(plan, now), now) - now <= _OPENS_WITHIN
    except BeyondReach:
        return False
