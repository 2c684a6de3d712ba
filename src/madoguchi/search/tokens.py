"""Text to words with positions: Japanese through SudachiPy, everything else by shape (addresses, numbers, codes).

Both the index and the query are cut here, so that they meet. Particles, auxiliaries and a few verbs that every
sentence has are left out and take no position: 「返品の方法」 and 「返品方法」 are the same phrase.
The dictionary (about 130 MB, shared by the threads of a process) is loaded on the first call.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from sudachipy import Config, Dictionary, Morpheme, SplitMode, Tokenizer

from madoguchi.search.folding import compare, standard

#: More of one text is not indexed: a message of this length is a log file or an attack.
MAX_TEXT_CHARS = 100_000
#: Longer runs are base64 and the like; nobody types them.
MAX_WORD_CHARS = 64
#: Sudachi refuses more than 49,149 bytes at once; no character here takes more than four.
_CHUNK_CHARS = 8_000
#: Kana without kanji are also kept as they stand up to this length, for words that the dictionary cuts apart.
_RUN_CHARS = 12

JAPANESE = "ぁ-ゖゝゞァ-ヺーヽヾㇰ-ㇿ㐀-䶿一-鿿々〆〇\U00020000-\U000323af"
_JAPANESE_CHAR = re.compile(f"[{JAPANESE}]")
_KANJI = re.compile("[㐀-䶿一-鿿々\U00020000-\U000323af]")
_KANJI_ONLY = re.compile("[㐀-䶿一-鿿々\U00020000-\U000323af]+")
_KANA_RUN = re.compile(f"[ぁ-ゖァ-ヺー]{{1,{_RUN_CHARS}}}")
_KANA_ONLY = re.compile("[ぁ-ゖァ-ヺー]+")
#: The quantifiers are bounded so that no input takes more than linear time.
_BY_SHAPE = re.compile(
    r"(?P<mail>[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})"
    r"|(?P<phone>(?<![0-9a-z])(?:\+81[-( ]{0,2}0?\)?|\(?0)[0-9]{1,4}[-() ]{1,2}"
    r"[0-9]{1,4}[-() ]{1,2}[0-9]{3,4}(?![0-9]))"
    r"|(?P<code>[0-9a-z]{1,40}(?:-[0-9a-z]{1,40}){1,8})"
    rf"|(?P<word>[^\W_{JAPANESE}]+)"
)
_LETTERS_OR_DIGITS = re.compile(r"[0-9]+|[^0-9]+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")

_THING_POS = ("普通名詞", "一般")
_UNCOUNTED_POS = {"助詞", "助動詞", "補助記号", "空白", "記号"}
_UNCOUNTED_VERBS = {"為る", "居る", "有る", "御座る", "下さる", "致す", "頂く", "呉れる", "貰う", "成る", "仕舞う"}
_UNCOUNTED_WORDS = _UNCOUNTED_VERBS | {"御", "事", "こと", "物", "為", "様", "此れ", "其れ", "此の", "其の", "又", "等"}


class Word(NamedTuple):
    """One counted word. All strings are in comparison form; `start` and `end` count characters of the standard text."""

    start: int
    end: int
    forms: tuple[str, ...]  #: what it may be called: as written, and as the dictionary normalises it
    readings: tuple[str, ...] = ()  #: kana of what is written in kanji
    tail: str = ""  #: the kanji that says what kind of thing a kanji noun is: 傘 of 雨傘
    whole: tuple[str, ...] = ()  #: the compound or joined number that begins here
    whole_end: int = 0  #: where that compound ends
    runs: tuple[str, ...] = ()  #: kana from here on, as they stand: the dictionary may have cut them wrongly
    is_address: bool = False  #: a piece of a mail address


class _Analysis(NamedTuple):
    """What the dictionary says of one word, offsets from its beginning; the same wherever it stands."""

    parts: tuple[Word, ...]
    is_hiragana: bool


class _Sudachi:
    """The process-wide dictionary with one tokenizer per thread, and the memory of what it said."""

    #: Common words repeat without end; forgetting everything now and then bounds the memory.
    MAX_KNOWN = 20_000

    def __init__(self) -> None:
        # Without the plug-in that drops readings in brackets: 髙橋(たかはし) must be found by its kana.
        text_plugins = [
            {"class": "com.worksap.nlp.sudachi.DefaultInputTextPlugin"},
            {
                "class": "com.worksap.nlp.sudachi.ProlongedSoundMarkPlugin",
                "prolongedSoundMarks": ["ー"],
                "replacementSymbol": "ー",
            },
        ]
        self.dictionary = Dictionary(config=Config(system="core", inputTextPlugin=text_plugins))
        self.local = threading.local()
        self.known: dict[tuple[str, int], _Analysis] = {}
        self.uncounted = {
            number for number in range(65_536) if (pos := self._pos(number)) is not None and pos[0] in _UNCOUNTED_POS
        }

    def _pos(self, number: int) -> tuple[str, ...] | None:
        pos: tuple[str, ...] | None = self.dictionary.pos_of(number)
        return pos

    def morphemes(self, text: str) -> Iterator[Morpheme]:
        tokenizer: Tokenizer | None = getattr(self.local, "tokenizer", None)
        if tokenizer is None:
            tokenizer = self.local.tokenizer = self.dictionary.tokenizer(mode=SplitMode.C)
        return iter(tokenizer.tokenize(text))

    def analysis(self, morpheme: Morpheme, surface: str, pos_id: int) -> _Analysis:
        key = (surface, pos_id)
        known = self.known.get(key)
        if known is None:
            if len(self.known) >= self.MAX_KNOWN:
                self.known = {}
            known = self.known[key] = _analyse(morpheme)
        return known


_creation = threading.Lock()


@cache
def _create_sudachi() -> _Sudachi:
    return _Sudachi()


def _sudachi() -> _Sudachi:
    with _creation:  # two threads at once would load the dictionary twice
        return _create_sudachi()


def words(text: str) -> list[Word]:
    """The counted words of one text in order; what is beyond `MAX_TEXT_CHARS` is not read."""
    return words_of_standard(standard(text[:MAX_TEXT_CHARS]))


def words_of_standard(text: str) -> list[Word]:
    """As `words`, for text that went through `folding.standard` already."""
    found: list[Word] = []
    for begin, chunk in pieces_of(text):
        found += _shaped_words(chunk, begin)
        if _JAPANESE_CHAR.search(chunk):
            found += _japanese_words(chunk, begin)
    found.sort(key=_place)
    return found


_place = itemgetter(0, 1)


def cut(piece: str) -> Iterator[Morpheme]:
    """What the dictionary makes of a piece of at most 8,000 characters (`pieces_of`)."""
    return _sudachi().morphemes(piece)


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """Pieces that Sudachi takes, cut at a line or sentence end where there is one."""
    begin = 0
    while begin < len(text):
        end = min(begin + _CHUNK_CHARS, len(text))
        if end < len(text):
            cut = max(text.rfind(mark, begin + _CHUNK_CHARS // 2, end) for mark in "\n。 ")
            end = cut + 1 if cut > 0 else end
        yield begin, text[begin:end]
        begin = end


def _japanese_words(text: str, offset: int) -> Iterator[Word]:
    sudachi = _sudachi()
    uncounted = sudachi.uncounted
    after_word = False
    for morpheme in sudachi.morphemes(text):
        pos_id = morpheme.part_of_speech_id()
        surface = morpheme.surface()
        if pos_id in uncounted or not _JAPANESE_CHAR.search(surface):
            after_word = False
            continue
        parts, is_hiragana = sudachi.analysis(morpheme, surface, pos_id)
        begin = morpheme.begin()
        run = _run_at(text, begin) if is_hiragana and not after_word else ()
        begin += offset
        for start, end, forms, readings, tail, whole, whole_end, runs, _is_address in parts:
            yield Word(begin + start, begin + end, forms, readings, tail, whole, begin + whole_end, run or runs)
            run = ()
        after_word = True


def _run_at(text: str, begin: int) -> tuple[str, ...]:
    found = _KANA_RUN.match(text, begin)
    return (compare(found.group()),) if found and found.end() - begin >= 3 else ()


def _analyse(morpheme: Morpheme) -> _Analysis:
    if morpheme.normalized_form() in _UNCOUNTED_WORDS:
        return _Analysis((), is_hiragana=False)
    surface = morpheme.surface()
    is_hiragana = "ぁ" <= surface[0] <= "ゖ" and _KANA_ONLY.fullmatch(surface) is not None
    begin = morpheme.begin()
    pieces = [piece for piece in morpheme.split(SplitMode.A) if piece.normalized_form() not in _UNCOUNTED_WORDS]
    parts = [_part(piece, begin) for piece in pieces if _JAPANESE_CHAR.search(piece.surface())]
    alone = _part(morpheme, begin)
    if len(parts) < 2:
        more = tuple(form for part in parts for form in part.forms if form not in alone.forms)
        return _Analysis((alone._replace(forms=alone.forms + more),), is_hiragana)
    # The reading of the whole also finds its beginning, and single kanji are read differently inside a compound.
    later = [part if part.end - part.start > 1 else part._replace(readings=()) for part in parts[1:]]
    first = parts[0]._replace(readings=alone.readings or parts[0].readings, whole=alone.forms, whole_end=alone.end)
    return _Analysis((first, *later), is_hiragana)


def _part(morpheme: Morpheme, begin: int) -> Word:
    surface = morpheme.surface()
    # Names of things only (雨傘, 土鍋): nobody looks for 更 and means 変更.
    is_thing = (
        len(surface) in {2, 3} and _KANJI_ONLY.fullmatch(surface) and morpheme.part_of_speech()[1:3] == _THING_POS
    )
    return Word(
        start=morpheme.begin() - begin,
        end=morpheme.end() - begin,
        forms=_forms(morpheme),
        readings=_readings(morpheme),
        tail=compare(surface[-1]) if is_thing else "",
        runs=_katakana_endings(surface) if morpheme.is_oov() else (),
    )


def _katakana_endings(surface: str) -> tuple[str, ...]:
    """All endings of a katakana word that the dictionary does not know, so that its second half is found too."""
    if not _KANA_ONLY.fullmatch(surface):
        return ()
    folded = compare(surface)[: _RUN_CHARS * 2]
    starts = (at for at in range(len(folded) - 2) if surface[at] not in "ァィゥェォッャュョヮーン")
    return tuple(folded[at : at + _RUN_CHARS] for at in starts)


def _forms(morpheme: Morpheme) -> tuple[str, ...]:
    """Surface and normalised form; of verbs and adjectives only the latter, their surface is an ending's accident."""
    normal = compare(standard(morpheme.normalized_form()))[:MAX_WORD_CHARS]
    if morpheme.part_of_speech()[0] in {"動詞", "形容詞"}:
        return (normal,)
    surface = compare(morpheme.surface())[:MAX_WORD_CHARS]
    return (surface,) if surface == normal else (surface, normal)


def _readings(morpheme: Morpheme) -> tuple[str, ...]:
    surface = morpheme.surface()
    pos = morpheme.part_of_speech()
    if pos[0] != "名詞" or pos[1] == "数詞" or morpheme.is_oov() or not _KANJI.search(surface):
        return ()
    reading = compare(standard(morpheme.reading_form()))
    return (reading,) if 2 <= len(reading) <= MAX_WORD_CHARS else ()


def _shaped_words(text: str, offset: int) -> Iterator[Word]:
    for found in _BY_SHAPE.finditer(text):
        if len(found.group()) <= MAX_WORD_CHARS * 2:
            yield from _pieces(found, offset)


def _pieces(found: re.Match[str], offset: int) -> Iterator[Word]:
    """The letters and the digits of a code one by one, and joined, so that hyphens do not matter."""
    text = found.group()
    pieces = [
        (start + piece.start(), piece.group())
        for start, part in _alphanumeric_parts(text, is_word=found.lastgroup == "word")
        for piece in _LETTERS_OR_DIGITS.finditer(part)
    ]
    joined = () if len(pieces) == 1 else _joined(text, found.lastgroup or "")
    begin = offset + found.start()
    for index, (start, piece) in enumerate(pieces):
        yield Word(
            start=begin + start,
            end=begin + start + len(piece),
            forms=(compare(piece[:MAX_WORD_CHARS]),),
            whole=joined if index == 0 else (),
            whole_end=offset + found.end(),
            is_address=found.lastgroup == "mail",
        )


def _alphanumeric_parts(text: str, *, is_word: bool) -> Iterator[tuple[int, str]]:
    if is_word:
        yield 0, text
        return
    for part in re.finditer(r"[0-9a-z]+", text):
        yield part.start(), part.group()


def _joined(text: str, shape: str) -> tuple[str, ...]:
    if shape == "mail":
        return (text[:MAX_WORD_CHARS],)
    joined = _NOT_ALPHANUMERIC.sub("", text)
    if shape == "phone" and text.startswith("+81"):
        return ("0" + joined[2:].removeprefix("0"),)
    return (joined[:MAX_WORD_CHARS],)


def surfaces(japanese: str) -> list[str]:
    """A run of Japanese letters cut into whole words as they stand; put together they are the run.

    お and ご stay with their word, what ends a word (様, 中, 分) with it; kana of verbs stand alone.
    """
    found: list[str] = []
    rest = japanese
    while rest:
        chunk, rest = rest[:_CHUNK_CHARS], rest[_CHUNK_CHARS:]
        words = _whole_words(chunk)
        if rest and len(words) > 1:  # its last word may go on
            rest = words.pop() + rest
        found += words
    return found


def _whole_words(chunk: str) -> list[str]:
    found: list[str] = []
    is_open = False
    for morpheme in _sudachi().morphemes(chunk):
        kind = morpheme.part_of_speech()[0]
        if found and (is_open or kind == "接尾辞"):
            found[-1] += morpheme.surface()
        else:
            found.append(morpheme.surface())
        is_open = kind == "接頭辞"
    return found if "".join(found) == chunk else [chunk]


def reading_of(text: str) -> str:
    """How the dictionary reads a name, in comparison form; empty for a name without kanji."""
    regular = standard(text[:MAX_WORD_CHARS])
    if not _KANJI.search(regular):
        return ""
    japanese = (each for each in _sudachi().morphemes(regular) if _JAPANESE_CHAR.search(each.surface()))
    return compare(standard("".join(each.reading_form() for each in japanese)))


def is_one_whole(counted: Sequence[Word]) -> bool:
    """True when the words together are one compound or joined number."""
    return bool(counted) and bool(counted[0].whole) and counted[0].whole_end == counted[-1].end


def is_kana(standard_text: str) -> bool:
    """True when nothing but kana is written."""
    return _KANA_ONLY.fullmatch(standard_text) is not None


def is_kanji(standard_text: str) -> bool:
    """True when nothing but kanji is written."""
    return _KANJI_ONLY.fullmatch(standard_text) is not None


def japanese_runs(standard_text: str) -> list[str]:
    """The unbroken pieces of Japanese letters, in comparison form."""
    return [compare(run) for run in re.findall(f"[{JAPANESE}]+", standard_text)]
