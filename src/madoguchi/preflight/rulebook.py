"""What is set for one 窓口 and role: how strict each check is, which words are watched, which rules are silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from madoguchi.preflight.choices import DEFAULTS, Check, Level


@dataclass(frozen=True, slots=True)
class WatchedWord:
    """One 警告ワード."""

    word: str
    level: Level = Level.WARN
    advice: str = ""  #: what to write instead, or why not


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The settings as a value."""

    levels: Mapping[Check, Level] = field(default_factory=lambda: dict(DEFAULTS))
    words: tuple[WatchedWord, ...] = ()
    silenced: frozenset[str] = frozenset()
