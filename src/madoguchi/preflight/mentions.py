"""Whom and what a text mentions: names of people and firms, phone numbers, mail addresses, order numbers.

Only candidates: whether somebody is called so is asked of the customers by whoever gathers the surroundings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.preflight.parts import Part
from madoguchi.search.folding import fold_name
from madoguchi.search.morphemes import Morpheme

_HONORIFICS = frozenset({"様", "さま", "さん", "氏", "殿", "先生", "君", "くん"})
_COMPANY = re.compile(
    r"(?:株式|有限|合同)会社[^\s、。,.・:：()（）「」『』<>/様のはがをにへとやも]{1,20}"
    r"|(?<![^\s、。,.・:：()（）「」『』<>/のはがをにへとやも])[^\s、。,.・:：()（）「」『』<>/のはがをにへとやも会]{2,20}(?:株式|有限|合同)会社"
)
_PHONE = re.compile(
    r"(?<![A-Za-z0-9-])(?:\+81[- ]?)?\(?0?[0-9]{1,4}\)?[-‐–−ー ][0-9]{1,4}[-‐–−ー ][0-9]{3,4}(?![A-Za-z0-9-]"
    r")|(?<![A-Za-z0-9-])0[0-9]{9,10}(?![A-Za-z0-9-])"
)
_MAIL = re.compile(
    r"(?<![A-Za-z0-9.+_-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)
_CODE = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z]{1,6}-?[0-9]{4,14}(?:-[0-9]{1,6})?(?![A-Za-z0-9-])")
_ORDER = re.compile(r"注文(?:番号|No\.?|ID)\s?[:：はが]?\s?#?([0-9]{5,14})(?![A-Za-z0-9-])")
_NOT_DIGITS = re.compile(r"\D")
#: Of one letter; more of them are a list, and a list is looked at by a person.
MOST = 40


class Kind(StrEnum):
    """What sort of thing is mentioned."""

    NAME = "name"
    PHONE = "phone"
    MAIL = "mail"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a letter mentions, and where."""

    kind: Kind
    words: str  #: as it stands
    part: Part
    start: int
    end: int

    @property
    def value(self) -> str:
        """As it is compared: names folded without blanks, numbers in digits."""
        return f"{self.kind}:{plain(self.kind, self.words)}"


def plain(kind: Kind, words: str) -> str:
    """The form in which two spellings of the same thing are equal."""
    match kind:
        case Kind.NAME:
            return fold_name(words)
        case Kind.PHONE:
            digits = _NOT_DIGITS.sub("", words)
            return f"0{digits[2:].removeprefix('0')}" if words.lstrip().startswith("+81") else digits
        case Kind.CODE:
            return "".join(char for char in words.casefold() if char.isalnum())
    return words.casefold()


def mentions_in(text: str, part: Part, words: Sequence[Morpheme]) -> list[Mention]:
    """Everything mentioned in a text; `words` are its morphemes."""
    found = [*_shaped(text, part), *_people(text, part, words)]
    return found[:MOST]


def _shaped(text: str, part: Part) -> Iterator[Mention]:
    for kind, pattern in ((Kind.MAIL, _MAIL), (Kind.PHONE, _PHONE), (Kind.CODE, _CODE), (Kind.NAME, _COMPANY)):
        for match in pattern.finditer(text):
            yield Mention(kind, match[0], part, match.start(), match.end())
    for match in _ORDER.finditer(text):
        yield Mention(Kind.CODE, match[1], part, match.start(1), match.end(1))


def _people(text: str, part: Part, words: Sequence[Morpheme]) -> Iterator[Mention]:
    """Names before 様 and the like, and family names followed by given names."""
    taken = -1
    for at, word in enumerate(words):
        if word.surface in _HONORIFICS and (first := _name_before(words, at)) is not None:
            start, end = words[first].start, _last_filled(words, at).end
            taken = at
            yield Mention(Kind.NAME, text[start:end], part, start, end)
        elif at > taken and word.pos[3] == "姓" and (last := _given_after(words, at)) is not None:
            taken = last
            if not _is_addressed(words, last):
                end = words[last].end
                yield Mention(Kind.NAME, text[word.start : end], part, word.start, end)


def _last_filled(words: Sequence[Morpheme], before: int) -> Morpheme:
    return next(word for word in reversed(words[:before]) if word.kind != "空白")


def _name_before(words: Sequence[Morpheme], at: int) -> int | None:
    """Where the name before an honorific begins: two nouns at most, with blanks between them."""
    first, nouns = None, 0
    for place in range(at - 1, max(at - 5, -1), -1):
        word = words[place]
        if word.kind == "空白" and "\n" not in word.surface:
            continue
        if word.kind not in ("名詞", "感動詞") or word.pos[1] == "数詞" or nouns == 2:
            break
        if nouns and not (word.is_name or words[first or place].is_name):
            break
        first, nouns = place, nouns + 1
    return first


def _given_after(words: Sequence[Morpheme], at: int) -> int | None:
    for place in range(at + 1, min(at + 3, len(words))):
        if words[place].pos[3] == "名":
            return place
        if words[place].kind != "空白" or "\n" in words[place].surface:
            return None
    return None


def _is_addressed(words: Sequence[Morpheme], last: int) -> bool:
    following = next((word for word in words[last + 1 : last + 3] if word.kind != "空白"), None)
    return following is not None and following.surface in _HONORIFICS
