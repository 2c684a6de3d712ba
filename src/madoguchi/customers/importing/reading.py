"""One line of a table read: what it says of a customer, or what is wrong with it. Pure but for the plan it follows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from madoguchi.calendars.checking import time_zones
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind, Plain
from madoguchi.core.fields.texts import read_day, read_tick, read_value
from madoguchi.core.tables.cells import ERRORS, is_formula
from madoguchi.core.tables.csv_tables import Record
from madoguchi.core.telling import Told, kept
from madoguchi.core.telling import telling as _
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.importing.targets import ACCOUNTS, PLACE, PLAIN
from madoguchi.customers.models import CustomerField, is_latin
from madoguchi.customers.phones import is_odd, is_phone
from madoguchi.customers.postcodes import tidy_code

_MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"._-][^\s@,;<>\"]{0,200}\.[^\s@,;<>\"0-9.]{2,63}")
_BETWEEN = re.compile(r"[,;、，；\s]+")
_LANGUAGES = {
    "日本語": "ja", "japanese": "ja", "英語": "en", "english": "en", "中国語": "zh-Hans", "简体中文": "zh-Hans",
    "繁體中文": "zh-Hant", "韓国語": "ko", "한국어": "ko", "ベトナム語": "vi", "ポルトガル語": "pt",
}  # fmt: skip
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_LONGEST_TAG = 50


class Unreadable(Exception):
    """A line that is not brought in: which column, and why, in the words of the reader."""

    def __init__(self, text: Told, column: str = "") -> None:
        super().__init__(str(text))
        self.text, self.column = text, column


@dataclass
class Wanted:
    """What a line says of a customer; what it is silent about is not in here."""

    line: int
    number: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    company: str = ""
    tags: list[str] = field(default_factory=list)
    identities: list[tuple[str, str]] = field(default_factory=list)  #: kind, address
    place: dict[str, str] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)
    consent_at: datetime | None = None
    own: dict[int, Plain] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Something to show of it."""
        named = " ".join(str(self.fields.get(name, "")) for name in ("family_name", "given_name")).strip()
        first = next((address for _kind, address in self.identities), "")
        return named or str(self.fields.get("display_name", "")) or self.company or first


def read_line(
    record: Record, header: Sequence[str], mapping: Mapping[str, str], own: Mapping[int, CustomerField]
) -> Wanted:
    """What a line says; Unreadable where a part of it cannot be, since half a customer helps nobody."""
    if record.broken:
        raise Unreadable(_BROKEN[record.broken])
    if any(record.cells[len(header) :]):
        raise Unreadable(_("The line has more cells than the first line: a comma may be missing its quotation marks."))
    wanted = Wanted(record.line)
    for number, key in mapping.items():
        place = int(number)
        cell = record.cells[place] if place < len(record.cells) else ""
        if not cell:
            continue
        try:
            _check_cell(cell)
            _read(wanted, key, cell, own)
        except Unreadable as wrong:
            raise Unreadable(wrong.text, header[place]) from wrong
        except Invalid as wrong:
            words = wrong.user_message
            assert isinstance(words, Told)
            raise Unreadable(words, header[place]) from wrong
    if not (wanted.label or wanted.number):
        raise Unreadable(_("The line has no name, company, mail address or phone number."))
    return wanted


_BROKEN = {
    "quote": _("A quotation mark is opened and never closed, or stands in the middle of a cell."),
    "long": _("The line is too long to be one customer: 300 cells and 200,000 characters at most."),
}


def _check_cell(cell: str) -> None:
    if is_formula(cell):
        raise Unreadable(_("“%(text)s” is a formula and no value.") % {"text": cell[:60]})
    if cell in ERRORS:
        raise Unreadable(_("“%(text)s” is an error of the spreadsheet and no value.") % {"text": cell})
    if "\ufffd" in cell:
        raise Unreadable(_("Characters were lost here: the table is in another encoding. Choose it above the columns."))


def _read(wanted: Wanted, key: str, cell: str, own: Mapping[int, CustomerField]) -> None:
    if key in PLAIN:
        _plain(wanted, key, cell)
    elif key in PLACE:
        wanted.place[key] = _fitting(_postal(cell) if key == "postal_code" else cell, PLACE[key])
    elif key in ACCOUNTS:
        wanted.identities.append((key, _fitting(cell, 320)))
    elif key.startswith("consent:"):
        wanted.consents[key.removeprefix("consent:")] = _tick(cell)
    elif key.startswith("field-"):
        _own(wanted, own.get(int(key.removeprefix("field-"))), cell)
    else:
        _READERS[key](wanted, cell)


def _plain(wanted: Wanted, key: str, cell: str) -> None:
    text = cell if key == "note" else _line(cell)
    if "kana" in key:
        text = unicodedata.normalize("NFKC", text)
    if key == "note" and wanted.fields.get("note"):
        text = f"{wanted.fields['note']}\n{text}"
    wanted.fields[key] = _fitting(text, PLAIN[key])


def _own(wanted: Wanted, custom: CustomerField | None, cell: str) -> None:
    if custom is None:
        return
    many = [part for part in re.split(r"[、,;|]", cell) if part.strip()]
    wanted.own[custom.pk] = read_value(custom, many if custom.kind == FieldKind.MULTI else cell)


def _number(wanted: Wanted, cell: str) -> None:
    digits = unicodedata.normalize("NFKC", cell).strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 18):
        raise Unreadable(_("“%(text)s” is no number of a customer.") % {"text": cell[:60]})
    wanted.number = int(digits)


def _name(wanted: Wanted, cell: str) -> None:
    family, given = _halves(_line(cell))
    if not given:
        wanted.fields.setdefault("display_name", _fitting(family, 300))
        return
    if is_latin(f"{family}{given}"):
        family, given = given, family
    wanted.fields.setdefault("family_name", _fitting(family, 100))
    wanted.fields.setdefault("given_name", _fitting(given, 100))


def _kana(wanted: Wanted, cell: str) -> None:
    family, given = _halves(unicodedata.normalize("NFKC", _line(cell)))
    wanted.fields.setdefault("family_kana", _fitting(family, 100))
    wanted.fields.setdefault("given_kana", _fitting(given, 100))


def _honorific(wanted: Wanted, cell: str) -> None:
    known = {str(each): each for each in Honorific} | {"なし": Honorific.NONE, "none": Honorific.NONE}
    if cell not in known:
        raise Unreadable(_("“%(text)s” is none of 様, 御中, 先生 and なし.") % {"text": cell[:60]})
    wanted.fields["honorific"] = str(known[cell])


def _company(wanted: Wanted, cell: str) -> None:
    wanted.company = _fitting(_line(cell), 200)


def _mail(wanted: Wanted, cell: str) -> None:
    for text in filter(None, _BETWEEN.split(unicodedata.normalize("NFKC", cell))):
        if not _MAIL.fullmatch(text):
            raise Unreadable(_("“%(text)s” is no mail address.") % {"text": text[:80]})
        wanted.identities.append((IdentityKind.MAIL, text))


def _phone(wanted: Wanted, cell: str) -> None:
    for text in re.split(r"[,;、，；\n]+", cell):
        if not text.strip():
            continue
        if not is_phone(text):
            raise Unreadable(_("“%(text)s” is no phone number.") % {"text": text[:60]})
        wanted.identities.append((IdentityKind.PHONE, _with_zero(text.strip())))


def _with_zero(text: str) -> str:
    """A number with the zero that spreadsheets take away, where it makes no sense without."""
    digits = unicodedata.normalize("NFKC", text)
    lost = digits.isdecimal() and digits[0] != "0" and len(digits) in (9, 10) and is_odd(digits)
    return f"0{digits}" if lost and not is_odd(f"0{digits}") else text


def _postal(cell: str) -> str:
    """A postal code with the zero that spreadsheets take away."""
    digits = unicodedata.normalize("NFKC", cell)
    return tidy_code(f"0{digits}" if digits.isdecimal() and len(digits) == 6 else cell)


def _language(wanted: Wanted, cell: str) -> None:
    code = _LANGUAGES.get(cell.lower(), cell)
    if not _CODE.fullmatch(code):
        raise Unreadable(_("“%(text)s” is no language. Write it as ja or en.") % {"text": cell[:60]})
    wanted.fields["language"] = code


def _time_zone(wanted: Wanted, cell: str) -> None:
    if cell not in time_zones():
        raise Unreadable(_("“%(text)s” is no time zone. Write it as Asia/Tokyo.") % {"text": cell[:60]})
    wanted.fields["time_zone"] = cell


def _tags(wanted: Wanted, cell: str) -> None:
    wanted.tags += [_fitting(_line(part), _LONGEST_TAG) for part in re.split(r"[,、，;|]", cell) if part.strip()]


def _vip(wanted: Wanted, cell: str) -> None:
    wanted.fields["is_vip"] = _tick(cell)


def _consent_at(wanted: Wanted, cell: str) -> None:
    try:
        day = read_day(cell.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0])
    except ValueError:
        raise Unreadable(_("There is no such day: %(text)s.") % {"text": cell[:60]}) from None
    if day is None:
        raise Unreadable(_("“%(text)s” is no day. Write it as 2026-11-20.") % {"text": cell[:60]})
    wanted.consent_at = timezone.make_aware(datetime.combine(day, time.min))
    if wanted.consent_at > timezone.now():
        raise Unreadable(_("This day has not come yet: %(text)s.") % {"text": cell[:60]})


_READERS: dict[str, Callable[[Wanted, str], None]] = {
    "id": _number, "name": _name, "kana": _kana, "honorific": _honorific, "company": _company, "mail": _mail,
    "phone": _phone, "language": _language, "time_zone": _time_zone, "tags": _tags, "is_vip": _vip,
    "consent_at": _consent_at,
}  # fmt: skip


def _tick(cell: str) -> bool:
    ticked = read_tick(cell)
    if ticked is None:
        raise Unreadable(_("“%(text)s” is neither yes nor no. Write 1 or 0, はい or いいえ.") % {"text": cell[:60]})
    return ticked


def _halves(name: str) -> tuple[str, str]:
    family, _space, given = name.partition(" ")
    return family, given


def _line(cell: str) -> str:
    return " ".join(cell.split())


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise Unreadable(_("This is too long: at most %(most)d characters.") % {"most": most})
    return text


def kept_words(wrong: Unreadable) -> str:
    """Why a line cannot be read, as the database keeps it."""
    return kept(wrong.text)
