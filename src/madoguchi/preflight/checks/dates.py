"""Check 8: a date and its weekday agree, a promised day is still to come, and somebody is there on it.

Dates are read by `calendars.written`: 11月28日(日), 25日(水), 令和8年11月30日, 11/28, 明日.
"""

import re
from collections.abc import Iterator
from datetime import date

from madoguchi.calendars.choices import DayReason
from madoguchi.calendars.days import day_book
from madoguchi.calendars.written.found import Bound, Kind, Reference, Written
from madoguchi.calendars.written.reading import find_written
from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Repair, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_WEEKDAYS = "月火水木金土日"
_WEEKDAY = re.compile(r"[(（]([月火水木金土日])|([月火水木金土日])曜")
_DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
#: 「26日までに」 is closed on 「26日」.
_BOUND_END = re.compile(r"(?:(?:まで|迄|中|頃|ごろ)に?|に)\Z")
#: What we will do by then; a date that lies behind belongs to no such sentence.
_PROMISE = re.compile(
    r"[^。\n]{0,40}?(?:(?:ご?(?:連絡|返信|回答|返答|報告|案内|対応|発送|送付|手配|返金|用意)|お(?:届け|送り|電話|渡し|知らせ|手続き))"
    r"(?:(?:を|が)?(?:いた|致)し|(?:し|申し|差し)上げ|する|します|の?(?:予定|見込み)|できる|させて)|伺い)(?!ました|まし|た)"
)
#: What stands between a date and a promise and says that the date belongs to something that was done or said.
_PAST = re.compile(
    r"[^。\n]{0,60}?(?:ました|ております|でした|いただいた|受けた|頂いた|ところ|済み|ご注文の|付け?の"
    r"|(?:し|っ|い|き|け|え)た(?![いくらりのましすせだ])|んだ|したの)"
)
#: What was to be done and was not, or is only told of.
_TOLD = re.compile(
    r"(?:の|する)?(?:予定|はず|つもり|見込み)(?:でし|だっ|となっ|で(?:おり|い)まし|と(?:お伝え|ご案内|ご連絡))"
    r"|(?:ます|する)(?:と|旨)"
)
_FROM_TODAY = re.compile(
    r"本日|今日|今朝|今夜|今晩|今夕|明日|明朝|明晩|明後日|あさって|昨日|昨晩|翌営業日|\b(?:today|tonight|tomorrow|yesterday)\b",
    re.IGNORECASE,
)
#: 〇月〇日 is no day of the month 0 but a blank, of which another check speaks.
_BLANK = re.compile(r"[○◯]|(?<![一二三四五六七八九十〇])〇[月日年]")
_BY_COURIER = re.compile(r"お届け|届き|到着|着")
_GOES_ON = frozenset("にはも、よか")


def look_at_dates(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Every date in the writer's words, with what is wrong with it."""
    reference = (
        Reference(around.now, around.plan)
        if around.plan
        else Reference.without_calendar(around.now, getattr(around.now.tzinfo, "key", "UTC"))
    )
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.said)):
        for written in find_written(text, reference):
            finding = _impossible(part, text, written) or _mismatch(part, text, written)
            if finding := finding or _shifted(part, text, written, around) or _unkept(part, text, written, around):
                yield finding


def _impossible(part: Part, text: str, written: Written) -> Finding | None:
    if not written.is_impossible or written.kind != Kind.DATE or _BLANK.search(text, written.start, written.end):
        return None
    place, words = at(part, text, written.start, written.end)
    return Finding(_("There is no such day: %(words)s") % {"words": words}, place, words)


def _mismatch(part: Part, text: str, written: Written) -> Finding | None:
    if not written.is_wrong_weekday or written.first is None or written.weekday is None:
        return None
    place, words = at(part, text, written.start, written.end)
    day, right = written.first, written.first.weekday()
    facts = {"month": day.month, "day": day.day, "said": _DAYS[written.weekday], "right": _DAYS[right]}
    return Finding(
        _("%(month)d/%(day)d is not a %(said)s but a %(right)s.") % facts,
        place,
        words,
        why=_("The customer cannot know whether the date or the weekday is right, and has to ask."),
        repair=_right_weekday(words, right),
    )


def _right_weekday(words: str, right: int) -> Repair | None:
    match = _WEEKDAY.search(words)
    if match is None:
        return None
    start, end = match.span(1 if match[1] else 2)
    instead = words[:start] + _WEEKDAYS[right] + words[end:]
    return Repair(_("Change to “%(name)s”") % {"name": instead}, instead)


def _shifted(part: Part, text: str, written: Written, around: Surroundings) -> Finding | None:
    """本日 and 明日 in a letter that leaves on another day than it was written (送信予約)."""
    match = _FROM_TODAY.search(text, written.start, written.end)
    leaves = around.now.date()
    if match is None or around.written_on in (None, leaves):
        return None
    place, words = at(part, text, match.start(), match.end())
    return Finding(
        _("The letter leaves on %(month)d/%(day)d: “%(words)s” will be counted from then.")
        % {"month": leaves.month, "day": leaves.day, "words": words},
        place,
        words,
        why=_("Who reads it counts from the day on which it arrives. A date says the same on every day."),
        most=Level.WARN,
    )


def _unkept(part: Part, text: str, written: Written, around: Surroundings) -> Finding | None:
    """A promise for a day that is over, or on which nobody is there."""
    day, today = written.last, around.now.date()
    is_joined = written.bound in (Bound.BY, Bound.ABOUT) or text[written.end : written.end + 1] in _GOES_ON
    promise = _PROMISE.match(text, written.end) if day and is_joined and written.kind == Kind.DATE else None
    if day is None or promise is None or _is_of_the_past(text, written, promise):
        return None
    place, words = at(part, text, written.start, written.end)
    if day < today:
        return Finding(
            _("%(words)s is over already.") % {"words": words},
            place,
            words,
            why=_("Something is promised for a day that lies behind."),
        )
    # Parcels arrive on Sundays too.
    name = "" if _BY_COURIER.search(promise[0]) else _closed(day, around)
    if not name:
        return None
    return Finding(
        _("The desk is closed on %(words)s (%(name)s).") % {"words": _BOUND_END.sub("", words), "name": name},
        place,
        words,
        why=_("Something is promised for a day on which nobody is there to do it."),
        most=Level.WARN,
    )


def _is_of_the_past(text: str, written: Written, promise: re.Match[str]) -> bool:
    """11月20日にお送りしたメールに…, 11月20日にお届けの予定でしたが."""
    if _PAST.match(text, written.end, promise.end() + 4):
        return True
    return _TOLD.search(text, max(written.end, promise.end() - 8), promise.end() + 10) is not None


def _closed(day: date, around: Surroundings) -> str:
    """Why the desk is closed on a day; empty when it is open, or nobody has said when it is."""
    said = day_book(around.plan).day(day) if around.plan else None
    if said is None or said.spans or said.reason == DayReason.OPENING:
        return ""
    return said.name or str(_DAYS[day.weekday()])
