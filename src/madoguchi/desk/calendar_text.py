"""Hours and closed days as people type them, a line each, in Japanese or not; and written again the same way.

Hours: "10:00-12:00, 13:00〜17:00", "10時〜17時半", "24時間". Closed days: "12/29-1/3 年末年始" for every year,
"2026-08-13 - 2026-08-15 夏季休業" or "2026年8月13日〜8月15日" for one. A special opening:
"2026/11/23 10:00-15:00 祝日営業". Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.plan import ALL_DAY, Closure, MonthDay, Opening, Spans, YearlyClosure, clock_text

_TO = r"\s*[-~〜–—−]\s*"
_CLOCK = r"(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分|(半))?)"
_SPAN = re.compile(_CLOCK + _TO + _CLOCK)
_BETWEEN = re.compile(r"[\s,、;]*")
_ALWAYS = re.compile(r"24\s*(?:時間|h(?:ours?)?)", re.IGNORECASE)
_DATE = r"(?:(\d{4})(?:[-/.]|年\s*))?(\d{1,2})(?:[-/.]|月\s*)(\d{1,2})日?+"
#: What a day is called; set off by a space, it may begin with a number (10周年).
_NAME = r"(?:\s+(?![-~〜–—−])(.+)|([^\d\s/.:~〜–—−-].*))?"
_DATES = re.compile(rf"{_DATE}(?:{_TO}{_DATE})?{_NAME}")
_ON = re.compile(rf"{_DATE}(?!\d)\s*(.*)")


def read_spans(text: str) -> Spans:
    """The hours of one day; none when nothing is said. Raises ValidationError for anything else."""
    spans, rest = _leading_spans(_plain(text))
    if rest:
        raise ValidationError(_("Write hours like 10:00-17:00, several separated by commas."))
    return spans


def write_spans(spans: Spans) -> str:
    """What `read_spans` reads."""
    return ", ".join(f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in spans)


def read_closures(text: str) -> tuple[tuple[Closure, ...], tuple[YearlyClosure, ...]]:
    """Closed days, a line each: those of one year, and those without a year, which are of every year."""
    found = _lines(text, _closure)
    once = tuple(each for each in found if isinstance(each, Closure))
    return once, tuple(each for each in found if isinstance(each, YearlyClosure))


def write_closures(closures: Iterable[Closure], yearly: Iterable[YearlyClosure]) -> str:
    """What `read_closures` reads, those of every year first."""
    lines = [(_range(_short(each.first), _short(each.last)), each.name) for each in yearly]
    lines += [(_range(each.first.isoformat(), each.last.isoformat()), each.name) for each in closures]
    return "\n".join(f"{days} {name}".strip() for days, name in lines)


def read_openings(text: str) -> tuple[Opening, ...]:
    """Special openings, a line each: the day, its hours, what it is called."""
    return tuple(_lines(text, _opening))


def write_openings(openings: Iterable[Opening]) -> str:
    """What `read_openings` reads."""
    return "\n".join(f"{each.on.isoformat()} {write_spans(each.spans)} {each.name}".strip() for each in openings)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _lines[Row](text: str, read: Callable[[str], Row]) -> list[Row]:
    """Each line read; all that cannot be are named with their number."""
    rows, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(read(_plain(line)))
        except (ValueError, ValidationError):
            wrong.append(_("Line %(number)d cannot be read: %(line)s") % {"number": number, "line": line.strip()[:80]})
    if wrong:
        raise ValidationError(wrong[:5])
    return rows


def _leading_spans(text: str) -> tuple[Spans, str]:
    """The hours a text begins with, and what follows them."""
    if always := _ALWAYS.match(text):
        return ALL_DAY, text[always.end() :].strip()
    spans, position = [], 0
    while found := _SPAN.match(text, position):
        spans.append((_minute(*found.groups()[:4]), _minute(*found.groups()[4:])))
        position = _end(_BETWEEN, text, found.end())
    return tuple(spans), text[position:]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _minute(hour: str, after_colon: str | None, minute: str | None, half: str | None) -> int:
    return int(hour) * 60 + (30 if half else int(after_colon or minute or 0))


def _closure(line: str) -> Closure | YearlyClosure:
    found = _DATES.fullmatch(line)
    if found is None:
        raise ValueError(line)
    year, month, day, last_year, last_month, last_day, *names = found.groups()
    name = names[0] or names[1] or ""
    first = (int(month), int(day))
    last = (int(last_month), int(last_day)) if last_month else first
    if year is None:
        if last_year is not None:
            raise ValueError(line)
        return YearlyClosure(first, last, name)
    begin = date(int(year), *first)
    return Closure(begin, date(int(last_year), *last) if last_year else _following(begin, last), name)


def _following(begin: date, last: MonthDay) -> date:
    """A last day without a year of its own: of the same year, or of the next when it would come before the first."""
    return date(begin.year + (last < (begin.month, begin.day)), *last)


def _opening(line: str) -> Opening:
    found = _ON.fullmatch(line)
    if found is None or found[1] is None:
        raise ValueError(line)
    spans, name = _leading_spans(found[4])
    if not spans:
        raise ValueError(line)
    return Opening(date(int(found[1]), int(found[2]), int(found[3])), spans, name)


def _range(first: str, last: str) -> str:
    return first if first == last else f"{first} - {last}"


def _short(day: MonthDay) -> str:
    return f"{day[0]}/{day[1]}"
