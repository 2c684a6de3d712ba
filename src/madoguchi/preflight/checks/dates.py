"""Check 8: a date and its weekday agree, a promised day is still to come, and somebody is there on it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from madoguchi.calendars.choices import DayReason
from madoguchi.calendars.days import day_book
from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Repair, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_WEEKDAYS = "月火水木金土日"
_DATE = re.compile(
    r"(?<![\d０-９/.])(?:(?P<year>(?:19|20)\d\d)[年/.-]|(?:令和|R)(?P<reiwa>\d{1,2})[年.])?"
    r"(?P<month>1[0-2]|0?[1-9])(?:月|/)(?P<day>3[01]|[12]\d|0?[1-9])(?:日|(?![\d/.]))"
    r"(?P<mark>[ 　]?[(（](?P<weekday>[月火水木金土日])(?:曜日?)?(?:・祝)?[)）]|[ 　]?(?P<word>[月火水木金土日])曜日?)?"
)
#: What we will do by then; a date that lies behind belongs to no such sentence.
_PROMISE = re.compile(
    r"[^。\n]{0,30}?(?:まで|中|頃|ごろ|以降|より|から|に|は|も|、)[^。\n]{0,40}?"
    r"(?:(?:ご?(?:連絡|返信|回答|返答|報告|案内|対応|発送|送付|手配|返金|用意)|お(?:届け|送り|電話|渡し|知らせ|手続き))"
    r"(?:(?:を|が)?(?:いた|致)し|(?:し|申し|差し)上げ|する|します|の?(?:予定|見込み)|できる|させて)|伺い)(?!ました|まし|た)"
)
_BY_COURIER = re.compile(r"お届け|届き|到着|着")
_PAST = re.compile(r"[^。\n]{0,60}?(?:ました|ております|でした|いただいた|受けた|頂いた|ところ|済み|ご注文の|付け?の)")


def look_at_dates(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Every date in the writer's words, with what is wrong with it."""
    today = around.now.date()
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.said)):
        for match in _DATE.finditer(text):
            day = meant(match, today)
            if day is None:
                place, words = at(part, text, match.start(), match.end())
                yield Finding(_("There is no such day: %(words)s") % {"words": words}, place, words)
            elif (finding := _mismatch(part, text, match, day)) or (finding := _unkept(part, text, match, day, around)):
                yield finding


def meant(match: re.Match[str], today: date) -> date | None:
    """The day a date stands for: without a year the nearest one; None where there is no such day."""
    month, day = int(match["month"]), int(match["day"])
    if match["year"] or match["reiwa"]:
        year = int(match["year"]) if match["year"] else 2018 + int(match["reiwa"])
        return _day(year, month, day)
    candidates = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _day(year, month, day))]
    return min(candidates, key=lambda found: abs(found - today - timedelta(days=60)), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


def _mismatch(part: Part, text: str, match: re.Match[str], day: date) -> Finding | None:
    name = "weekday" if match["weekday"] else "word"
    right = _WEEKDAYS[day.weekday()]
    if not match[name] or match[name] == right:
        return None
    place, words = at(part, text, match.start(), match.end())
    start, end = match.start(name) - match.start(), match.end(name) - match.start()
    label = _("Change to “%(name)s”") % {"name": words[:start] + right + words[end:]}
    return Finding(
        _("%(month)d/%(day)d is not a %(said)s but a %(right)s.")
        % {
            "month": day.month,
            "day": day.day,
            "said": _DAYS[_WEEKDAYS.index(match[name])],
            "right": _DAYS[day.weekday()],
        },
        place,
        words,
        why=_("The customer cannot know whether the date or the weekday is right, and has to ask."),
        repair=Repair(label, words[:start] + right + words[end:]),
    )


_DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def _unkept(part: Part, text: str, match: re.Match[str], day: date, around: Surroundings) -> Finding | None:
    """A promise for a day that is over, or on which nobody is there."""
    promise = _PROMISE.match(text, match.end())
    if not promise or _PAST.match(text, match.end(), promise.end() + 4):
        return None
    place, words = at(part, text, match.start(), match.end())
    if day < around.now.date():
        return Finding(
            _("%(words)s is over already.") % {"words": words},
            place,
            words,
            why=_("Something is promised for a day that lies behind."),
        )
    if _BY_COURIER.search(promise[0]):
        return None  # parcels arrive on Sundays too
    said = day_book(around.plan).day(day) if around.plan else None
    if said is None or said.spans or said.reason == DayReason.OPENING:
        return None
    name = said.name or _DAYS[day.weekday()]
    return Finding(
        _("The desk is closed on %(words)s (%(name)s).") % {"words": words, "name": name},
        place,
        words,
        why=_("Something is promised for a day on which nobody is there to do it."),
        most=Level.WARN,
    )
