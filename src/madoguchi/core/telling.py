"""Sentences that are written now and read later, by people of other languages: what a worker stores for agents.

A `Told` is the sentence of the source, which is its key in the catalogue, and its facts. It becomes words when it is
shown, in the language of whoever reads. `kept` is what the database holds of it and `told` reads it again. Plain text,
such as the words of a server, a colleague's reason or a row of an older release, goes through both as it is.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Fact = "str | int | Told"
type Sentence = "str | _StrPromise | Told"  #: what an error says

#: Before a kept sentence; plain text is stripped, and no stripped text begins with it (Unicode calls it white space).
_MARK = "\x1e"
#: A fact may come from another server.
_FACT_CHARS = 1000


class Told:
    """A sentence and its facts; used like the result of gettext, and put into words by `str`."""

    __slots__ = ("facts", "sentence")

    def __init__(self, sentence: str, facts: Mapping[str, Fact] | None = None) -> None:
        self.sentence = sentence
        self.facts = dict(facts or {})

    def __mod__(self, facts: Mapping[str, object]) -> "Told":
        """The sentence with these facts; whatever is neither a number nor told is kept as text."""
        return Told(self.sentence, {name: _fact(value) for name, value in facts.items()})

    def __str__(self) -> str:
        """The words in the language of this moment."""
        words = gettext(self.sentence)
        return words % self.facts if self.facts else words

    def __repr__(self) -> str:
        """For logs and tests."""
        return f"Told({self.sentence!r}, {self.facts!r})"

    def __eq__(self, other: object) -> bool:
        """Equal when they say the same."""
        return isinstance(other, Told) and (self.sentence, self.facts) == (other.sentence, other.facts)

    def __hash__(self) -> int:
        """By the sentence; facts may hold anything."""
        return hash(self.sentence)


def telling(sentence: str) -> Told:
    """The sentence, to be put into words by its reader; imported as `_`, so that it gets into the catalogue."""
    return Told(sentence)


def together(first: Told, second: Told) -> Told:
    """Two sentences in a row."""
    return Told("%(first)s %(second)s", {"first": first, "second": second})


def _fact(value: object) -> Fact:
    if isinstance(value, Told):
        return value
    return value if isinstance(value, int) else str(value)[:_FACT_CHARS]


def kept(words: Sentence, *, limit: int = 2000) -> str:
    """What the database holds: a `Told` as its sentence and facts, anything else as plain text of so many characters.

    A sentence of `gettext_lazy` is plain text, in the language of this moment: tell what is to be kept.
    """
    if isinstance(words, Told):
        return _MARK + json.dumps(_pair(words), ensure_ascii=False)
    return str(words).strip()[:limit]


def told(text: str) -> str:
    """What was kept, in the language of whoever reads it now."""
    return str(_unpaired(json.loads(text[1:]))) if text.startswith(_MARK) else text


def _pair(told_: Told) -> list[object]:
    return [
        told_.sentence,
        {name: _pair(fact) if isinstance(fact, Told) else fact for name, fact in told_.facts.items()},
    ]


def _unpaired(pair: list[Any]) -> Told:
    sentence, facts = pair
    return Told(sentence, {name: _unpaired(fact) if isinstance(fact, list) else fact for name, fact in facts.items()})
