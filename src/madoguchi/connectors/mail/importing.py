"""Mail from files: .eml, mbox, and folders of them, taken in by the same way as every other mail.

One mail at a time is in memory, however large the file is. To repeat an import is safe: what is known is not doubled.
"""

import logging
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from madoguchi.channels.actions import store_raw
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inbox_of_addresses
from madoguchi.connectors.mail.imap import FETCH_MAX_BYTES
from madoguchi.core.errors import Invalid

logger = logging.getLogger(__name__)

#: The source of mail that is history and not work.
ARCHIVE = "archive"


@dataclass(slots=True)
class Counts:
    """What an import did; the mails are read by the intake afterwards, which tells doubles apart."""

    mails: int = 0
    files: int = 0
    refused: int = 0  #: larger than what is taken in at all, or without any byte
    unreadable: int = 0  #: files and folders that could not be opened
    others: int = 0  #: links, pipes and devices: a link may lead round in a circle, a pipe may never end

    def __str__(self) -> str:
        """One line for the terminal."""
        text = f"Mails: {self.mails}, from files: {self.files}"
        text += f", {self.refused} empty or over {FETCH_MAX_BYTES // 1024**2} MB left out" if self.refused else ""
        text += f", {self.unreadable} files unreadable" if self.unreadable else ""
        return text + (f", {self.others} links, pipes or devices left out" if self.others else "")


def import_path(
    path: Path,
    *,
    inbox: Inbox | str | None = None,
    as_new: bool = False,
    on_progress: Callable[[Counts], None] = lambda _counts: None,
) -> Counts:
    """Store every mail of a file or folder for the intake, each in its own commit.

    They come under their own dates and as done, unless they are to be answered `as_new`.
    `inbox` is a 窓口 or its address; without it each mail goes where it is addressed. `on_progress` is called after
    each mail.
    """
    desk = _desk(inbox)
    counts = Counts()
    for file in _files(path, counts):
        counts.files += 1
        try:
            for content in _mails(file):
                _take(content, desk, counts, source="import" if as_new else ARCHIVE)
                on_progress(counts)
        except OSError:
            logger.warning("import_unreadable", extra={"file": str(file)}, exc_info=True)
            counts.unreadable += 1
    return counts


def _desk(inbox: Inbox | str | None) -> Inbox | None:
    if not isinstance(inbox, str) or not inbox:
        return inbox if isinstance(inbox, Inbox) else None
    found = inbox_of_addresses([inbox])
    if found is None:
        raise Invalid(_("No desk has the address %(address)s.") % {"address": inbox}, field="inbox")
    return found


def _take(content: bytes | None, inbox: Inbox | None, counts: Counts, *, source: str) -> None:
    if content:
        store_raw(content, source=source, inbox=inbox)
        counts.mails += 1
    else:
        counts.refused += 1


def _files(path: Path, counts: Counts) -> Iterator[Path]:
    """The files of a folder in a steady order, those whose names begin with a dot left out.

    The path itself may be a link: somebody named it.
    """

    def note(error: OSError) -> None:
        logger.warning("import_unreadable", extra={"file": str(error.filename)}, exc_info=error)
        counts.unreadable += 1

    if not path.is_dir():
        yield from _regular([path], counts, follows=True)
        return
    for folder, folders, names in path.walk(on_error=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = [folder / name for name in sorted(names) if not name.startswith(".")]
        yield from _regular(shown, counts, follows=False)


def _regular(paths: Iterable[Path], counts: Counts, *, follows: bool) -> Iterator[Path]:
    for path in paths:
        try:
            is_other = not stat.S_ISREG(path.stat(follow_symlinks=follows).st_mode)
        except OSError:  # opening it says the same, and is counted
            is_other = False
        counts.others += is_other
        if not is_other:
            yield path


def _mails(file: Path) -> Iterator[bytes | None]:
    """The mails of one file; None for one that is too large."""
    with file.open("rb") as opened:
        if opened.read(5) == b"From ":
            opened.seek(0)
            yield from _mbox(opened)
            return
        opened.seek(0)
        content = opened.read(FETCH_MAX_BYTES + 1)
        yield content if len(content) <= FETCH_MAX_BYTES else None


def _mbox(opened: BinaryIO) -> Iterator[bytes | None]:
    """The mails of an mbox: each after a line "From …" that follows an empty line; ">From " loses one ">" (mboxrd)."""
    lines: list[bytes] = []
    size = 0
    is_after_blank = True
    has_begun = False
    while line := opened.readline(1 << 20):  # a longer line comes in pieces, which changes nothing
        if is_after_blank and line.startswith(b"From "):
            if has_begun:
                yield _joined(lines, size)
            lines, size, has_begun, is_after_blank = [], 0, True, False
            continue
        is_after_blank = line in {b"\n", b"\r\n"}
        size += len(line)
        if size <= FETCH_MAX_BYTES:
            lines.append(line[1:] if line.lstrip(b">").startswith(b"From ") and line.startswith(b">") else line)
    yield _joined(lines, size)


def _joined(lines: list[bytes], size: int) -> bytes | None:
    if size > FETCH_MAX_BYTES:
        return None
    content = b"".join(lines)
    # The empty line before the next "From " belongs to the mbox, not to the mail.
    return content.removesuffix(b"\r\n") if content.endswith(b"\n\r\n") else content.removesuffix(b"\n")
