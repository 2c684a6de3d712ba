"""Which days an atom names, reckoned from the day on which it was written. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.calendars.written.folding import number_of
from madoguchi.calendars.written.found import Kind, Precision, Reference

ONE_DAY = timedelta(days=1)
#: A day of the month that was so many days ago is meant as gone; before that, the next month's.
_STILL_THIS_MONTH = 7
#: A calendar that does not open for so long does not open.
_MOST_CLOSED = 400
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_NEAR = {
    "一昨日": -2,
    "おととい": -2,
    "昨日": -1,
    "きのう": -1,
    "yesterday": -1,
    "本日": 0,
    "今日": 0,
    "きょう": 0,
    "today": 0,
    "明日": 1,
    "あした": 1,
    "あす": 1,
    "みょうにち": 1,
    "翌日": 1,
    "tomorrow": 1,
    "明後日": 2,
    "あさって": 2,
    "翌々日": 2,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
    "明々後日": 3,
    "明明後日": 3,
    "しあさって": 3,
}
_WEEKS = {"先週": -1, "今週": 0, "来週": 1, "翌週": 1, "次週": 1, "再来週": 2}
_MONTHS = {"先月": -1, "今月": 0, "当月": 0, "来月": 1, "翌月": 1, "再来月": 2, "": 0}
_DAYS = "月火水木金土日"
_EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

type Groups = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The days an atom names, or None for both where there is no such day."""

    first: date | None
    last: date | None
    kind: Kind
    precision: Precision = Precision.DAY
    weekday: int | None = None
    is_impossible: bool = False


def _one(day: date | None, kind: Kind = Kind.RELATIVE) -> Days:
    return Days(day, day, kind, is_impossible=day is None)


def _period(first: date, last: date) -> Days:
    return Days(first, last, Kind.RELATIVE, Precision.PERIOD)


def date_or_none(year: int, month: int, day: int) -> date | None:
    """The day, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_after(day: date, months: int) -> date:
    """The first day of the month that is so many after the month of this day."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return month_after(day, 1) - ONE_DAY


def next_open_day(reference: Reference, after: date, amount: int = 1) -> date | None:
    """The business day that is so many after this day; None when the calendar hardly opens."""
    day, left = after, amount
    for _step in range(_MOST_CLOSED):
        day += ONE_DAY
        if reference.book.day(day).spans:
            left -= 1
            if not left:
                return day
    return None


def last_open_day(reference: Reference, first: date, last: date) -> date:
    """The last day in a period on which somebody works; its last day if nobody does."""
    day = last
    while day >= first:
        if reference.book.day(day).spans:
            return day
        day -= ONE_DAY
    return last


def _era(groups: Groups, _reference: Reference) -> Days:
    era, year, month, day = (each or "" for each in groups[:4])
    first = _ERAS[era.upper()]
    return _one(date_or_none(first + number_of(year), number_of(month), number_of(day)), Kind.DATE)


def _ymd(groups: Groups, _reference: Reference) -> Days:
    year, month, day = (number_of(each or "") for each in groups[:3])
    return _one(date_or_none(year, month, day), Kind.DATE)


def _month_day(groups: Groups, reference: Reference) -> Days:
    return _one(nearest(number_of(groups[0] or ""), number_of(groups[1] or ""), reference.today), Kind.DATE)


def nearest(month: int, day: int, today: date) -> date | None:
    """The day of this name that is nearest to today; the year was not said."""
    years = (today.year - 1, today.year, today.year + 1, today.year + 2, today.year + 3)
    days = [found for year in years if (found := date_or_none(year, month, day))]
    return min(days, key=lambda each: (abs(each - today), each < today), default=None)


def day_of_month(number: int, today: date, weekday: int | None = None) -> date | None:
    """The day of this number; one of the last week is meant, unless a weekday written beside it says the next."""
    here = date_or_none(today.year, today.month, number)
    following = month_after(today, 1)
    there = date_or_none(following.year, following.month, number)
    if there is None and here is None:
        return None
    if here is None or there is None:
        return here or there
    is_gone = (today - here).days > _STILL_THIS_MONTH
    if weekday is not None and here < today and there.weekday() == weekday != here.weekday():
        is_gone = True
    return there if is_gone else here


def _day(groups: Groups, reference: Reference) -> Days:
    return _one(day_of_month(number_of(groups[0] or ""), reference.today), Kind.DATE)


def _near(groups: Groups, reference: Reference) -> Days:
    return _one(reference.today + _NEAR[(groups[-1] or "").lower()] * ONE_DAY)


def _monday(reference: Reference, weeks: int) -> date:
    return reference.today - reference.today.weekday() * ONE_DAY + weeks * 7 * ONE_DAY


def _week_day(groups: Groups, reference: Reference) -> Days:
    monday = _monday(reference, _WEEKS[groups[0] or ""])
    return _one(monday + _DAYS.index(groups[1] or "") * ONE_DAY)


def _week(groups: Groups, reference: Reference) -> Days:
    monday = _monday(reference, _WEEKS[groups[0] or ""])
    match groups[1]:
        case "末":
            return _period(monday + 5 * ONE_DAY, monday + 6 * ONE_DAY)
        case "明け":
            return _one(next_open_day(reference, monday + 6 * ONE_DAY))
        case "頭" | "初め" | "はじめ":
            return _period(monday, monday + ONE_DAY)
        case "前半" | "半ば":
            return _period(monday, monday + 2 * ONE_DAY)
        case _:
            return _period(monday, monday + 6 * ONE_DAY)


def _weekday(groups: Groups, reference: Reference) -> Days:
    ahead = (_DAYS.index(groups[0] or "") - reference.today.weekday() - 1) % 7 + 1
    return _one(reference.today + ahead * ONE_DAY)


def _in_brackets(groups: Groups, _reference: Reference) -> Days:
    mark = groups[0] or groups[1]
    weekday = None if mark is None else (_DAYS.index(mark) if mark in _DAYS else "㈪㈫㈬㈭㈮㈯㈰".index(mark))
    return Days(None, None, Kind.DATE, weekday=weekday)


def _month(groups: Groups, reference: Reference) -> Days:
    first = _first_of_month(groups[0] or "", reference)
    if first is None:
        return _one(None)
    match groups[1]:
        case "上旬" | "初旬" | "頭" | "初め" | "はじめ":
            return _period(first, first.replace(day=10))
        case "中旬":
            return _period(first.replace(day=11), first.replace(day=20))
        case "前半":
            return _period(first, first.replace(day=15))
        case _:
            return _period(first.replace(day=21) if groups[1] == "下旬" else first, month_end(first))


def _first_of_month(word: str, reference: Reference) -> date | None:
    today = reference.today
    if word in _MONTHS:
        return month_after(today, _MONTHS[word])
    return nearest(number_of(word.removesuffix("月")), 1, today.replace(day=1))


def _month_end(groups: Groups, reference: Reference) -> Days:
    first = _first_of_month(groups[0] or "", reference)
    if first is None:
        return _one(None)
    last = month_end(first)
    return Days(last, last, Kind.RELATIVE, Precision.PERIOD)


def _period_word(groups: Groups, reference: Reference) -> Days:
    today, word = reference.today, groups[-1] or ""
    sunday = _monday(reference, 0) + 6 * ONE_DAY
    year_end = date(today.year, 12, 31)
    fiscal_end = date(today.year + (today.month > 3), 3, 31)  # the Japanese year of business
    begins_behind = {"週明け": sunday, "月初": month_end(today), "月明け": month_end(today), "年明け": year_end}
    if word in begins_behind:
        return _one(next_open_day(reference, begins_behind[word]))
    ends = {"週末": sunday, "週内": sunday, "月内": month_end(today), "年内": year_end, "今年": year_end}
    ends |= {"年末": year_end, "年度内": fiscal_end, "年度末": fiscal_end}
    if word not in ends:
        return _one(_after_holidays(reference))
    begins = {"週末": sunday - ONE_DAY, "年末": year_end, "年度末": fiscal_end}
    return _period(begins.get(word, today), ends[word])


def _after_holidays(reference: Reference) -> date | None:
    """The first business day behind the next days off."""
    day = reference.today
    for _step in range(_MOST_CLOSED):
        day += ONE_DAY
        if not reference.book.day(day).spans:
            return next_open_day(reference, day)
    return None


def _next_open(groups: Groups, reference: Reference) -> Days:
    amount = 2 if (groups[-1] or "").startswith("翌々") else 1
    return _one(next_open_day(reference, reference.today, amount), Kind.BUSINESS_DAYS)


def _english_month(word: str) -> int:
    return _EN_MONTHS.index(word[:3].lower()) + 1


def _english_date(day: str, month: str, year: str | None, reference: Reference) -> Days:
    number = _english_month(month)
    if year:
        return _one(date_or_none(int(year), number, int(day)), Kind.DATE)
    return _one(nearest(number, int(day), reference.today), Kind.DATE)


def _en_ymd(groups: Groups, reference: Reference) -> Days:
    return _english_date(groups[0] or "", groups[1] or "", groups[2], reference)


def _en_md(groups: Groups, reference: Reference) -> Days:
    return _english_date(groups[1] or "", groups[0] or "", groups[2], reference)


def _en_week_day(groups: Groups, reference: Reference) -> Days:
    number = english_weekday(groups[1] or "")
    if (groups[0] or "").strip().lower() == "next":
        return _one(_monday(reference, 1) + number * ONE_DAY)
    return _one(reference.today + ((number - reference.today.weekday() - 1) % 7 + 1) * ONE_DAY)


def english_weekday(word: str) -> int:
    """0 for Monday, in any of its lengths."""
    return _EN_DAYS.index(word[:3].lower())


def _en_brackets(groups: Groups, _reference: Reference) -> Days:
    return Days(None, None, Kind.DATE, weekday=english_weekday(groups[0] or ""))


def _en_end(groups: Groups, reference: Reference) -> Days:
    ahead = 1 if groups[0] else 0
    match (groups[1] or "day").lower():
        case "week":
            monday = _monday(reference, ahead)
            return _period(monday, monday + 6 * ONE_DAY)
        case "month":
            last = month_end(month_after(reference.today, ahead))
            return _period(last, last)
        case "year":
            last = date(reference.today.year + ahead, 12, 31)
            return _period(last, last)
        case _:
            return _one(reference.today + ahead * ONE_DAY)


def _en_week(groups: Groups, reference: Reference) -> Days:
    ahead = 1 if (groups[0] or "").lower() == "next" else 0
    match (groups[1] or "").lower():
        case "week":
            monday = _monday(reference, ahead)
            return _period(monday, monday + 6 * ONE_DAY)
        case "month":
            first = month_after(reference.today, ahead)
            return _period(first, month_end(first))
        case _:
            year = reference.today.year + ahead
            return _period(date(year, 1, 1), date(year, 12, 31))


#: What names days, by the name of the atom.
DAYS: dict[str, Callable[[Groups, Reference], Days]] = {
    "ERA": _era,
    "ERA_SHORT": _era,
    "YMD": _ymd,
    "YMD_SHORT": _ymd,
    "MD": _month_day,
    "MD_SHORT": _month_day,
    "MONTH": _month,
    "MONTH_END": _month_end,
    "DAY": _day,
    "NEAR": _near,
    "WEEK_DAY": _week_day,
    "WEEK": _week,
    "PERIOD": _period_word,
    "NEXT_OPEN": _next_open,
    "IN_BRACKETS": _in_brackets,
    "WEEKDAY": _weekday,
    "EN_YMD": _en_ymd,
    "EN_MD": _en_md,
    "EN_DAY": _day,
    "EN_NEAR": _near,
    "EN_END": _en_end,
    "EN_NEXT_OPEN": _next_open,
    "EN_WEEK_DAY": _en_week_day,
    "EN_BRACKETS": _en_brackets,
    "EN_WEEK": _en_week,
}


def days_of(atom: re.Match[str], groups: Groups, reference: Reference) -> Days:
    """The days that an atom of `DAYS` names."""
    return DAYS[atom.lastgroup or ""](groups, reference)
