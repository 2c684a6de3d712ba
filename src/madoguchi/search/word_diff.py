"""What changed between two texts, word by word: Japanese is cut by the dictionary, the rest by shape.

A word of another script, a number, a date with its weekday, a time, a mail address or a link is one word, so that
nobody has to put 「11月2」 and 「5日」 together again.

`word_diff` loses nothing: what is the same and removed, put together, is the old text, what is the same and added
the new one. Lines first, then words within the lines that differ; steps are bounded, so that two long texts without
anything in common cost no more than reading them: the rest is then one removal and one addition.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from madoguchi.search.tokens import JAPANESE, surfaces

SAME, REMOVED, ADDED = "same", "removed", "added"
#: Of all comparing together; about half a second of this, whatever the texts are.
_MAX_STEPS = 600_000
#: Differences within one stretch up to which the shortest way is looked for; beyond it, what is unique leads.
_MAX_DIFFERENCES = 400
#: Signs that belong to the letter before them: voicing marks, accents, variants of a kanji or an emoji, joiners.
_MARKS = "\u0300-\u036f\u200d\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff"
#: A letter or digit of any script but Japanese.
_L = rf"(?:[^\W_{JAPANESE}][{_MARKS}]{{0,4}})"
_D = "[0-9０-９]"
_WEEKDAY = "(?:[(（][月火水木金土日](?:[・･]?祝)?[)）])?"
_WORD = re.compile(
    r"\n|[^\S\n]{1,200}"
    r"|https?://[A-Za-z0-9/?#&=%_.~:;@!$*+,'()-]{0,500}[A-Za-z0-9/]"
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
    rf"|(?:令和|平成|昭和)?(?:{_D}{{1,4}}|元)年{_D}{{1,2}}月(?:{_D}{{1,2}}日{_WEEKDAY})?"
    rf"|{_D}{{1,2}}月{_D}{{1,2}}日{_WEEKDAY}|{_D}{{1,2}}日間?{_WEEKDAY}|{_D}{{1,2}}時(?:{_D}{{1,2}}分|半)?"
    rf"|{_D}+(?:[,.:/‐−，．：／-]{_D}+)*(?:['’_-]?{_L})*{_WEEKDAY}"
    rf"|{_L}(?:['’_-]?{_L})*"
    rf"|[{JAPANESE}](?:[{JAPANESE}{_MARKS}])*"
    rf"|.[{_MARKS}]{{0,8}}(?:(?<=\u200d).[{_MARKS}]{{0,8}}){{0,8}}"
)
_JAPANESE_RUN = re.compile(f"[{JAPANESE}{_MARKS}]+")
_MARK = re.compile(f"[{_MARKS}]")
#: What stands between two changes and is too little to be read alone: a particle, a mark, a space.
_ISLAND = re.compile(r"[ぁ-ん、。・,.!?！？\s]{1,2}")


class Piece(NamedTuple):
    """A stretch of text that is in both, only in the old, or only in the new one."""

    kind: str
    text: str


class _Budget:
    """How many steps are left for all comparing."""

    def __init__(self, steps: int) -> None:
        self.left = steps


def cut(text: str) -> list[str]:
    """A text in words, spaces, marks and line ends; put together they are the text."""
    return [word for found in _WORD.findall(text) for word in _pieces(found)]


def _pieces(found: str) -> Sequence[str]:
    if len(found) == 1 or not _JAPANESE_RUN.fullmatch(found):
        return (found,)
    words: list[str] = []
    for word in surfaces(found):
        if words and _MARK.match(word):  # the dictionary does not know that it belongs to the kanji before
            words[-1] += word
        else:
            words.append(word)
    return words


def word_diff(before: str, after: str) -> list[Piece]:
    """What changed from one text to the other, in order; a removal stands before the addition in its place."""
    budget = _Budget(_MAX_STEPS)
    found: list[Piece] = []
    for old, new in _stretches(before.splitlines(keepends=True), after.splitlines(keepends=True), budget):
        if old == new:
            found.append(Piece(SAME, "".join(old)))
        else:
            found += _words_of(cut("".join(old)), cut("".join(new)), budget)
    return _joined(found)


def has_changes(pieces: Sequence[Piece]) -> bool:
    """False when both texts were the same."""
    return any(piece.kind != SAME for piece in pieces)


def _words_of(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Piece]:
    stretches = list(_stretches(old, new, budget))
    last = len(stretches) - 1
    for at, (gone, come) in enumerate(stretches):
        text = "".join(gone)
        if gone != come or (0 < at < last and "\n" not in text and _ISLAND.fullmatch(text)):
            yield Piece(REMOVED, text)
            yield Piece(ADDED, "".join(come))
        else:
            yield Piece(SAME, text)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of a kind as one, the removals of a place before its additions."""
    found: list[Piece] = []
    gone, come = "", ""
    for kind, text in [*pieces, Piece(SAME, "")]:
        if kind == REMOVED:
            gone += text
        elif kind == ADDED:
            come += text
        elif text or (gone or come):
            found += [piece for piece in (Piece(REMOVED, gone), Piece(ADDED, come)) if piece.text]
            gone = come = ""
            if found and found[-1].kind == SAME:
                found[-1] = Piece(SAME, found[-1].text + text)
            elif text:
                found.append(Piece(SAME, text))
    return found


type _Stretch = tuple[Sequence[str], Sequence[str]]


def _stretches(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[_Stretch]:
    """Both sequences side by side: equal stretches, and those in which something differs."""
    pairs = _pairs(old, new, budget)
    at_old = at_new = 0
    for begin_old, begin_new, length in pairs:
        if begin_old > at_old or begin_new > at_new:
            yield old[at_old:begin_old], new[at_new:begin_new]
        if length:
            yield old[begin_old : begin_old + length], new[begin_new : begin_new + length]
        at_old, at_new = begin_old + length, begin_new + length


type _Pair = tuple[int, int, int]


def _pairs(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[_Pair]:
    """Where both are the same: beginnings and length, in order; ends with an empty one at both ends."""
    found: list[_Pair] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        old_from, old_to, new_from, new_to = waiting.pop()
        head = _common(old[old_from:old_to], new[new_from:new_to])
        found.append((old_from, new_from, head))
        old_from, new_from = old_from + head, new_from + head
        tail = _common(old[old_from:old_to][::-1], new[new_from:new_to][::-1])
        old_to, new_to = old_to - tail, new_to - tail
        found.append((old_to, new_to, tail))
        if old_from == old_to or new_from == new_to:
            continue
        within_old, within_new = old[old_from:old_to], new[new_from:new_to]
        shortest = _shortest(within_old, within_new, budget)
        if shortest is not None:
            found += [(old_from + at_old, new_from + at_new, 1) for at_old, at_new in shortest]
            continue
        anchors = _unique_in_both(within_old, within_new, budget)
        for at_old, at_new in anchors:
            found.append((old_from + at_old, new_from + at_new, 1))
        edges = [(-1, -1), *anchors, (old_to - old_from, new_to - new_from)]
        if anchors:
            waiting += [
                (old_from + left[0] + 1, old_from + right[0], new_from + left[1] + 1, new_from + right[1])
                for left, right in pairwise(edges)
            ]
    return [*_merged(sorted(pair for pair in found if pair[2])), (len(old), len(new), 0)]


def _merged(pairs: Sequence[_Pair]) -> list[_Pair]:
    found: list[_Pair] = []
    for old, new, length in pairs:
        if found and (before := found[-1]) and (before[0] + before[2], before[1] + before[2]) == (old, new):
            found[-1] = (before[0], before[1], before[2] + length)
        else:
            found.append((old, new, length))
    return found


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many are the same from the beginning."""
    for at, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return at
    return min(len(left), len(right))


def _shortest(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[int, int]] | None:
    """The places that stay on the shortest way from old to new (Myers 1986, O(ND)); None when it is too long."""
    most = min(len(old) + len(new), _MAX_DIFFERENCES)
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    for differences in range(most + 1):
        trace.append(reached.copy())
        budget.left -= 2 * differences + 1
        if budget.left < 0:
            return None
        for diagonal in range(-differences, differences + 1, 2):
            at = reached[diagonal + 1] if _comes_down(reached, diagonal, differences) else reached[diagonal - 1] + 1
            while at < len(old) and 0 <= at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            reached[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return _way_back(trace, len(old), len(new))
    return None


def _comes_down(reached: dict[int, int], diagonal: int, differences: int) -> bool:
    """True when a diagonal is reached furthest by an addition, False by a removal."""
    if diagonal == -differences:
        return True
    return diagonal != differences and reached[diagonal - 1] < reached[diagonal + 1]


def _way_back(trace: Sequence[dict[int, int]], at_old: int, at_new: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for differences in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[differences], at_old - at_new
        came_from = diagonal + 1 if _comes_down(reached, diagonal, differences) else diagonal - 1
        from_old = reached[came_from]
        from_new = from_old - came_from
        while at_old > max(from_old, 0) and at_new > max(from_new, 0):
            at_old, at_new = at_old - 1, at_new - 1
            found.append((at_old, at_new))
        at_old, at_new = from_old, from_new
    found.reverse()
    return found


def _unique_in_both(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[int, int]]:
    """Places of what stands once in each, as far as their order is the same in both (patience sorting)."""
    budget.left -= len(old) + len(new)
    if budget.left < -_MAX_STEPS:
        return []
    in_old, in_new = Counter(old), Counter(new)
    places = {word: at for at, word in enumerate(new) if in_new[word] == 1}
    pairs = [(at, places[word]) for at, word in enumerate(old) if in_old[word] == 1 and word in places]
    tops: list[int] = []
    at_top: list[int] = []
    before: list[int] = []
    for number, (_at, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(at_top[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            at_top.append(number)
        else:
            tops[pile], at_top[pile] = place, number
    found: list[tuple[int, int]] = []
    number = at_top[-1] if at_top else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
