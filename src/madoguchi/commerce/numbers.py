"""Order numbers in texts: an administrator writes how they look, and they are found in one pass over the text.

`#` is a digit, `@` a letter, `*` behind one of these any number more of them; all else stands for itself, in whatever
width, case and kind of hyphen it was typed: `HK-######` finds HK-104901 and ＨＫ－１０４９０１. Patterns are no regular
expressions, so that none can be written that takes time: each place of a text costs at most the length of a number.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.choices import MAX_NUMBER
from madoguchi.core.errors import Invalid

_MOST_PATTERN = 40
#: A number with fewer digits is a date, a price, anything.
_FEWEST_DIGITS = 3
_DIGIT, _LETTER, _MORE = "#", "@", "*"
_KINDS = {_DIGIT: "[0-9０-９]", _LETTER: "[A-Za-zＡ-Ｚａ-ｚ]"}
_HYPHENS = "-‐‑‒–—―−－ｰー"
_MOST_MORE = 20
_EDGE = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
#: Numbers found in one text; a list of orders is no letter.
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One number in a text: where it stands, and as it is kept."""

    start: int
    end: int
    key: str
    source: int


@dataclass(frozen=True)
class Recogniser:
    """Finds the order numbers of all sources in a text."""

    patterns: tuple[tuple[int, str], ...] = ()  #: source and pattern

    def __bool__(self) -> bool:
        """False where no source says how its numbers look."""
        return bool(self.patterns)

    def find(self, text: str) -> list[Found]:
        """The numbers in the order of the text; of two sources with the same pattern the first is meant."""
        if not self.patterns:
            return []
        found: list[Found] = []
        for match in _compiled(self.patterns).finditer(text):
            place = int((match.lastgroup or "p0")[1:])
            found.append(Found(match.start(), match.end(), number_key(match[0]), self.patterns[place][0]))
            if len(found) == MOST_FOUND:
                break
        return found

    def keys_in(self, texts: Iterable[str]) -> list[str]:
        """Each number in these texts once, in their order."""
        return list(dict.fromkeys(each.key for text in texts for each in self.find(text)))[:MOST_FOUND]


def number_key(number: str) -> str:
    """A number as it is compared: half width, capitals, plain hyphens, no blanks and no # before it."""
    folded = unicodedata.normalize("NFKC", number).upper()
    plain = "".join("-" if char in _HYPHENS else char for char in folded if not char.isspace())
    return plain.lstrip("#")[:MAX_NUMBER]


def check_pattern(text: str) -> str:
    """A pattern as it is kept; Invalid for what would find anything, or could take time."""
    pattern = unicodedata.normalize("NFKC", text).strip()
    if not pattern or len(pattern) > _MOST_PATTERN:
        raise Invalid(_("A pattern has 1 to 40 characters."), field="patterns")
    if pattern.count(_DIGIT) < _FEWEST_DIGITS:
        raise Invalid(_("Write # for each digit, and at least three of them: HK-######."), field="patterns")
    for at, char in enumerate(pattern):
        if char.isspace():
            raise Invalid(_("An order number has no blanks in it."), field="patterns")
        if char != _MORE:
            continue
        kind = pattern[at - 1] if at else ""
        after = pattern[at + 1 : at + 2]
        if kind not in _KINDS or after in (kind, _MORE):
            wrong = _("* stands behind # or @ and means any number more of it; something else must follow.")
            raise Invalid(wrong, field="patterns")
    return pattern


@lru_cache(maxsize=8)
def _compiled(patterns: tuple[tuple[int, str], ...]) -> re.Pattern[str]:
    """One pattern of them all; nothing in it is ever taken back (`{0,20}+`), so it is linear."""
    each = "|".join(f"(?P<p{place}>{_written(pattern)})" for place, (_source, pattern) in enumerate(patterns))
    return re.compile(rf"(?<![{_EDGE}])(?:{each})(?![{_EDGE}])")


def _written(pattern: str) -> str:
    parts: list[str] = []
    for char in pattern:
        if char == _MORE:
            parts[-1] += f"{parts[-1]}{{0,{_MOST_MORE}}}+"
        else:
            parts.append(_KINDS.get(char) or _any_of(char))
    return "".join(parts)


def _any_of(char: str) -> str:
    """A character as people type it: either case, either width, any hyphen."""
    if char in _HYPHENS:
        forms = set(_HYPHENS)
    else:
        forms = {char, char.upper(), char.lower()}
        forms |= {chr(ord(each) + 0xFEE0) for each in forms if "!" <= each <= "~"}
    return "[" + "".join(re.escape(each) for each in sorted(forms) if len(each) == 1) + "]"
