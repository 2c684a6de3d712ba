"""What stands in the index for a text, and the tsquery that looks for it.

Besides the words themselves the index holds, each with a mark that no folded word can begin with:
`~` kana readings of kanji nouns, `^` unbroken kana as they stand, `#` character pairs of titles and names,
and one word each for the scope and the kind, so that the index itself leaves out what a person may not see or does
not look for. Words carry positions for phrases; the others carry none and stay small. All quoting happens here.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from madoguchi.search.folding import compare, standard
from madoguchi.search.query import Query, Term
from madoguchi.search.synonyms import synonyms
from madoguchi.search.tokens import Word, is_kana, is_kanji, is_one_whole, japanese_runs, words, words_of_standard

READING, RUN, PAIR, SCOPE, KIND = "~", "^", "#", "\x01", "\x02"
TITLE, NAMES, ADDRESS, BODY = "A", "B", "C", ""
#: Where a synonym may stand: パソコン means PC, but not everybody whose address is @pc.example.
_SAID = "AD"

#: PostgreSQL keeps at most 256 positions of a lexeme, none beyond 16,383; for phrases the first few are enough.
_MAX_POSITIONS = 8
_LAST_POSITION = 16_000
#: A tsvector ends at 1 MB; 20,000 different words of usual length are far below.
_MAX_LEXEMES = 20_000
#: Words of two fields never form a phrase.
_FIELD_GAP = 8
#: Fewer digits than this may be part of anything, not only of a phone number.
_MIN_NUMBER_DIGITS = 7
#: A title is a line, not a text.
_MAX_TITLE_CHARS = 1_000
#: Longer ones are cut anew each time, which bounds what is remembered.
_MAX_KNOWN_CHARS = 100

#: The last kana of a verb used as a noun, and of the verb (五段); verbs of the other kind (一段) just lose る.
_NOUN_TO_VERB = dict(zip("いきぎしちにびみり", "うくぐすつぬぶむる", strict=True))
_VERB_TO_NOUN = {verb: noun for noun, verb in _NOUN_TO_VERB.items()}
_ENDINGS_BEFORE_RU = frozenset("えけげせぜてでねべめれ")

Positions = dict[str, list[str]]


def vector_text(*, title: str, names: Sequence[str], body: str, scope_id: int, kind: str) -> str:
    """The tsvector literal of one entry: title with weight A, names with B, body without."""
    found: Positions = {scope_lexeme(scope_id): [], KIND + kind: []}
    at = _add_field(found, title[:_MAX_TITLE_CHARS], TITLE, 1)
    for name in names:
        at = _add_field(found, name[:_MAX_TITLE_CHARS], NAMES, at)
    _add_words(found, words(body), BODY, at)
    return " ".join(_entry(lexeme, positions) for lexeme, positions in found.items())


def names_vector(*, names: Sequence[str], addresses: Sequence[str], readings: Sequence[str]) -> str:
    """The tsvector literal of one person or firm: names with weight B, addresses without, and how names are read."""
    found: Positions = {}
    at = 1
    for name in names:
        at = _add_field(found, name[:_MAX_TITLE_CHARS], NAMES, at)
    for address in addresses:
        at = _add_words(found, words(address[:_MAX_TITLE_CHARS]), BODY, at)
    for reading in readings:
        spoken = compare(standard(reading[:_MAX_TITLE_CHARS])).split()
        for part in (*spoken, "".join(spoken)):
            found.setdefault(READING + part, [])
        for pair in _pairs("".join(spoken)):
            found.setdefault(pair, [])
    return " ".join(_entry(lexeme, positions) for lexeme, positions in found.items())


def spoken_text(*, title: str, names: Sequence[str]) -> str:
    """Behind `vector_text`: how title and names are read, with their weights, so that kana count there as kanji do.

    For few texts only: positions of readings would make the index of a million messages a good deal larger.
    """
    found: Positions = {}
    for text, weight in ((title, TITLE), *((name, NAMES) for name in names)):
        for word in _field(text[:_MAX_KNOWN_CHARS])[0]:
            for spoken in (*(READING + reading for reading in word.readings), *(RUN + run for run in word.runs)):
                found.setdefault(spoken, [f"1{weight}"])
    return " ".join(_entry(lexeme, positions) for lexeme, positions in found.items())


def spoken_tsquery(text: str) -> str:
    """What finds a text by how its title is read (`spoken_text`); empty for what is not written in kana."""
    letters = standard(text).replace(" ", "")
    return f"{quoted(READING + compare(letters))}:*{TITLE}" if is_kana(letters) and len(letters) > 1 else ""


def scope_lexeme(scope_id: int) -> str:
    """The word that stands for a scope in every vector."""
    return f"{SCOPE}{scope_id}"


def _entry(lexeme: str, positions: list[str]) -> str:
    return f"{quoted(lexeme)}:{','.join(positions)}" if positions else quoted(lexeme)


def quoted(lexeme: str) -> str:
    """A lexeme as tsvector and tsquery literals want it (PostgreSQL manual 8.11)."""
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _add_field(found: Positions, text: str, weight: str, at: int) -> int:
    counted, pieces = _field(text) if len(text) <= _MAX_KNOWN_CHARS else _cut_field(text)
    after = _add_words(found, counted, weight, at)
    for piece in pieces:
        found.setdefault(piece, [])
    return after


def _cut_field(text: str) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """The words of a title or name, and the single kanji and pairs by which any two characters of it are found."""
    regular = standard(text)
    runs = japanese_runs(regular.replace(" ", ""))
    pieces = (piece for run in runs for piece in (*(char for char in run if is_kanji(char)), *_pairs(run)))
    return tuple(words_of_standard(regular)), tuple(dict.fromkeys(pieces))


#: The same people write again and again, under the same titles.
_field = lru_cache(maxsize=2_048)(_cut_field)


def _pairs(run: str) -> list[str]:
    return [PAIR + run[at : at + 2] for at in range(len(run) - 1)]


def _add_words(found: Positions, counted: Iterable[Word], weight: str, at: int) -> int:
    """Add the words with positions from `at` on; the position where the next field may begin."""
    for word in counted:
        if len(found) >= _MAX_LEXEMES:
            break
        place = f"{min(at, _LAST_POSITION)}{ADDRESS if word.is_address and weight == BODY else weight}"
        for form in {*word.forms, *word.whole} if word.whole else word.forms:
            positions = found.setdefault(form, [])
            if len(positions) < _MAX_POSITIONS and at < _LAST_POSITION:
                positions.append(place)
        for reading in word.readings:
            found.setdefault(READING + reading, [])
        for run in word.runs:
            found.setdefault(RUN + run, [])
        if word.tail:
            found.setdefault(word.tail, [])
        at += 1
    return at + _FIELD_GAP


def strict_tsquery(query: Query) -> str:
    """The tsquery literal for what was asked; empty when nothing in it can be looked up."""
    parts = [_any(_term(term) for term in terms) for terms in query.wanted]
    parts += [_term(term, weights=TITLE) for term in query.title]
    parts += [f"!{_group(excluded)}" for term in query.excluded if (excluded := _term(term))]
    return _all(parts)


def either_tsquery(terms: Iterable[Term]) -> str:
    """The tsquery literal that any one of these words or phrases meets; empty when none can be looked up."""
    return _any(_term(term) for term in terms)


@lru_cache(maxsize=512)
def name_tsquery(text: str, *, has_addresses: bool) -> str:
    """What finds a name, or an address too, by any part of it in `names_vector`; empty when it cannot be looked up."""
    regular = standard(text).strip()
    counted = words_of_standard(regular)
    weights = "" if has_addresses else NAMES
    ways = [_name_phrase(counted, weights)]
    if is_one_whole(counted):
        ways += [_lexeme(whole, may_continue=True, weights=weights) for whole in counted[0].whole]
    return _any([*ways, *_spellings(regular, counted)])


@lru_cache(maxsize=512)
def whole_name_tsquery(text: str) -> str:
    """The same for a word that is meant for texts: only whole names, readings and phone numbers; addresses for one."""
    regular = standard(text).strip()
    counted = words_of_standard(regular)
    if sum(char.isdigit() for char in regular) < _MIN_NUMBER_DIGITS and not any(map(str.isalpha, regular)):
        return ""
    weights = "" if "@" in regular else NAMES
    ways = [_phrase(counted, with_synonyms=False, weights=weights)]
    if is_one_whole(counted):
        ways += [_lexeme(whole, may_continue=True, weights=weights) for whole in counted[0].whole]
    letters = regular.replace(" ", "")
    if is_kana(letters) and len(letters) > 1:
        ways.append(quoted(READING + compare(letters)))
    return _any(ways)


@lru_cache(maxsize=512)
def named_tsquery(text: str) -> str:
    """What finds a text by the names and addresses that were indexed with it, not by its words."""
    counted = words_of_standard(standard(text).strip())
    ways = [_name_phrase(counted, NAMES)]
    if is_one_whole(counted):
        ways += [_lexeme(whole, may_continue=True, weights=NAMES) for whole in counted[0].whole]
    return _any(ways)


def _name_phrase(counted: Sequence[Word], weights: str) -> str:
    """As `_phrase`, but Latin letters and digits at the end may go on: names are looked for while they are typed."""
    parts = [_any(_lexeme(form, weights=weights) for form in word.forms) for word in counted[:-1]]
    parts += [
        _any(f"{quoted(form)}:*{weights}" if form.isascii() else _lexeme(form, weights=weights) for form in word.forms)
        for word in counted[-1:]
    ]
    return " <-> ".join(map(_group, parts))


def bounded_tsquery(tsquery: str, *, scope_ids: Iterable[int] | None, kinds: Iterable[str] | None) -> str:
    """The same, within some scopes and kinds only; None stands for all."""
    scopes = _any(quoted(scope_lexeme(scope_id)) for scope_id in scope_ids or ())
    return _all([scopes, _any(quoted(KIND + kind) for kind in kinds or ()), tsquery])


def near_terms(query: Query) -> list[str]:
    """The tsqueries of the single words, for the search that takes what comes closest."""
    found: dict[str, None] = {}
    for term in (*(term for terms in query.wanted for term in terms), *query.title):
        text = standard(term.text)
        counted = words_of_standard(text)
        if _is_code(counted):  # its pieces alone say nothing: every order number may begin with the same letters
            counted = [counted[0]._replace(forms=counted[0].whole)]
        for word in counted:
            found[_word(word, with_synonyms=True, may_continue=len(word.forms[0]) > 1)] = None
        if is_kana(text) and len(text) > 1:
            found[_any(_kana(compare(text)))] = None
    return [expression for expression in found if expression]


def _is_code(counted: Sequence[Word]) -> bool:
    return is_one_whole(counted) and counted[0].whole[0].isascii()


def either(tsqueries: Iterable[str]) -> str:
    """The tsquery literal that any of these meets."""
    return " | ".join(f"({tsquery})" for tsquery in tsqueries)


def exclusion_tsquery(query: Query) -> str:
    """What must not stand in a result; empty when nothing is excluded."""
    return _any(_term(term) for term in query.excluded)


def _all(parts: Iterable[str]) -> str:
    return " & ".join(_group(part) for part in parts if part)


def _any(parts: Iterable[str]) -> str:
    return " | ".join(_group(part) for part in dict.fromkeys(parts) if part)


def _group(part: str) -> str:
    return f"({part})" if " " in part and part else part


def _term(term: Term, weights: str = "") -> str:
    return _expression(standard(term.text), is_exact=term.is_phrase, weights=weights)


@lru_cache(maxsize=512)
def _expression(text: str, *, is_exact: bool, weights: str = "") -> str:
    """Everything that one word or phrase of the search box may be called in the index."""
    counted = words_of_standard(text)
    ways = [_phrase(counted, with_synonyms=not is_exact, weights=weights)]
    if is_one_whole(counted):
        ways += [_lexeme(whole, may_continue=not is_exact, weights=weights) for whole in counted[0].whole]
    ways += _spellings(text, counted)
    if not is_exact:
        ways += [_plain(standard(other), weights or _SAID) for other in synonyms(compare(text))]
    return _any(ways)


def _spellings(text: str, counted: Sequence[Word]) -> list[str]:
    """Kana for kanji and kanji for kana, and any two characters of a title or name."""
    letters = text.replace(" ", "")
    ways: list[str] = []
    if is_kana(letters):
        ways += _kana(compare(letters))
    elif counted:
        ways += _kana_of_kanji(counted)
    if is_kanji(letters) and len(letters) == 1:
        ways.append(quoted(compare(letters)))
    runs = japanese_runs(letters)
    if len(runs) == 1 and len(runs[0]) == len(letters) > 1:
        ways.append(_all(quoted(pair) for pair in _pairs(runs[0])))
    return ways


def _plain(text: str, weights: str) -> str:
    return _phrase(words_of_standard(text), with_synonyms=False, weights=weights)


def _phrase(counted: Sequence[Word], *, with_synonyms: bool, weights: str) -> str:
    may_continue = with_synonyms and len(counted) == 1
    return " <-> ".join(
        _group(_word(word, with_synonyms=with_synonyms, may_continue=may_continue, weights=weights)) for word in counted
    )


def _word(word: Word, *, with_synonyms: bool, may_continue: bool, weights: str = "") -> str:
    forms = word.forms
    ways = [_lexeme(form, may_continue=may_continue, weights=weights) for form in forms]
    if with_synonyms:
        others = (words_of_standard(standard(other)) for form in word.forms for other in synonyms(form))
        also = [found[0].forms[0] for found in others if len(found) == 1]
        ways += [_lexeme(form, weights=weights) for form in _as_verb_or_noun(forms)]
        ways += [_lexeme(form, weights=weights or _SAID) for form in (*also, *_as_verb_or_noun(also))]
    return _any(ways)


def _as_verb_or_noun(forms: Iterable[str]) -> list[str]:
    """引っ越す for 引っ越し, 壊れる for 壊れ, and back. What does not exist is in no text and does no harm."""
    found: list[str] = []
    for form in forms:
        stem, ending = form[:-1], form[-1]
        if not is_kanji(form[:1]) or not stem:
            continue
        if ending in _NOUN_TO_VERB:
            found += [stem + _NOUN_TO_VERB[ending], form + "る"]
        elif ending in _ENDINGS_BEFORE_RU:
            found.append(form + "る")
        if ending in _VERB_TO_NOUN:
            found.append(stem + _VERB_TO_NOUN[ending])
        if ending == "る" and is_kana(stem[-1]):
            found.append(stem)
    return found


def _lexeme(lexeme: str, *, may_continue: bool = False, weights: str = "") -> str:
    """Latin words and numbers match from their beginning: there is no other way to find their endings and plurals."""
    continues = may_continue and lexeme[0].isascii() and len(lexeme) >= (4 if lexeme.isdigit() else 3)
    flags = f"{'*' if continues else ''}{weights}"
    return f"{quoted(lexeme)}:{flags}" if flags else quoted(lexeme)


def _kana(letters: str) -> list[str]:
    """Kana find themselves, kanji by their reading, and longer text that goes on in kana."""
    ways = [quoted(letters)] if len(letters) > 1 else []
    if len(letters) > 1:
        ways.append(quoted(READING + letters) + (":*" if len(letters) >= 4 else ""))
    if len(letters) >= 3:
        ways.append(f"{quoted(RUN + letters[:12])}:*")
    return ways


def _kana_of_kanji(counted: Sequence[Word]) -> list[str]:
    """Kanji find themselves written in kana; only words of four kana and more may go on, or 効果 would find 交換."""
    if len(counted) > 1 and not is_one_whole(counted):
        return []
    reading = counted[0].readings[0] if counted[0].readings else ""
    if len(reading) < 2:
        return []
    return [quoted(reading), f"{quoted(RUN + reading[:12])}:*" if len(reading) >= 4 else quoted(RUN + reading)]
