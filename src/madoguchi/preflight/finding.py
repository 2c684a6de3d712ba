"""What a check says of a letter."""

import hashlib
from dataclasses import dataclass, field

from madoguchi.core.telling import Told
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.parts import Part


@dataclass(frozen=True, slots=True)
class Place:
    """Some words of a letter; offsets count characters. Without words it is the field as such."""

    part: Part
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Repair:
    """What would put it right: other words in the same place, or a field to go to."""

    label: Told
    text: str | None = None  #: instead of the words; None where a person has to do it
    part: Part | None = None  #: the field to go to


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at before a letter leaves."""

    message: Told
    place: Place | None = None
    words: str = ""  #: what stands at that place
    why: Told | None = None
    repair: Repair | None = None
    rule: str = ""  #: of the 敬語 lint: by which it can be silenced
    most: Level = Level.BLOCK  #: never graver than this, whatever is set
    check: Check = field(default=Check.WORDS)
    level: Level = Level.WARN
    nth: int = 1  #: of those that say the same of the same words, in the order of the letter

    @property
    def key(self) -> str:
        """The same finding in the same letter has the same key, wherever it has moved to meanwhile.

        The same words twice have two keys: whoever has acknowledged one is asked when another one comes.
        """
        nth = str(self.nth) if self.nth > 1 else ""
        return hashlib.sha256(f"{self.said}{nth}".encode()).hexdigest()[:16]

    @property
    def said(self) -> str:
        """What is said of which words, wherever they stand."""
        part = self.place.part if self.place else ""
        return "\x1f".join([self.check, self.rule, part, self.words, repr(self.message)])


def at(part: Part, text: str, start: int, end: int) -> tuple[Place, str]:
    """A place and the words that stand there."""
    return Place(part, start, end), text[start:end]
