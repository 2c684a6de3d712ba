"""What a rule of the 敬語 lint is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.surroundings import Surroundings

CHANGE_TO = _("Change to “%(name)s”")


@dataclass(frozen=True, slots=True)
class Hit:
    """Some words a rule stumbled over; without an end it is the letter as such."""

    start: int = 0
    end: int = 0
    instead: str | None = None
    message: Told | None = None  #: where it says more than the rule's own


type Find = Callable[[Outgoing, Surroundings], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; examples are Japanese in every language, for it is Japanese that they show."""

    key: str
    message: Told
    why: Told
    wrong: str
    right: str
    find: Find
    most: Level = Level.WARN


def sentence_around(text: str, match: re.Match[str]) -> str:
    """The sentence in which something stands, as far as 200 characters before and behind it."""
    start = max(text.rfind(end, max(0, match.start() - 200), match.start()) for end in "。\n！？")
    ends = [at for end in "。\n！？" if (at := text.find(end, match.end(), match.end() + 200)) >= 0]
    return text[max(start + 1, match.start() - 200) : min(ends, default=match.end() + 200)]


def words(
    pattern: str, instead: str | Callable[[re.Match[str]], str | None] | None = None, *, unless: str = ""
) -> Find:
    """A rule without grammar: these words, what stands there instead, and what in their sentence makes them right."""
    compiled, right = re.compile(pattern), re.compile(unless) if unless else None

    def find(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
        for match in compiled.finditer(letter.said):
            if right and right.search(sentence_around(letter.said, match)):
                continue
            if isinstance(instead, str):
                said: str | None = match.expand(instead)
            else:
                said = instead(match) if instead else None
            yield Hit(match.start(), match.end(), said)

    return find
