"""Where phone numbers stand in a text, in the ways in which people write them, wrap them and tear them.

Pure. A text is first read in one way of writing (widths, hyphens, blanks), letter by letter, so that every place in it
is the same place in the text. A mobile number is known by its beginning in whatever way it is parted; any other number
must look more like one, so that orders, dates and amounts stay what they are.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

#: Characters that nobody sees: they neither part a number nor join two.
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
UNSEEN = re.compile(f"[{_UNSEEN}]")
_SAME = {
    " ": "\u3000\u00a0\t\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B))),
    "-": "‐‑‒–—―−－ｰー⁃﹣➖⁻", ".": "．・･", "(": "（", ")": "）", "+": "＋",
    "/": "／", "~": "～〜", ":": "：", "=": "＝", ",": "，", "_": "＿", "|": "｜",
}  # fmt: skip
#: A line ends inside of a number, and the next may be quoted.
_WRAP = r"(?:\r?\n(?:&gt;|[-> (]){0,4})?"
_ANY = rf"[-. /~,:;=_|()\[\]*+'の…‥「」『』【】→]{{0,5}}{_WRAP}"
_PART = rf"(?!\d)[-. /~()]{{0,3}}{_WRAP}"
_LIKE = "[-. /~]{1,3}"
#: Not inside of a longer number, though behind a letter written as %82.
_BEGINS = r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))"
#: Nor inside of what has more parts: an order, a version, the signs of a file.
_FIRST = rf"{_BEGINS}(?<!_)(?<![0-9A-Fa-f]-)(?<!\d\.)"
_LAST = r"(?!\d)(?![-.]\d)"
_CALLED = (
    "(?<=(?i:tel|fax))|(?<=(?i:tel|fax)[.=/-])|(?<=(?i:phone))|(?<=(?i:obile|cell:))|(?<=[?&;]q=)|(?<=%[0-9A-F]{2})"
)
_NUMBER = re.compile(
    r"(?=[08+(])(?:"
    rf"(?P<mobile>{_BEGINS}0[5789]0(?:(?!\d){_ANY}\d{{4}}{_ANY}\d{{4}}|\d{{4}}(?!\d){_ANY}\d{{4}})(?!\d))"
    rf"|(?P<apart>{_BEGINS}0 [5789] 0(?:(?: ?[- ] ?)\d){{8}}(?! ?\d))"
    rf"|(?P<dialled>(?<!\d)\+ ?81(?:{_ANY}\d){{9,11}}(?!\d))"
    rf"|(?P<abroad>(?<![\d_])\+\d[-\d() .]{{7,20}}\d{_LAST})"
    rf"|(?P<home>(?:(?<![\w.-])|(?<=%2B))(?:00|010[- ]?)?81[-. ](?:\(0\)|0)?[1-9]\d{{0,3}}"
    rf"[-. ]\d{{1,4}}[-. ]\d{{3,4}}{_LAST})"
    rf"|(?P<same>{_FIRST}0\d{{1,4}}(?P<s>{_LIKE})\d{{1,4}}(?P=s)\d{{3,4}}(?:(?P=s)\d{{3,4}})?{_LAST})"
    rf"|(?P<listed>(?<=\d\.)0\d{{1,3}}-\d{{1,4}}-\d{{4}}{_LAST})"
    rf"|(?P<mixed>{_FIRST}0[1-9]\d{{0,3}}{_PART}\d{{1,4}}{_PART}\d{{3,4}}{_LAST})"
    rf"|(?P<joined>{_FIRST}(?<![A-Za-z])(?:0[36][-. ]{{1,3}}\d{{8}}|0[1-9]\d[-. ]{{1,3}}\d{{7}}"
    rf"|0(?:570|120)[-. ]{{1,3}}\d{{6}}){_LAST})"
    rf"|(?P<braced>\(0\d{{1,4}}\)[-. ]{{0,3}}(?:\d{{1,4}}[-. ]{{1,3}}\d{{3,4}}|\d{{5,8}}){_LAST})"
    rf"|(?P<solid>(?:(?<![\w.+/=-])|{_CALLED})0\d{{9,10}}(?![A-Fa-f_\d])(?![-.]\d))"
    r"|(?P<whole>(?:(?<![\w-])(?<!\d\.)|(?<=%2B))(?:0|(?:00|010)?81)[5789]0\d{8}(?![\d_])(?![A-Fa-f]{1,8}\d))"
    r"|(?P<cut>(?<![\d_])(?:\+|\(?0|81)[-\d./ ()~]{3,18}(?=…))"
    ")",
    re.ASCII,
)
#: What a cut has left of a number, behind three dots.
_REST = re.compile(
    rf"(?<=…)(?:\d{{0,4}}{_LIKE}(?:\d{{2,4}}{_LIKE})?\d{{4}}(?!\d)|\d{{4,10}}(?![\d年月日時分秒円個点本枚件回人名歳番号,/:.%-]))",
    re.ASCII,
)
KANJI_DIGITS = "〇零一二三四五六七八九"
_IN_KANJI = re.compile(rf"[〇零][五七八九][〇零]{_ANY}[{KANJI_DIGITS}]{{4}}{_ANY}[{KANJI_DIGITS}]{{4}}")
_LOOSE = re.compile(r"(?<!\d)\d[-\d() ./]{4,22}\d(?!\d)", re.ASCII)
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d", re.ASCII)
#: Fewer digits than any number one can call: a date, a version.
_FEWEST = 9
_AT_HOME = 10
#: So few digits before a cut tell nothing.
_MOST_LEFT = 4


@dataclass(frozen=True, slots=True)
class Number:
    """One number in a text; of one that is cut, what is left of it."""

    start: int
    end: int
    is_cut: bool = False


def numbers_of(text: str) -> Iterator[Number]:
    """The phone numbers in a text without `UNSEEN` characters, in its order."""
    regular = text.translate(_regular())
    found = list(_written(regular))
    if "…" in text:
        found += [Number(each.start(), each.end(), is_cut=True) for each in _REST.finditer(regular)]
    if "〇" in text or "零" in text:
        found += [Number(each.start(), each.end()) for each in _IN_KANJI.finditer(regular)]
    done = 0
    for each in sorted(found, key=lambda each: each.start):
        if each.start >= done:
            done = each.end
            yield each


def loose_numbers(text: str) -> list[Number]:
    """Whatever has as many digits as a number, other than days: the records of customers know whether it is one."""
    regular = UNSEEN.sub(" ", text).translate(_regular())
    found = (each for each in _LOOSE.finditer(regular) if not _DATE.match(each[0]))
    return [Number(each.start(), each.end()) for each in found]


def _written(regular: str) -> Iterator[Number]:
    """What is none may hold the beginning of one: it is looked for from its next letter on."""
    at = 0
    while found := _NUMBER.search(regular, at):
        is_one = _is_called(found)
        at = found.end() if is_one else found.start() + 1
        if is_one:
            yield Number(found.start(), found.end(), _is_cut(found))


def _is_cut(found: re.Match[str]) -> bool:
    return found.string[found.end() : found.end() + 1] == "…" or found.string[: found.start()].endswith("…")


def _is_called(found: re.Match[str]) -> bool:
    """Whether it has the digits of a number that is written like this."""
    digits = sum(map(str.isdecimal, found[0]))
    match found.lastgroup:
        case "cut":
            return digits > _MOST_LEFT
        case "same" | "s":
            return digits >= (_AT_HOME if set(found["s"]) & set("/~") else _FEWEST) or _is_cut(found)
        case "listed" | "mixed":
            return digits == _AT_HOME and ("\n" not in found[0] or bool(set(found[0]) & set("-()")))
        case "home":
            return digits > _AT_HOME
    return digits >= _FEWEST


@cache
def _regular() -> dict[int, str]:
    """One letter for each: digits of any kind, hyphens, blanks, brackets."""
    digits = (at for at in range(0x80, sys.maxunicode + 1) if chr(at).isdecimal())
    table = {at: str(unicodedata.decimal(chr(at))) for at in digits}
    return table | {ord(char): meant for meant, chars in _SAME.items() for char in chars}
