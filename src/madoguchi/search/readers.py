"""Readers of single file formats, run in a process of their own by `extract.py` and nowhere else.

They write text as they find it, so that a file that breaks at page 40 still gives 39 pages. They may raise anything.
"""

import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TextIO
from xml.parsers import expat

from madoguchi.core.html import html_to_text
from madoguchi.search.decoding import decode_text

#: More text of one file is not indexed.
MAX_TEXT_CHARS = 200_000
MAX_PAGES = 300
#: Of a zipped file: members, unpacked bytes of all together, and how many times larger than packed.
MAX_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 100_000_000
MAX_RATIO = 200
_RATIO_MATTERS_BYTES = 2_000_000
_READ_BYTES = 65_536
#: Of the reading process: address space, and processor time should the clock of its parent fail.
MAX_MEMORY_BYTES = 768 * 1024 * 1024
MAX_CPU_SECONDS = 30

Reader = Callable[[bytes], Iterator[str]]


class Hostile(Exception):
    """The file is built to harm, or as if it were."""


def run_reader(reader: Reader, content: bytes, output: TextIO) -> None:
    """Write the text of a file piece by piece, within the limits of this process."""
    _limit_this_process()
    written = 0
    for piece in reader(content):
        output.write(piece[: MAX_TEXT_CHARS - written])
        output.flush()
        written += len(piece)
        if written >= MAX_TEXT_CHARS:
            return


def _limit_this_process() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 — exists on POSIX only

        os.nice(10)  # whoever sends and answers goes first
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # pipes are not files: writing the text still works


def read_pdf(content: bytes) -> Iterator[str]:
    """The text of the pages in order."""
    from pypdf import PdfReader  # noqa: PLC0415 — 5 MB, which the parents of this process have no use for

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Hostile("encrypted with a password")
    for page in reader.pages[:MAX_PAGES]:
        yield page.extract_text() + "\n"


def read_word(content: bytes) -> Iterator[str]:
    """Body, headers, footers, notes and comments of a Word document."""
    yield from _members(content, r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml", {"t"}, {"p"})


def read_excel(content: bytes) -> Iterator[str]:
    """Sheet names, texts, numbers and comments of an Excel workbook; not the furigana that Excel keeps beside texts."""
    yield from _sheet_names(content)
    yield from _members(content, r"xl/sharedStrings\.xml", {"t"}, {"si"}, skipped={"rPh"})
    yield from _members(content, r"xl/worksheets/[^/]+\.xml", {"t", "v"}, {"row"}, gaps={"c"})
    yield from _members(content, r"xl/(comments|threadedComments)/?[^/]*\.xml", {"t", "text"}, {"comment", "text"})


def read_powerpoint(content: bytes) -> Iterator[str]:
    """Slides, then the speaker's notes."""
    yield from _members(content, r"ppt/slides/[^/]+\.xml", {"t"}, {"p"})
    yield from _members(content, r"ppt/notesSlides/[^/]+\.xml", {"t"}, {"p"})


def read_opendocument(content: bytes) -> Iterator[str]:
    """Paragraphs, headings and cells of a LibreOffice file."""
    yield from _members(content, r"content\.xml", {"p", "h", "span", "a"}, {"p", "h"})


def read_text(content: bytes) -> Iterator[str]:
    """A text file as it is."""
    yield decode_text(content)


def read_html(content: bytes) -> Iterator[str]:
    """What a page says to its readers."""
    yield html_to_text(decode_text(content))


READERS: dict[str, Reader] = {
    "text": read_text,
    "html": read_html,
    "pdf": read_pdf,
    "word": read_word,
    "excel": read_excel,
    "powerpoint": read_powerpoint,
    "opendocument": read_opendocument,
}


def _members(
    content: bytes,
    pattern: str,
    texts: set[str],
    lines: set[str],
    *,
    gaps: frozenset[str] | set[str] = frozenset(),
    skipped: frozenset[str] | set[str] = frozenset(),
) -> Iterator[str]:
    """The text inside the elements `texts` of all fitting members; a line ends with `lines`, a cell with `gaps`."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in _checked(archive):
            if re.fullmatch(pattern, member.filename):
                page = _Page(texts, lines, gaps, skipped)
                for data in _unpacked(archive, member):
                    yield page.feed(data)
                yield "\n"


def _sheet_names(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in _checked(archive):
            if member.filename == "xl/workbook.xml":
                page = _Page(set(), set(), set(), set(), attribute=("sheet", "name"))
                for data in _unpacked(archive, member):
                    yield page.feed(data)


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise Hostile("unpacks to too much")
    return members


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member in pieces; its own header may lie about its size, so what really comes is counted."""
    size = 0
    with archive.open(member) as stream:
        while data := stream.read(_READ_BYTES):
            size += len(data)
            too_dense = size > _RATIO_MATTERS_BYTES and size > member.compress_size * MAX_RATIO
            if size > MAX_UNPACKED_BYTES or too_dense:
                raise Hostile("unpacks to too much")
            yield data


class _Page:
    """A running XML parser that keeps the text of some elements. Document types, and so entities, are refused."""

    def __init__(
        self,
        texts: set[str],
        lines: set[str],
        gaps: frozenset[str] | set[str],
        skipped: frozenset[str] | set[str],
        *,
        attribute: tuple[str, str] = ("", ""),
    ) -> None:
        self.texts, self.lines, self.gaps, self.skipped = texts, lines, gaps, skipped
        self.element, self.name = attribute
        self.inside = self.hidden = 0
        self.is_reference = False
        self.out: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, data: bytes) -> str:
        self.parser.Parse(data, False)
        text, self.out = "".join(self.out), []
        return text

    def _doctype(self, *_declared: object) -> None:
        raise Hostile("declares a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.hidden += name in self.skipped
        # The value of a cell of type "s" is a number in the list of texts that was read before.
        self.inside += name in self.texts and not (name == "v" and self.is_reference)
        if name == "c":
            self.is_reference = attributes.get("t") == "s"
        if name == "tab":
            self.out.append("\t")
        if name == self.element:
            self.out.append(attributes.get(self.name, "") + "\n")

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        self.hidden -= name in self.skipped
        self.inside -= name in self.texts and not (name == "v" and self.is_reference)
        if name in self.lines or name == "br":
            self.out.append("\n")
        if name in self.gaps:
            self.out.append(" ")

    def _text(self, text: str) -> None:
        if self.inside and not self.hidden:
            self.out.append(text)
