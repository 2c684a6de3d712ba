"""A text as the eye reads it: without what has no shape, and in one width, with the way back to where it stands.

Whatever looks for words, numbers or blanks in a letter looks here, so that a zero-width blank between two letters, a
soft hyphen or a full-width bracket gets round none of them. Source: Unicode 16, Default_Ignorable_Code_Point, and NFKC
(Unicode Standard Annex #15).
"""

import re
import unicodedata
from dataclasses import dataclass

#: Default ignorable characters, controls that no line needs, and the blank pattern of Braille.
_SHAPELESS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20dd-\u20e0\u20e2-\u20e4\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{_SHAPELESS}]+")
#: One character with the marks that join it: what NFKC treats by itself.
_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1160-\u11ff"
_CLUSTER = re.compile(f"[^{_MARKS}][{_MARKS}]*|[{_MARKS}]+")
#: Marks that set what follows in another order than it is written in (Unicode Standard Annex #9, 2).
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is read, and where each of its characters stands; `origins` has one more entry, the text's length."""

    text: str
    origins: tuple[int, ...] | None = None  #: None where every character is where it was

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to before `end` stand in the text as it was written."""
        if self.origins is None:
            return start, end
        first, last = self.origins[start], self.origins[max(start, end - 1)]
        after = next((origin for origin in self.origins[end:] if origin > last), self.origins[-1])
        return first, after if end > start else first


def seen(text: str) -> str:
    """What of a text is read."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def straight(text: str) -> str:
    """A text without the marks that turn its direction, so that it is shown as it is written; letters keep theirs."""
    return _TURNS.sub("", text)


def seen_with_origins(text: str) -> Seen:
    """The same with the way back; most letters are read just as they are written."""
    if _UNSEEN.search(text) is None and unicodedata.is_normalized("NFKC", text):
        return Seen(text)
    pieces: list[str] = []
    origins: list[int] = []
    kept, places = _kept(text)
    for cluster in _CLUSTER.finditer(kept):
        piece = unicodedata.normalize("NFKC", cluster[0])
        pieces.append(piece)
        origins.extend([places[cluster.start()]] * len(piece))
    return Seen("".join(pieces), (*origins, len(text)))


def _kept(text: str) -> tuple[str, list[int]]:
    """The text without what has no shape, and where each character of it stood."""
    places: list[int] = []
    at = 0
    for gap in _UNSEEN.finditer(text):
        places.extend(range(at, gap.start()))
        at = gap.end()
    places.extend(range(at, len(text)))
    return _UNSEEN.sub("", text), places
