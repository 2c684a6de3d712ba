"""CSV as the world writes it: any encoding of Japan, any of three separators, quotation marks that never close.

A line that cannot be read is told as such and costs nothing but itself.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Lines of one cell, and characters of one record: more is a quotation mark that was forgotten.
MAX_CELL_LINES, MAX_RECORD = 200, 200_000
MAX_COLUMNS = 300
#: After so many forgotten marks nobody looks any further for where they might close.
_PATIENCE = 1_000
_CHUNK = 1 << 20
_ENCODINGS = ("utf-8", "cp932", "euc_jp")
SEPARATORS = (",", "\t", ";")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnknownEncoding(Exception):
    """The bytes are no text in any encoding that tables come in."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table: its number in the file, and its cells; `broken` says why they are not to be trusted."""

    line: int
    cells: list[str]
    broken: str = ""  #: "", "quote" or "long"


def encoding_of(file: BinaryIO) -> str:
    """In which encoding the whole of a file can be read; the file is back at its beginning."""
    head = file.read(4096)
    file.seek(0)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if bool(even) != bool(odd):  # the ends of lines alone have a NUL in UTF-16, always on the same side
        name = "utf-16-le" if odd else "utf-16-be"
        if "\n" in head[: len(head) // 2 * 2].decode(name, "replace"):
            return name
    if b"\x1b$" in head:
        return "iso2022_jp_ext"
    for name in _ENCODINGS:
        if _can_read(file, name):
            return name
    raise UnknownEncoding


def _can_read(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def records(file: BinaryIO, *, encoding: str, separator: str = "") -> Iterator[Record]:
    """The lines of a table, empty ones left out; the first one decides the separator where none is given."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None)
    waiting: deque[str] = deque()
    number, forgotten = 0, 0

    def next_line() -> str | None:
        if waiting:
            return waiting.popleft()
        # A line without an end is cut where a record would be too long anyway.
        return text.readline(MAX_RECORD + 1) or None

    while (line := next_line()) is not None:
        number += 1
        first = number
        if not line.strip():
            continue
        separator = separator or _separator(line)
        gathered, is_open = [line], _ends_open(line, separator, is_open=False)
        size = len(line)
        most = MAX_CELL_LINES if forgotten < _PATIENCE else 1
        while is_open and len(gathered) < most and size <= MAX_RECORD and (more := next_line()) is not None:
            gathered.append(more)
            size += len(more)
            is_open = _ends_open(more, separator, is_open=True)
        found = None if is_open else _record(first, "".join(gathered), separator)
        if found is None or (found.broken == "quote" and len(gathered) > 1):
            # Never closed, or closed by somebody else's mark: this line alone is broken, those behind it are read anew.
            waiting.extendleft(reversed(gathered[1:]))
            forgotten += 1
            yield Record(first, _split(line.replace('"', ""), separator), "quote")
            continue
        number += len(gathered) - 1
        yield found
    text.detach()


def _record(line: int, text: str, separator: str) -> Record:
    if len(text) > MAX_RECORD:
        return Record(line, [text[:200]], "long")
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error:
        return Record(line, _split(text.replace('"', ""), separator), "quote")
    if len(cells) > MAX_COLUMNS:
        return Record(line, cells[:MAX_COLUMNS], "long")
    return Record(line, cells)


def _split(text: str, separator: str) -> list[str]:
    return text.rstrip("\n").split(separator)[:MAX_COLUMNS]


def _separator(line: str) -> str:
    counts = {each: line.count(each) for each in SEPARATORS}
    best = max(SEPARATORS, key=counts.__getitem__)
    return best if counts[best] else ","


def _ends_open(line: str, separator: str, *, is_open: bool) -> bool:
    """Whether a quoted cell goes on behind this line; a mark inside an unquoted cell opens nothing."""
    if '"' not in line:
        return is_open
    at, end = 0, len(line)
    while at < end:
        if is_open:
            at = line.find('"', at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] == '"':
                at += 2
                continue
            is_open = False
        elif line[at] == '"':
            is_open, at = True, at + 1
            continue
        behind = line.find(separator, at)
        if behind < 0:
            return False
        at = behind + 1
    return is_open
