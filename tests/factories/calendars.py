"""Calendars for tests: plain rows, no events."""

from itertools import count

from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import Plan, YearlyClosure, columns_of

_numbers = count(1)

TEN_TO_FIVE = ((600, 1020),)
NEW_YEAR = YearlyClosure((12, 29), (1, 3), "年末年始")
#: Weekdays from 10 to 17, closed on holidays and around the New Year.
WEEKDAYS = Plan("Asia/Tokyo", (TEN_TO_FIVE,) * 5 + ((), ()), yearly_closures=(NEW_YEAR,))


def make_calendar(plan: Plan = WEEKDAYS, **values) -> BusinessCalendar:
    return BusinessCalendar.objects.create(**{"name": f"営業時間{next(_numbers)}", **columns_of(plan), **values})
