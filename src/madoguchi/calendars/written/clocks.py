"""Which time of day an atom names. Pure.

What a part of the day means follows the words of weather forecasts (気象庁「時に関する用語」: 夕方 is 15 to 18) and the
hours of the desk: nothing that ends after closing time helps anybody.
"""

import re
from dataclasses import dataclass

from madoguchi.calendars.written.days import Groups
from madoguchi.calendars.written.folding import number_of

HOUR = 60
DAY = 24 * HOUR
#: The first and the last minute of each part; None is the opening or the closing of the desk.
_PARTS: dict[str, tuple[int | None, int | None]] = {
    "午前中": (None, 12 * HOUR),
    "午前": (None, 12 * HOUR),
    "午後": (12 * HOUR, None),
    "午後一": (12 * HOUR, 14 * HOUR),
    "午後一番": (12 * HOUR, 14 * HOUR),
    "午後イチ": (12 * HOUR, 14 * HOUR),
    "夕方": (15 * HOUR, 18 * HOUR),
    "夕刻": (15 * HOUR, 18 * HOUR),
    "朝": (None, 10 * HOUR),
    "早朝": (None, 9 * HOUR),
    "朝一": (None, 10 * HOUR),
    "朝一番": (None, 10 * HOUR),
    "朝イチ": (None, 10 * HOUR),
    "朝いち": (None, 10 * HOUR),
    "昼": (11 * HOUR, 13 * HOUR),
    "お昼": (11 * HOUR, 13 * HOUR),
    "昼過ぎ": (12 * HOUR, 15 * HOUR),
    "今夜": (18 * HOUR, 22 * HOUR),
    "今晩": (18 * HOUR, 22 * HOUR),
    "夜": (18 * HOUR, 22 * HOUR),
    "深夜": (22 * HOUR, DAY),
    "morning": (None, 12 * HOUR),
    "afternoon": (12 * HOUR, None),
    "evening": (17 * HOUR, 21 * HOUR),
    "tonight": (18 * HOUR, 22 * HOUR),
}
#: Until closing time.
_TO_THE_END: tuple[int | None, int | None] = (None, None)
#: Parts that mean today when no day is said; the others need one, so that 「朝」 alone is no date.
ALONE = {
    "午前中",
    "午後一",
    "午後一番",
    "午後イチ",
    "夕方",
    "夕刻",
    "今夜",
    "今晩",
    "営業時間内",
    "営業終了",
    "業務終了",
    "終業",
    "終業時間",
}
ALONE |= {"this morning", "this afternoon", "this evening", "tonight"}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes from midnight, or a part of the day; neither for a time that there is not."""

    minute: int | None = None
    part: tuple[int | None, int | None] | None = None
    is_vague_half: bool = False  #: 3時, which is in the night only by name
    is_impossible: bool = False


def _clock(half: str | None, hour: int, minute: int, *, has_colon: bool) -> Clock:
    """30時 is the end of what shops count; a small hour in the afternoon is one without a word for the half."""
    if hour > 29 or minute > 59:
        return Clock(is_impossible=True)
    if half in ("午後", "夕方", "夜", "昼", "お昼") and hour < 12 and not (half in ("昼", "お昼") and hour > 9):
        hour += 12
    if half == "深夜" and 9 < hour < 12:
        hour += 12
    return Clock(hour * HOUR + minute, is_vague_half=half is None and not has_colon and 1 <= hour <= 7)


def _colon(groups: Groups) -> Clock:
    return _clock(groups[0], int(groups[1] or ""), int(groups[2] or ""), has_colon=True)


def _oclock(groups: Groups) -> Clock:
    minute = 30 if groups[2] else number_of(groups[3]) if groups[3] else 0
    return _clock(groups[0], number_of(groups[1] or ""), minute, has_colon=False)


def _english(groups: Groups) -> Clock:
    hour, minute, is_afternoon = int(groups[0] or ""), int(groups[1] or "0"), (groups[2] or "")[0] in "pP"
    if not 1 <= hour <= 12:
        return Clock(is_impossible=True)
    return Clock((hour % 12 + (12 if is_afternoon else 0)) * HOUR + minute)


def clock_of(atom: re.Match[str], groups: Groups) -> Clock:
    """The time of day that an atom of `CLOCKS` names."""
    match atom.lastgroup:
        case "CLOCK":
            return _colon(groups)
        case "OCLOCK":
            return _oclock(groups)
        case "EN_CLOCK":
            return _english(groups)
        case "NOON" | "EN_NOON":
            return Clock(DAY if (groups[-1] or "").lower() == "midnight" else 12 * HOUR)
        case _:
            word = groups[0] or groups[-1] or ""
            return Clock(part=_PARTS.get(word.lower(), _TO_THE_END))


CLOCKS = {"CLOCK", "OCLOCK", "NOON", "PART", "EN_CLOCK", "EN_NOON", "EN_PART"}
