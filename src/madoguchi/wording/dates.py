"""Days as letters write them, with the weekday, in the language of the letter; and business days. Pure."""

from datetime import date, datetime, timedelta

from madoguchi.calendars.days import day_book
from madoguchi.calendars.plan import Plan

_JA, _KO, _ZH = "月火水木金土日", "월화수목금토일", "一二三四五六日"
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: Further than this no calendar is searched for an open day.
_MOST_DAYS = 800
#: 時候の挨拶, one for each month.
_SEASONS = (
    "新春の候", "余寒の候", "早春の候", "陽春の候", "新緑の候", "初夏の候",
    "盛夏の候", "残暑の候", "初秋の候", "秋冷の候", "晩秋の候", "師走の候",
)  # fmt: skip


def day_text(day: date, language: str, *, with_year: bool = False) -> str:
    """「11月26日(木)」, "Thursday, November 26"."""
    weekday = day.weekday()
    if language.startswith("ja"):
        return f"{f'{day.year}年' if with_year else ''}{day.month}月{day.day}日({_JA[weekday]})"
    if language.startswith("zh"):
        return f"{f'{day.year}年' if with_year else ''}{day.month}月{day.day}日(星期{_ZH[weekday]})"
    if language.startswith("ko"):
        return f"{f'{day.year}년 ' if with_year else ''}{day.month}월 {day.day}일({_KO[weekday]})"
    return f"{_EN_DAYS[weekday]}, {_EN_MONTHS[day.month - 1]} {day.day}{f', {day.year}' if with_year else ''}"


def moment_text(moment: datetime, language: str) -> str:
    """「2026年11月22日(日) 16:22」, in the time zone of the moment."""
    return f"{day_text(moment.date(), language, with_year=True)} {moment.hour}:{moment.minute:02}"


def clock_text(moment: datetime, language: str) -> str:
    """「11月25日(水) 9:00」, "Wednesday, November 25, 9:00", in the time zone of the moment."""
    between = " " if language[:2] in ("ja", "zh", "ko") else ", "
    return f"{day_text(moment.date(), language)}{between}{moment.hour}:{moment.minute:02}"


def business_day(plan: Plan | None, today: date, days: int) -> date | None:
    """The business day so many after (or before) this one; none is the first that is open from today on.

    Without a calendar every day is one. None when the calendar does not open often enough.
    """
    if plan is None:
        return today + timedelta(days=days)
    book = day_book(plan)
    step, left = (-1 if days < 0 else 1), abs(days)
    on = today
    for _each in range(_MOST_DAYS):
        is_counted = on != today or days == 0
        if is_counted and book.day(on).spans:
            left -= 1
            if left <= 0:
                return on
        on += timedelta(days=step)
    return None


def season(day: date) -> str:
    """時候の挨拶 of a month."""
    return _SEASONS[day.month - 1]
