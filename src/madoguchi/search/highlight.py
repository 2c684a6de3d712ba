"""The part of a text that shows why it was found, in its own spelling, with the hits marked. Text, never HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.search.folding import Folded, compare, fold, fold_with_origins, standard
from madoguchi.search.query import Query, Term
from madoguchi.search.synonyms import synonyms
from madoguchi.search.tokens import Word, is_kana, is_kanji, is_one_whole, words_of_standard

#: Of longer texts only the beginning is looked at.
MAX_CHARS = 50_000
#: So much of a text is read closely, about 40 ms at the worst: a snippet is shown in lists, many at a time.
_CLOSE_CHARS = 2_000
#: Shown before the first hit, so that it is read in its sentence.
_LEAD_CHARS = 24
#: What numbers and addresses are made of, and how long they get.
_LINKED = frozenset("0123456789０１２３４５６７８９ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@＠._%+-－‐()")
_LONGEST_WORD = 64
_LINKED_AFTER = re.compile(r"[0-9０-９A-Za-z@＠._%+()－‐-]{1,64}")
_LINKED_BEFORE = re.compile(r"[0-9０-９A-Za-z@＠._%+()－‐-]{1,64}\Z")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What counts as a hit, in comparison form."""

    spelled: frozenset[str]  #: found anywhere in the text
    words: frozenset[str]  #: found where the dictionary sees this word
    readings: frozenset[str]  #: found where kanji read like this


def highlight(text: str, query: Query, *, width: int = 120) -> list[tuple[str, bool]]:
    """A snippet of about `width` characters around the first hit, as pieces of (text, is a hit).

    The pieces joined are a part of the text with its blanks run together, with … where something is left out;
    without a hit it is the beginning of the text. An empty text gives no pieces.
    """
    wanted = _wanted(query)
    whole = _BLANKS.sub(" ", text[:MAX_CHARS]).strip()
    skipped = _likely_start(whole, wanted)
    shown = whole[skipped : skipped + _CLOSE_CHARS]
    spans = _spans(shown, wanted)
    start, end = _whole(shown, *_window(len(shown), spans, width))
    before = [("…", False)] if skipped + start > 0 else []
    after = [("…", False)] if skipped + end < len(whole) or len(text) > MAX_CHARS else []
    return _joined([*before, *_pieces(shown, spans, start, end), *after])


def mark(text: str, query: Query) -> list[tuple[int, int]]:
    """Where hits of the query stand in a text, in ascending order, without overlaps."""
    return _spans(text, _wanted(query))


def _spans(text: str, wanted: _Wanted) -> list[tuple[int, int]]:
    folded = fold_with_origins(text)
    found = [*_spelled(folded, wanted.spelled), *_meant(folded, wanted)]
    return _merged([folded.original_span(start, end) for start, end in found if start < end])


def _likely_start(text: str, wanted: _Wanted) -> int:
    """Where to begin reading closely: a little before the first place that has the letters of a hit."""
    step = _CLOSE_CHARS // 2
    for at in range(0, max(len(text) - step, 0), step):
        folded = fold(text[at : at + _CLOSE_CHARS])
        if any(spelling in folded for spelling in (*wanted.spelled, *wanted.words)):
            return at
    return 0


def _wanted(query: Query) -> _Wanted:
    spelled: set[str] = set()
    meant: set[str] = set()
    readings: set[str] = set()
    for term in (*(term for terms in query.wanted for term in terms), *query.title):
        regular = standard(term.text)
        counted = words_of_standard(regular)
        spelled.add(compare(regular))
        meant.update(form for word in counted for form in (*word.forms, *word.whole) if len(form) > 1)
        if is_kana(regular):
            readings.add(compare(regular))
        spelled.update(_other_spellings(term, regular, counted))
    return _Wanted(frozenset(spelled - {""}), frozenset(meant), frozenset(readings))


def _other_spellings(term: Term, regular: str, counted: list[Word]) -> Iterator[str]:
    if is_kanji(regular) and (len(counted) == 1 or is_one_whole(counted)):
        yield from (reading for reading in counted[0].readings if len(reading) > 2)
    if not term.is_phrase:
        forms = {compare(regular), *(form for word in counted for form in word.forms)}
        yield from (compare(standard(other)) for form in forms for other in synonyms(form))


def _spelled(folded: Folded, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    for spelling in wanted:
        pattern = _loose_ascii(spelling) if spelling.isascii() else r"\s?".join(map(re.escape, spelling))
        yield from ((found.start(), found.end()) for found in re.finditer(pattern, folded.text))


def _loose_ascii(spelling: str) -> str:
    """Letters and digits with or without the hyphens between them, from the beginning of a word."""
    characters = [re.escape(char) for char in spelling if char.isalnum()]
    if not characters:
        return re.escape(spelling)
    return r"(?<![0-9a-z])" + r"[- ()./@_+]?".join(characters)


def _meant(folded: Folded, wanted: _Wanted) -> Iterator[tuple[int, int]]:
    for word in words_of_standard(folded.standard):
        if not wanted.words.isdisjoint(word.forms):
            yield word.start, word.end
        if not wanted.words.isdisjoint(word.whole) or not wanted.readings.isdisjoint(word.readings):
            yield word.start, max(word.end, word.whole_end if word.whole else 0)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(length: int, spans: list[tuple[int, int]], width: int) -> tuple[int, int]:
    first = spans[0][0] if spans else 0
    start = max(0, min(first - _LEAD_CHARS, length - width)) if first > _LEAD_CHARS and length > width else 0
    return start, min(length, start + width)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The same window with the number or address at its edge whole: a piece of one is known by nobody as what it is."""
    left = text[max(0, start - _LONGEST_WORD) : start]
    before = _LINKED_BEFORE.search(left) if text[start : start + 1] in _LINKED else None
    after = _LINKED_AFTER.match(text, end) if text[end - 1 : end] in _LINKED else None
    return start - len(before[0]) if before else start, after.end() if after else end


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    at = start
    for begin, finish in spans:
        if finish <= at or begin >= end:
            continue
        yield text[at : max(begin, at)], False
        yield text[max(begin, at) : min(finish, end)], True
        at = min(finish, end)
    yield text[at:end], False


def _joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    joined: list[tuple[str, bool]] = []
    for text, is_hit in pieces:
        if not text:
            continue
        if joined and joined[-1][1] == is_hit:
            joined[-1] = (joined[-1][0] + text, is_hit)
        else:
            joined.append((text, is_hit))
    return joined
