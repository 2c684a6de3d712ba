"""What the pages of 営業時間 show: a week in a line, a month as a grid, and what a mail of this moment would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched, groupby
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.calendars.choices import FIRST_YEAR, LAST_YEAR, DayReason, DayRule
from madoguchi.calendars.compiled import BeyondReach, compiled_at
from madoguchi.calendars.days import Day, day_book, days_between
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import Plan, spans_text
from madoguchi.calendars.reckoning import is_open, next_opening, within_business_days
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One calendar in the list."""

    pk: int
    name: str
    hours: list[str]  #: 「月〜金 10:00–17:00」
    closed: str  #: which days are closed besides; those of one year as long as they are to come
    opened: list[str]  #: special openings to come
    desks: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the grid."""

    number: int
    iso: str
    hours: str
    reason: str  #: empty where it is like every week
    kind: str
    is_open: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month as a grid: weeks from Sunday, None for what belongs to another month."""

    word: str
    before: str  #: the months beside it, as in the address; empty at the end of time
    after: str
    weekdays: list[str]
    weeks: list[tuple[DayCell | None, ...]]


@dataclass(frozen=True, slots=True)
class NowLine:
    """What would become of a mail that comes now."""

    is_open: bool
    starts: str
    length: str  #: within a business day, counted in open time,
    end: str  #: and as the end of the next business day


def calendar_line(calendar: BusinessCalendar) -> CalendarLine:
    """Name, hours, closed days and desks of a calendar; its desks must have been fetched."""
    plan = calendar.plan
    closed = [str(_("Public holidays"))] if plan.has_japanese_holidays else []
    closed += [each.name or str(_("Closed days")) for each in plan.yearly_closures]
    today = _today(plan)
    closed += [_once(each.first, each.last, each.name) for each in plan.closures if each.last >= today]
    opened = [
        f"{_once(each.on, each.on, each.name)} {spans_text(each.spans)}" for each in plan.openings if each.on >= today
    ]
    desks = _(", ").join(inbox.name for inbox in calendar.inboxes.all())
    return CalendarLine(calendar.pk, calendar.name, _hours(plan), _(", ").join(dict.fromkeys(closed)), opened, desks)


def _once(first: date, last: date, name: str) -> str:
    """Days of one year, as they are typed: 「2026/8/13–8/15 夏季休業」."""
    end = "" if last == first else f"–{last.month}/{last.day}" if last.year == first.year else f"–{_slashed(last)}"
    return f"{_slashed(first)}{end} {name}".strip()


def _slashed(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _hours(plan: Plan) -> list[str]:
    """The week, with days of the same hours together."""
    lines = []
    for spans, days in groupby(range(7), key=lambda day: plan.week[day]):
        if spans:
            lines.append(f"{_span_of_days(list(days))} {spans_text(spans)}")
    return lines


def _span_of_days(days: Sequence[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[days[0]]), str(WEEKDAYS_ABBR[days[-1]])
    return first if len(days) == 1 else f"{first}–{last}"


def month_of(text: str, plan: Plan) -> date:
    """The first day of the month an address names ("2026-11"); the present one for anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = _today(plan)
    return first.replace(day=1) if FIRST_YEAR <= first.year <= LAST_YEAR else _today(plan).replace(day=1)


def _today(plan: Plan) -> date:
    return timezone.now().astimezone(ZoneInfo(plan.time_zone)).date()


def month_page(plan: Plan, first: date) -> MonthPage:
    """The days of a month, and why each is open or closed; holidays are named in the language of this moment."""
    book, language, today = day_book(plan), get_language() or "ja", _today(plan)
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    cells = [_cell(book.day(on, language), today) for on in days_between(first, after - timedelta(days=1))]
    padded = [None] * _column(first.weekday()) + cells
    padded += [None] * (-len(padded) % 7)
    return MonthPage(
        word=date_format(first, "YEAR_MONTH_FORMAT"),
        before=f"{before:%Y-%m}" if before.year >= FIRST_YEAR else "",
        after=f"{after:%Y-%m}" if after.year <= LAST_YEAR else "",
        weekdays=[str(WEEKDAYS_ABBR[number]) for number in sorted(range(7), key=_column)],
        weeks=list(batched(padded, 7)),
    )


def _column(weekday: int) -> int:
    """Where a day of the week (Monday is 0) stands in a grid: calendars of Japan begin with Sunday."""
    return (weekday + 1) % 7


def _cell(day: Day, today: date) -> DayCell:
    is_plain = day.reason in (DayReason.HOURS, DayReason.WEEKDAY)
    return DayCell(
        number=day.on.day,
        iso=day.on.isoformat(),
        hours=spans_text(day.spans),
        reason="" if is_plain else day.name or str(day.reason.label),
        kind=day.reason.value,
        is_open=bool(day.spans),
        is_today=day.on == today,
    )


def now_line(plan: Plan, words: Words, now: datetime) -> NowLine | None:
    """What becomes of a mail that comes now; None when the calendar does not open any more."""
    try:
        calendar = compiled_at(plan, now)
        return NowLine(
            is_open=is_open(calendar, now),
            starts=words.due(next_opening(calendar, now)),
            length=words.due(within_business_days(calendar, now, 1, DayRule.LENGTH)),
            end=words.due(within_business_days(calendar, now, 1, DayRule.END)),
        )
    except BeyondReach:
        return None
