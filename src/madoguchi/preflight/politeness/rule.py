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


def words(pattern: str, instead: str | Callable[[re.Match[str]], str | None] | None = None) -> Find:
    """A rule that needs no grammar: these words, and what stands there instead."""
    compiled = re.compile(pattern)

    def find(letter: Outgoing, _around: Surroundings) -> Iterator[Hit]:
        for match in compiled.finditer(letter.said):
            if isinstance(instead, str):
                said: str | None = match.expand(instead)
            else:
                said = instead(match) if instead else None
            yield Hit(match.start(), match.end(), said)

    return find
