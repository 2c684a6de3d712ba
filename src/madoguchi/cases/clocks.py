"""The two legal clocks of a leak of personal data (個人情報保護法26条). Pure.

速報 within 「おおむね3–5日」 and 確報 within 30 days, 60 where a dishonest purpose is suspected, both from when it
became known. Days are days of the calendar, weekends and holidays included: the text we go by names no business
days. How the day of discovery counts is not said there (unverified): it does not count, and the whole last day does.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from madoguchi.calendars.days import day_book
from madoguchi.calendars.plan import Plan

#: The commission sits in Japan.
ZONE = ZoneInfo("Asia/Tokyo")
#: 「おおむね3–5日以内」: we aim at the first, and call the second late.
PRELIMINARY_AIM_DAYS, PRELIMINARY_DAYS = 3, 5
FINAL_DAYS, FINAL_DAYS_DISHONEST = 30, 60
#: 「1,000人超」.
MANY_PERSONS = 1_000


@dataclass(frozen=True, slots=True)
class Clocks:
    """By when what has to be reported; moments are the end of the day in Japan."""

    preliminary_aim: datetime
    preliminary: datetime
    final: datetime


def clocks_of(discovered_at: datetime, *, is_dishonest: bool) -> Clocks:
    """Both clocks of what became known at this moment."""
    found = discovered_at.astimezone(ZONE).date()
    return Clocks(
        _end_of(found + timedelta(days=PRELIMINARY_AIM_DAYS)),
        _end_of(found + timedelta(days=PRELIMINARY_DAYS)),
        _end_of(found + timedelta(days=FINAL_DAYS_DISHONEST if is_dishonest else FINAL_DAYS)),
    )


def act_on(due_at: datetime, plan: Plan | None) -> date:
    """The last day until the end of a clock on which somebody works: the clock runs over holidays, people do not."""
    on = due_at.astimezone(ZONE).date()
    if plan is None:
        return on
    book = day_book(plan)
    days = (on - timedelta(days=back) for back in range(15))
    return next((day for day in days if book.day(day).spans), on)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ZONE)
