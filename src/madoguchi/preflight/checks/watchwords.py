"""Check 6: 警告ワード, the words a shop does not want to say. What is quoted does not count."""

import re
from collections.abc import Iterator
from functools import lru_cache

from madoguchi.core.seen_text import seen, seen_with_origins
from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding, Place
from madoguchi.preflight.outgoing import Outgoing, Wording
from madoguchi.preflight.rulebook import Rulebook, WatchedWord
from madoguchi.preflight.surroundings import Surroundings
from madoguchi.search.folding import fold, fold_with_origins

#: The same lists are looked for in every letter.
_folded = lru_cache(maxsize=4_096)(lambda word: fold(seen(word)).strip())
_KANJI = re.compile(r"[㐀-鿿々]{2,}")
#: A word this long is not met by chance where one sentence ends and another one begins.
_TELLING = 4


def look_for_words(letter: Outgoing, _around: Surroundings, rules: Rulebook) -> Iterator[Finding]:
    """Every watched word in what the writer wrote, in any width and kana, also broken by line ends and blanks."""
    if not rules.words:
        return
    for each in letter.written:
        plain = _squeezed(fold(seen(each.text)))
        hits = [(word, wanted) for word in rules.words if (wanted := _folded(word.word)) and _squeezed(wanted) in plain]
        if hits:
            yield from _found_in(each, hits)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _found_in(wording: Wording, hits: list[tuple[WatchedWord, str]]) -> Iterator[Finding]:
    read = seen_with_origins(wording.text)
    folded = fold_with_origins(read.text)
    for word, wanted in hits:
        for match in _pattern(wanted).finditer(folded.text):
            span = read.span(*folded.original_span(match.start(), match.end()))
            if not (_is_within_word(folded.text, match) or wording.is_told(*span)):
                yield _finding(word, *wording.at(*span))


@lru_cache(maxsize=4_096)
def _pattern(wanted: str) -> re.Pattern[str]:
    """Finds a folded word; a Japanese one that is no short row of kana also with blanks between its letters."""
    words = wanted.split()
    if wanted.isascii() or not (len(wanted) >= _TELLING or _KANJI.fullmatch(wanted)):
        return re.compile(r"\s{1,3}".join(map(re.escape, words)))
    return re.compile(r"\s{0,3}".join(re.escape(letter) for word in words for letter in word))


def _finding(word: WatchedWord, place: Place, words: str) -> Finding:
    message = _("“%(word)s” is on the list of watched words.")
    if word.advice:
        message = _("“%(word)s” is on the list of watched words: %(advice)s")
    return Finding(message % {"word": word.word, "advice": word.advice}, place, words, most=word.level)


def _is_within_word(text: str, match: re.Match[str]) -> bool:
    """Latin letters and digits that go on are another word: NG is not in PING."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    first, last = match[0][0], match[0][-1]
    return _goes_on(before, first) or _goes_on(last, after)


def _goes_on(one: str, other: str) -> bool:
    return one.isascii() and other.isascii() and one.isalnum() and other.isalnum()
