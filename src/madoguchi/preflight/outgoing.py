"""A letter before it leaves, as a value; its own words apart from what it quotes and how it is signed."""

from dataclasses import dataclass, field
from functools import cached_property

from madoguchi.preflight.finding import Place
from madoguchi.preflight.mentions import Mention, mentions_in
from madoguchi.preflight.parts import Part
from madoguchi.search.morphemes import Morpheme, morphemes

#: Of a letter longer than this the rest is looked through for what patterns find, and not cut into words: that takes
#: seconds. `look_for_others` says so.
MAX_WORDS_CHARS = 20_000
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address and who is said to be behind it."""

    email: str  #: folded
    name: str = ""
    part: Part = Part.TO

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class File:
    """One file that goes along."""

    name: str
    size_bytes: int = 0
    is_locked: bool = False  #: an archive that asks for a password
    key: str = ""  #: by which it is ticked


type Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that leave, in one part of a letter."""

    part: Part
    text: str
    is_marked: bool = True  #: offsets in it are offsets of the part
    told: str = ""  #: where the same may stand: what is found there is not told of this one again

    def at(self, start: int, end: int) -> tuple[Place, str]:
        """A place and the words that stand there."""
        return Place(self.part, start, end) if self.is_marked else Place(self.part), self.text[start:end]

    def is_told(self, start: int, end: int) -> bool:
        """True for words that are found elsewhere as well."""
        return self.text[start:end] in self.told


@dataclass(frozen=True)
class Outgoing:
    """What is about to leave. Offsets count characters of `text`."""

    text: str
    subject: str = ""
    recipients: tuple[Recipient, ...] = ()
    files: tuple[File, ...] = ()
    quoted: tuple[Stretch, ...] = ()  #: what somebody else wrote
    signed: tuple[Stretch, ...] = ()  #: how it is signed
    is_reply: bool = True
    is_forward: bool = False
    language: str = "ja"  #: in which the customer is answered
    ticked: frozenset[str] = field(default=frozenset())
    shown: str = ""  #: what its HTML says
    beside: str = ""  #: the same with what stands side by side run together

    @cached_property
    def own(self) -> str:
        """The text with blanks where somebody else is quoted, so that offsets stay."""
        return blanked(self.text, self.quoted)

    @cached_property
    def said(self) -> str:
        """The writer's own words: without quotations and without the signature; offsets stay."""
        return blanked(self.own, self.signed)

    @property
    def written(self) -> tuple[Wording, ...]:
        """Everything its writer says: subject, own words in text and HTML, and how the recipients are called."""
        return (Wording(Part.SUBJECT, self.subject), Wording(Part.TEXT, self.own), *self._beside)

    @property
    def leaving(self) -> tuple[Wording, ...]:
        """Everything that leaves, quotations too."""
        return (Wording(Part.SUBJECT, self.subject), Wording(Part.TEXT, self.text), *self._beside)

    @property
    def _beside(self) -> tuple[Wording, ...]:
        names = (Wording(each.part, each.name, is_marked=False) for each in self.recipients if each.name)
        readings = ((self.shown, self.text), (self.beside, f"{self.text}\n{self.shown}"))
        shown = (Wording(Part.TEXT, text, is_marked=False, told=told) for text, told in readings if text)
        return (*shown, *names)

    @cached_property
    def is_japanese(self) -> bool:
        """True where there is kana in what is said, or kanji and nothing else for a reader of Japanese."""
        if any("ぁ" <= char <= "ヺ" for char in self.said):
            return True
        return self.language.startswith("ja") and any("一" <= char <= "鿿" for char in self.said)

    @cached_property
    def morphemes(self) -> list[Morpheme]:
        """What is said, cut into words by the dictionary; of a very long letter its beginning."""
        return morphemes(self.said[:MAX_WORDS_CHARS]) if self.is_japanese else []

    @cached_property
    def is_cut(self) -> bool:
        """True where the writer's own words go on beyond what is cut into words."""
        return bool(self.said[MAX_WORDS_CHARS:].strip())

    @cached_property
    def mentions(self) -> list[Mention]:
        """Names, phone numbers, addresses and codes in the writer's own words, the subject and the file names."""
        found = mentions_in(self.said, Part.TEXT, self.morphemes)
        found += mentions_in(self.subject, Part.SUBJECT, morphemes(self.subject[:1000]))
        for file in self.files[:_MOST_FILES]:
            found += mentions_in(file.name, Part.FILES, morphemes(_spaced(file.name)))
        return found


def _spaced(name: str) -> str:
    """A file name with blanks for what people put between words there; offsets stay."""
    return "".join(" " if char in "_-.()（）【】[]" else char for char in name)


def blanked(text: str, stretches: tuple[Stretch, ...]) -> str:
    """The text with blanks in these places; line ends stay, so that lines are still lines."""
    pieces: list[str] = []
    at = 0
    for start, end in stretches:
        pieces += [text[at:start], "".join(char if char == "\n" else " " for char in text[start:end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
