"""Check 6: 警告ワード, the words a shop does not want to say. What is quoted does not count."""

import re
from collections.abc import Iterator
from functools import lru_cache

from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook, WatchedWord
from madoguchi.preflight.surroundings import Surroundings
from madoguchi.search.folding import Folded, fold, fold_with_origins

#: The same lists are looked for in every letter.
_folded = lru_cache(maxsize=4_096)(lambda word: fold(word).strip())


def look_for_words(letter: Outgoing, _around: Surroundings, rules: Rulebook) -> Iterator[Finding]:
    """Every watched word in the subject and in what the writer wrote, in any width and kana."""
    if not rules.words:
        return
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.own)):
        plain = fold(text)
        hits = [(word, wanted) for word in rules.words if (wanted := _folded(word.word)) and wanted in plain]
        folded = fold_with_origins(text) if hits else None
        for word, wanted in hits:
            if folded is not None:
                yield from _found(part, text, folded, word, wanted)


def _found(part: Part, text: str, folded: Folded, word: WatchedWord, wanted: str) -> Iterator[Finding]:
    for match in re.finditer(re.escape(wanted), folded.text):
        if _is_within_word(folded.text, match):
            continue
        place, words = at(part, text, *folded.original_span(match.start(), match.end()))
        message = _("“%(word)s” is on the list of watched words.")
        if word.advice:
            message = _("“%(word)s” is on the list of watched words: %(advice)s")
        yield Finding(message % {"word": word.word, "advice": word.advice}, place, words, most=word.level)


def _is_within_word(text: str, match: re.Match[str]) -> bool:
    """Latin letters and digits that go on are another word: NG is not in PING."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    first, last = match[0][0], match[0][-1]
    return _goes_on(before, first) or _goes_on(last, after)


def _goes_on(one: str, other: str) -> bool:
    return one.isascii() and other.isascii() and one.isalnum() and other.isalnum()
