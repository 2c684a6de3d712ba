"""What somebody typed into a custom field, read: full-width figures, 円 and ▲, days in any customary form, 和暦 too.

Pure: no database. A sentence says what could not be read, and how it may be written.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind, Plain
from madoguchi.core.fields.models import FieldBase
from madoguchi.core.telling import telling as _

MAX_TEXT, MAX_LONG = 300, 5000
#: As many digits as the column has before the point.
_MOST = Decimal(10) ** 14
#: Years before and after are slips of the pen; the first is that of Meiji.
_YEARS = range(1868, 2201)
#: The first year of each era (国立国会図書館, list of eras), less one.
_ERAS = {"明治": 1867, "m": 1867, "大正": 1911, "t": 1911, "昭和": 1925, "s": 1925, "平成": 1988, "h": 1988}
_ERAS |= {"令和": 2018, "r": 2018}
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_PLAIN_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[mtshr])(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NO_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_SIGNS = str.maketrans({"▲": "-", "△": "-", "−": "-", "‐": "-", "–": "-", "ー": "-", ",": None, "、": None, " ": None})
_YES = {"1", "true", "on", "yes", "y", "はい", "あり", "有", "済", "○", "〇", "◯", "✓", "同意"}
_NO = {"", "0", "false", "off", "no", "n", "いいえ", "なし", "無", "未", "×", "-"}


def read_value(field: FieldBase, raw: Any) -> Plain:
    """The value as it is kept; None for nothing. Invalid, with the field's name in the sentence, for what cannot be."""
    return _READERS[FieldKind(field.kind)](field, raw)


def read_number(text: str) -> Decimal | None:
    """A number as people write it: 12,800, １２８００円, ▲500, 3.5; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().translate(_SIGNS)
    plain = plain.removesuffix("円").removeprefix("¥").removeprefix("\\")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _MOST else None


def read_day(text: str, *, today: date | None = None) -> date | None:
    """A day as people write it: 2026-11-20, 2026年11月20日, 令和8年11月20日, R8.11.20, 20261120, or 11/20 of this year.

    None when it is none; ValueError when no calendar has such a day.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "")
    if found := _WESTERN.fullmatch(plain) or _PLAIN_DIGITS.fullmatch(plain):
        year, month, day = map(int, found.groups())
    elif found := _ERA.fullmatch(plain):
        era, of_era, month, day = found[1], 1 if found[2] == "元" else int(found[2]), int(found[3]), int(found[4])
        year = _ERAS[era] + of_era
    elif found := _NO_YEAR.fullmatch(plain):
        year, month, day = (today or timezone.localdate()).year, int(found[1]), int(found[2])
    else:
        return None
    if year not in _YEARS:
        raise ValueError(text)
    return date(year, month, day)


def _text(field: FieldBase, raw: Any) -> Plain:
    text = " ".join(str(raw or "").split())
    return _within(field, text, MAX_TEXT)


def _long(field: FieldBase, raw: Any) -> Plain:
    return _within(field, str(raw or "").replace("\r\n", "\n").strip(), MAX_LONG)


def _within(field: FieldBase, text: str, most: int) -> str | None:
    if "\0" in text:
        raise refusal(field, _("“%(name)s” contains a character that cannot be kept."))
    if len(text) > most:
        raise refusal(field, _("“%(name)s” is too long: at most %(most)d characters."), most=most)
    return text or None


def _number(field: FieldBase, raw: Any) -> Plain:
    if raw is None or str(raw).strip() == "":
        return None
    number = None if isinstance(raw, bool) else read_number(str(raw)[:100])
    if number is None:
        raise refusal(field, _("“%(name)s” must be a number, such as 12,800 or 3.5."))
    rounded = number.quantize(Decimal("0.0001"))
    if rounded != number:
        raise refusal(field, _("“%(name)s” takes at most four digits after the point."))
    return f"{rounded.normalize():f}"


def _day(field: FieldBase, raw: Any) -> Plain:
    text = str(raw or "").strip()[:100]
    if not text:
        return None
    try:
        day = read_day(text)
    except ValueError:
        raise refusal(field, _("There is no such day in “%(name)s”: %(text)s."), text=text) from None
    if day is None:
        raise refusal(field, _("“%(name)s” must be a day, such as 2026-11-20, 11/20 or 令和8年11月20日."))
    return day.isoformat()


def _choice(field: FieldBase, raw: Any) -> Plain:
    if isinstance(raw, list | tuple):
        raw = raw[0] if raw else None
    return _option(field, raw) if raw not in (None, "", False) else None


def _multi(field: FieldBase, raw: Any) -> Plain:
    many = raw if isinstance(raw, list | tuple) else [raw]
    found = {_option(field, each) for each in many[:200] if each not in (None, "", False)}
    return [option.id for option in field.all_options if option.id in found] or None


def _option(field: FieldBase, raw: Any) -> int:
    """By id or by name."""
    text = str(raw).strip()
    for option in field.all_options:
        if text in (str(option.id), option.name):
            return option.id
    raise refusal(field, _("“%(name)s” has no choice “%(text)s”. Reload the page and choose again."), text=text[:60])


def read_tick(raw: Any) -> bool | None:
    """Yes or no as people write it: はい, 有, ○, 1, true; None when it is neither."""
    text = unicodedata.normalize("NFKC", str("" if raw is None else raw)).strip().lower()
    return True if text in _YES else False if text in _NO else None


def _check(field: FieldBase, raw: Any) -> Plain:
    ticked = read_tick(raw)
    if ticked is not None:
        return ticked or None
    raise refusal(field, _("“%(name)s” is either ticked or not: true or false."))


_READERS: dict[FieldKind, Callable[[FieldBase, Any], Plain]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG: _long,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _day,
    FieldKind.CHOICE: _choice,
    FieldKind.MULTI: _multi,
    FieldKind.CHECK: _check,
}


def refusal(field: FieldBase, sentence: Any, **facts: object) -> Invalid:
    """An error about one field, with its name in the sentence."""
    return Invalid(sentence % {"name": field.name, **facts}, field=f"field-{field.pk}")
