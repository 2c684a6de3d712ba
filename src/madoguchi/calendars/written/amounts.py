"""What an amount of time names: 24時間以内, 2、3日後, 3営業日以内, within two business days. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

from madoguchi.calendars.written.days import Days, Groups, month_after, month_end, next_open_day
from madoguchi.calendars.written.folding import number_of
from madoguchi.calendars.written.found import Kind, Reference

AMOUNTS = {"AMOUNT", "AMOUNT_IN", "EN_AMOUNT"}
_WITHIN = ("以内", "のうち", "within", "中", "内")


@dataclass(frozen=True, slots=True)
class Amount:
    """A length from now on, or the day at its end; neither for 数日, which nobody can count."""

    is_within: bool  #: rather than after it
    length: timedelta | None = None
    days: Days | None = None


def amount_of(atom: re.Match[str], groups: Groups, reference: Reference) -> Amount:
    """What an atom of `AMOUNTS` names; of 2、3日 the larger number counts."""
    if atom.lastgroup == "EN_AMOUNT":
        number = number_of(groups[2] or groups[1] or "")
        unit = ("business " if groups[3] else "") + (groups[4] or "").lower()
        return _amount(number, unit, is_within=(groups[0] or "").lower() == "within", reference=reference)
    suffix = groups[3] if atom.lastgroup == "AMOUNT" else "中"
    is_within = suffix in _WITHIN
    if groups[1] == "数":
        return Amount(is_within)
    number = 2 if groups[1] == "一両" else number_of(groups[1] or "")
    return _amount(number, groups[2] or "", is_within=is_within, reference=reference)


def _amount(number: int, unit: str, *, is_within: bool, reference: Reference) -> Amount:
    if unit.startswith(("営業日", "business day")):
        day = next_open_day(reference, reference.today, number) if number else reference.today
        return Amount(is_within, days=Days(day, day, Kind.BUSINESS_DAYS))
    if unit.startswith(("時間", "hour", "hr")):
        return Amount(is_within, length=timedelta(hours=number))
    if unit.startswith(("分", "min")):
        return Amount(is_within, length=timedelta(minutes=number))
    if unit.startswith(("週", "week")):
        number *= 7
    if "月" in unit or unit.startswith("month"):
        first = month_after(reference.today, number)
        day = min(month_end(first), first.replace(day=min(reference.today.day, month_end(first).day)))
    else:
        day = reference.today + timedelta(days=number)
    return Amount(is_within, days=Days(day, day, Kind.WITHIN))
