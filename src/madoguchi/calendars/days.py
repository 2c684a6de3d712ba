"""What a calendar says of one day, and why. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from madoguchi.calendars.choices import DayReason
from madoguchi.calendars.japan import japanese_holidays
from madoguchi.calendars.plan import MonthDay, Opening, Plan, Spans

#: A leap year: every day that there can be once a year is in it.
_ANY_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its hours (none when closed), the reason, and the name of the reason where it has one."""

    on: date
    spans: Spans
    reason: DayReason
    name: str = ""


class DayBook:
    """A plan as a book in which days are looked up; in which language holidays are named is asked each time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._openings: dict[date, Opening] = {each.on: each for each in plan.openings}
        self._closures = {day: each.name for each in plan.closures for day in days_between(each.first, each.last)}
        self._yearly = {key: each.name for each in plan.yearly_closures for key in _month_days(each.first, each.last)}

    def day(self, on: date, language: str = "ja") -> Day:
        """What is said of a day: an opening beats a closed day, that a holiday, and all of them the week."""
        if opening := self._openings.get(on):
            return Day(on, opening.spans, DayReason.OPENING, opening.name)
        if on in self._closures:
            return Day(on, (), DayReason.CLOSURE, self._closures[on])
        if (on.month, on.day) in self._yearly:
            return Day(on, (), DayReason.CLOSURE, self._yearly[on.month, on.day])
        if self.plan.has_japanese_holidays and (name := japanese_holidays(on.year, language).get(on)):
            return Day(on, (), DayReason.HOLIDAY, name)
        spans = self.plan.week[on.weekday()]
        return Day(on, spans, DayReason.HOURS if spans else DayReason.WEEKDAY)


@lru_cache(maxsize=64)
def day_book(plan: Plan) -> DayBook:
    """The book of a plan, made once."""
    return DayBook(plan)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _month_days(first: MonthDay, last: MonthDay) -> list[MonthDay]:
    """Every (month, day) from the first to the last, over the turn of the year if the last comes before the first."""
    start, end = date(_ANY_YEAR, *first), date(_ANY_YEAR, *last)
    if end >= start:
        found = days_between(start, end)
    else:
        found = days_between(start, date(_ANY_YEAR, 12, 31)) + days_between(date(_ANY_YEAR, 1, 1), end)
    return [(day.month, day.day) for day in found]
