"""How many steps a backtracking matcher takes for a pattern: counted, not timed, so the same on every machine.

It works on what Python's own parser makes of a pattern and tries alternatives in the order in which `re` does. Bounds
above `CAP` are taken for `CAP`: they are constants, and what counts here is how the steps grow with the text.
"""

import random
from collections.abc import Iterator
from re import DOTALL, IGNORECASE, MULTILINE, Pattern, _constants, _parser  # the parser has no public name
from typing import Any

#: Bounds of repeats that are still told apart; the texts are many times longer.
CAP = 4
_SINGLE = frozenset({_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN})
_REPEATS = frozenset({_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT})
_CATEGORIES = {
    _constants.CATEGORY_DIGIT: str.isdigit,
    _constants.CATEGORY_NOT_DIGIT: lambda char: not char.isdigit(),
    _constants.CATEGORY_SPACE: str.isspace,
    _constants.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    _constants.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    _constants.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


class Steps:
    """One pattern, and the steps that were taken for it so far."""

    def __init__(self, pattern: Pattern[Any]) -> None:
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        self.tree = list(_parser.parse(source, pattern.flags))
        self.flags, self.taken, self.text = pattern.flags, 0, ""
        self.groups: dict[int, str] = {}
        self._known: dict[tuple[int, str], bool] = {}

    def repeats_without_end(self) -> bool:
        """True when some repeat has no upper bound; else every match is as long as a constant at most."""
        return any(most == _constants.MAXREPEAT for most in _bounds(self.tree))

    def search_all(self, text: str) -> int:
        """The steps to find every match, as `finditer`, `sub` and `findall` do, and `search` when there is none."""
        self.text, self.taken, at = text, 0, 0
        while at <= len(text):
            end = next(self._sequence(self.tree, 0, at), None)
            at = at + 1 if end is None or end == at else end
        return self.taken

    def match_once(self, text: str) -> int:
        """The steps of `fullmatch`: from the beginning, to the end."""
        self.text, self.taken = text, 0
        next((end for end in self._sequence(self.tree, 0, 0) if end == len(text)), None)
        return self.taken

    def _sequence(self, nodes: list[Any], number: int, at: int) -> Iterator[int]:
        if number == len(nodes):
            yield at
            return
        for end in self._one(nodes[number], at):
            yield from self._sequence(nodes, number + 1, end)

    def _one(self, node: Any, at: int) -> Iterator[int]:  # noqa: C901 - one branch for each kind of node
        self.taken += 1
        kind, given = node
        if kind in _SINGLE:
            if at < len(self.text) and self._fits(node, self.text[at]):
                yield at + 1
        elif kind in _REPEATS:
            yield from self._repeat(kind, given, at)
        elif kind is _constants.BRANCH:
            for branch in given[1]:
                yield from self._sequence(list(branch), 0, at)
        elif kind is _constants.SUBPATTERN:
            for end in self._sequence(list(given[3]), 0, at):
                self.groups[given[0]] = self.text[at:end]
                yield end
        elif kind is _constants.ATOMIC_GROUP:
            yield from self._first(self._sequence(list(given), 0, at))
        elif kind is _constants.GROUPREF:
            known = self.groups.get(given, "")
            yield from (at + len(known),) if self.text.startswith(known, at) else ()
        elif kind is _constants.AT:
            yield from (at,) if self._stands(given, at) else ()
        else:
            yield from (at,) if self._asserted(kind, given, at) else ()

    def _repeat(self, kind: Any, given: Any, at: int) -> Iterator[int]:
        least, most, inner = min(given[0], CAP), given[1], list(given[2])
        most = len(self.text) + 1 if most == _constants.MAXREPEAT else min(most, CAP)
        if len(inner) == 1 and inner[0][0] in _SINGLE:
            ends = self._run(inner[0], least, most, at)
            ends = iter(sorted(ends)) if kind is _constants.MIN_REPEAT else ends
        elif kind is _constants.MIN_REPEAT:
            ends = self._lazily(inner, least, most, at)
        else:
            ends = self._greedily(inner, least, most, at)
        yield from self._first(ends) if kind is _constants.POSSESSIVE_REPEAT else ends

    def _run(self, node: Any, least: int, most: int, at: int) -> Iterator[int]:
        end = at
        while end < len(self.text) and end - at < most and self._fits(node, self.text[end]):
            end += 1
            self.taken += 1
        for stop in range(end, at + least - 1, -1):
            self.taken += 1
            yield stop

    def _greedily(self, inner: list[Any], least: int, most: int, at: int) -> Iterator[int]:
        if most:
            for end in self._sequence(inner, 0, at):
                if end > at:
                    yield from self._greedily(inner, max(0, least - 1), most - 1, end)
        if not least:
            yield at

    def _lazily(self, inner: list[Any], least: int, most: int, at: int) -> Iterator[int]:
        if not least:
            yield at
        if most:
            for end in self._sequence(inner, 0, at):
                if end > at:
                    yield from self._lazily(inner, max(0, least - 1), most - 1, end)

    def _first(self, ends: Iterator[int]) -> Iterator[int]:
        end = next(ends, None)
        yield from () if end is None else (end,)

    def _asserted(self, kind: Any, given: Any, at: int) -> bool:
        direction, inner = given
        start = at if direction > 0 else at - inner.getwidth()[0]
        found = start >= 0 and next(self._sequence(list(inner), 0, start), None) is not None
        return found == (kind is _constants.ASSERT)

    def _stands(self, place: Any, at: int) -> bool:
        before, after = self.text[at - 1 : at], self.text[at : at + 1]
        if place in (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING):
            return at == 0 or bool(self.flags & MULTILINE and place is _constants.AT_BEGINNING and before == "\n")
        if place in (_constants.AT_END, _constants.AT_END_STRING):
            return not after or bool(self.flags & MULTILINE and place is _constants.AT_END and after == "\n")
        is_edge = _is_word(before) != _is_word(after)
        return is_edge == (place is _constants.AT_BOUNDARY)

    def _fits(self, node: Any, char: str) -> bool:
        known = self._known.get((id(node), char))
        if known is None:
            spellings = {char, char.lower(), char.upper()} if self.flags & IGNORECASE else {char}
            known = self._known[id(node), char] = any(self._is_one(node, each) for each in spellings)
        return known

    def _is_one(self, node: Any, char: str) -> bool:
        kind, given = node
        if kind is _constants.ANY:
            return bool(self.flags & DOTALL) or char != "\n"
        if kind is _constants.IN:
            negated = given[0][0] is _constants.NEGATE
            return any(self._is_one(each, char) for each in given[negated:]) != negated
        if kind is _constants.RANGE:
            return len(char) == 1 and given[0] <= ord(char) <= given[1]
        if kind is _constants.CATEGORY:
            return bool(_CATEGORIES[given](char))
        return (len(char) == 1 and ord(char) == given) == (kind is _constants.LITERAL)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _bounds(nodes: Any) -> Iterator[Any]:
    for kind, given in nodes:
        if kind in _REPEATS:
            yield given[1]
            yield from _bounds(given[2])
        elif kind is _constants.BRANCH:
            for branch in given[1]:
                yield from _bounds(branch)
        elif kind is _constants.SUBPATTERN:
            yield from _bounds(given[3])
        elif kind is _constants.ATOMIC_GROUP:
            yield from _bounds(given)
        elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _bounds(given[1])


def sample(nodes: Any, rng: random.Random) -> str:
    """Some text of the kind that a pattern looks for; its pieces make the texts that keep it busy."""
    return "".join(_piece(kind, given, rng) for kind, given in nodes)


def _piece(kind: Any, given: Any, rng: random.Random) -> str:  # noqa: PLR0911 - the same
    if kind is _constants.LITERAL:
        return chr(given)
    if kind in (_constants.ANY, _constants.NOT_LITERAL):
        return rng.choice("x 1")
    if kind is _constants.IN:
        return _one_of(given, rng)
    if kind in _REPEATS:
        times = rng.randint(min(given[0], 2), max(min(given[0], 2), min(given[1], 2)))
        return "".join(sample(given[2], rng) for _ in range(times))
    if kind is _constants.BRANCH:
        return sample(rng.choice(given[1]), rng)
    if kind is _constants.SUBPATTERN:
        return sample(given[3], rng)
    return sample(given, rng) if kind is _constants.ATOMIC_GROUP else ""


def _one_of(given: Any, rng: random.Random) -> str:
    if given[0][0] is _constants.NEGATE:
        return rng.choice("x 1@")
    kind, value = rng.choice(given)
    if kind is _constants.LITERAL:
        return chr(value)
    if kind is _constants.RANGE:
        return chr(value[0])
    return {_constants.CATEGORY_DIGIT: "1", _constants.CATEGORY_SPACE: " "}.get(value, "x")
