"""The comparison form of text: what index and query are both reduced to, and the way back to the original.

`standard` is the middle step that the dictionary reads (width, case, voiced marks, dashes and old kanji made
regular, katakana kept, because words are cut much better with it). `fold` goes on to hiragana without small
kana and to one sign for all long vowels and hyphens. Source of the list: the customary あいまい検索 of Japanese
mail desks, and Unicode Standard Annex #15 for NFKC.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from madoguchi.search.variants import TO_COMPARE, TO_STANDARD

#: Nothing that has a shape: controls, joiners, direction marks, soft hyphen, variation selectors, lone surrogates.
_INVISIBLE = (
    *range(9),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,
    0x034F,
    0x061C,
    0x180E,
    *range(0x180B, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
    *range(0xE0100, 0xE01F0),
)
_DASHES = "‐‑‒–—―−⁃﹘﹣－─━⸺⸻"
_WAVES = "〜～⁓〰"
_PREPARE: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _WAVES), "~"),
    # The spacing voiced marks would become a space and a mark (NFKC); as combining marks they join their kana.
    0x309B: "\u3099",
    0x309C: "\u309a",
}
_LEFT_OVER_MARKS: dict[int, str | None] = {0x3099: None, 0x309A: None}
_REGULAR: dict[int, str | None] = {**TO_STANDARD, **_LEFT_OVER_MARKS}
#: コ-ヒ- and コ〜ヒ〜 are written with what the keyboard had; between numbers or before Latin a dash stays a dash.
_DASH_AFTER_KATAKANA = re.compile(r"(?<=[ァ-ヺー])[-~]|(?<=[ぁ-ゖ])~(?![0-9a-z㐀-鿿])")
_DASH_BEFORE_WORD = re.compile(r"[0-9a-z㐀-鿿\s]")
#: The key of the long vowel is that of the hyphen: ０９０ー１２３４ is a number.
_VOWEL_IN_NUMBER = re.compile(r"ー(?<=[0-9a-z)]ー)(?=[0-9a-z(])")

_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_OLD_KANA = {"ゐ": "い", "ゑ": "え"}
_COMPARE: dict[int, str] = {
    **{code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
    **{ord(small): large for small, large in (_SMALL | _OLD_KANA).items()},
    **{ord(small) + 0x60: large for small, large in (_SMALL | _OLD_KANA).items()},
    **{
        ord(small): large
        for small, large in zip("ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ", "くしすとぬはひふへほむらりるれろ", strict=True)
    },
    ord("ー"): "-",
    ord("~"): "-",
    **TO_COMPARE,
}


class _Table(dict[int, str | int | None]):
    """A translation that learns the characters it leaves alone: a miss costs `str.translate` an exception each time."""

    def __missing__(self, code: int) -> int:
        if code < 0x10000:  # bounds what hostile text can make us remember
            self[code] = code
        return code


_prepare, _regularise, _compare = _Table(_PREPARE), _Table(_REGULAR), _Table(_COMPARE)


def _dash_or_vowel(found: re.Match[str]) -> str:
    following = found.string[found.end() : found.end() + 1]
    return found.group() if following and _DASH_BEFORE_WORD.match(following) else "ー"


def standard(text: str) -> str:
    """Regular writing, still readable: the form in which words are cut."""
    return _dashes(_regular(text))


def _regular(text: str) -> str:
    regular = unicodedata.normalize("NFKC", text.translate(_prepare)).casefold().translate(_regularise)
    return unicodedata.normalize("NFC", regular)  # what a mark that has gone kept apart


def _dashes(regular: str) -> str:
    return _DASH_AFTER_KATAKANA.sub(_dash_or_vowel, _VOWEL_IN_NUMBER.sub("-", regular))


def compare(standard_text: str) -> str:
    """The comparison form of text that is already `standard`; keeps the number of characters."""
    return standard_text.translate(_compare)


def fold(text: str) -> str:
    """The comparison form: two texts that people would call the same spelling become equal."""
    return compare(standard(text))


def fold_name(name: str) -> str:
    """A name as names are compared: without blanks and the dot between foreign ones."""
    return fold(name).replace(" ", "").replace("・", "")


def spelled(text: str) -> str:
    """A regular expression (PostgreSQL's, or Python's) that finds a text in every spelling that folds to the same.

    Japanese is found with and without a blank between its letters, as between the two parts of a name.
    """
    folded = fold(text).strip()
    parts = (
        _spellings().get(char, re.escape(char)) for char in (folded if folded.isascii() else folded.replace(" ", ""))
    )
    return ("" if folded.isascii() else r"\s?").join(parts)


@cache
def _spellings() -> dict[str, str]:
    """For each folded character everything that becomes it, as far as it is one letter, or half a width and a mark."""
    ranges = ((0x21, 0x7F), (0x3041, 0x3100), (0x31F0, 0x3200), (0xFF01, 0xFFA0))
    letters = [chr(code) for first, last in ranges for code in range(first, last)]
    letters += [chr(code) for code in (*TO_STANDARD, *TO_COMPARE)]
    letters += [*TO_STANDARD.values(), *TO_COMPARE.values(), *_DASHES, *_WAVES]
    letters += [chr(code) + mark for code in range(0xFF66, 0xFF9E) for mark in "ﾞﾟ"]
    found: dict[str, dict[str, None]] = {}
    for letter in letters:
        folded = compare(standard("あ" + letter))[1:]  # a dash is a long vowel behind kana
        for form in {folded, fold(letter)}:
            if len(form) == 1:
                found.setdefault(form, {form: None})[letter] = None
    return {form: f"(?:{'|'.join(map(re.escape, spellings))})" for form, spellings in found.items()}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters came from."""

    text: str  #: the comparison form
    standard: str  #: the middle form, character for character beside `text`
    origins: tuple[int, ...]  #: for each character the index in the original; one more entry, the original's length

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters from `start` to before `end` stand in the original text."""
        if start >= end:
            return self.origins[start], self.origins[start]
        last = self.origins[end - 1]
        after = next((origin for origin in self.origins[end:] if origin > last), self.origins[-1])
        return self.origins[start], after


def fold_with_origins(text: str) -> Folded:
    """Fold and remember the origin of every character; slower than `fold`, for marking hits in shown text."""
    pieces: list[str] = []
    origins: list[int] = []
    known: dict[str, str] = {}
    for start, cluster in _clusters(text):
        piece = known.get(cluster)
        if piece is None:
            piece = known[cluster] = _regular(cluster)
        pieces.append(piece)
        origins.extend([start] * len(piece))
    regular = _dashes("".join(pieces))
    return Folded(compare(regular), regular, (*origins, len(text)))


def _clusters(text: str) -> list[tuple[int, str]]:
    """The text in pieces that NFKC treats one by one: a character and the marks that may join it."""
    if not text:
        return []
    starts = [index for index, char in enumerate(text) if index == 0 or not _joins_the_one_before(char)]
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _joins_the_one_before(char: str) -> bool:
    return char >= "\u007f" and (
        char in "\uff9e\uff9f\u309b\u309c"
        or (ord(char) in _PREPARE and _PREPARE[ord(char)] is None)
        or unicodedata.category(char).startswith("M")
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals join their consonant
        or "\uffa0" <= char <= "\uffdc"  # their half-width forms
    )
