"""XLSX read and written, in a process of its own: the library is heavy, and what it reads may be hostile.

The process talks JSON lines: first the names of the sheets, then each row as [number, cells]. Bounds of the file are
looked at before the library is; bounds of memory and time are those of the process.
"""

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

#: Members, unpacked bytes of all together, and how many times larger than packed (Excel packs 5 to 40 times).
MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 5_000, 1_500_000_000, 300
_RATIO_MATTERS = 50_000_000
MAX_MEMORY, MAX_SECONDS = 1_024 * 1024**2, 20 * 60
MAX_CELL, MAX_COLUMNS = 32_767, 300
#: Of a worksheet: no row has a higher number.
MAX_ROW = 1_048_576


class NoWorkbook(Exception):
    """The file is no XLSX, is protected, or is built to harm; the message is one of "hostile", "broken", "slow"."""


def workbook_rows(path: Path, *, sheet: int = 0) -> Iterator[Any]:
    """The names of the sheets, then [row number, cells as text] of one sheet; NoWorkbook when it cannot be read."""
    check_archive(path)
    child = _child("read", str(path), str(sheet))
    assert child.stdout is not None
    try:
        for line in child.stdout:
            yield json.loads(line)
        if child.wait() != 0:
            raise NoWorkbook("slow" if child.returncode < 0 else "broken")
    finally:
        if child.poll() is None:
            child.kill()
        child.stdout.close()
        child.wait()


def write_workbook(path: Path, rows: Iterable[list[str]]) -> None:
    """Write rows of texts as one sheet, every cell a text that is never computed; the first row stays in sight."""
    child = _child("write", str(path))
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # what went wrong is told by the return code
        for row in rows:
            child.stdin.write(json.dumps(row).encode() + b"\n")
        child.stdin.close()
    if child.wait() != 0:
        raise NoWorkbook("broken")


def check_archive(path: Path) -> None:
    """NoWorkbook for what is no archive, or would fill the machine when unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise NoWorkbook("broken") from error
    unpacked = sum(each.file_size for each in members)
    swollen = [each for each in members if each.file_size > max(_RATIO_MATTERS, each.compress_size * MAX_RATIO)]
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or swollen:
        raise NoWorkbook("hostile")
    if not any(each.filename == "xl/workbook.xml" for each in members):
        raise NoWorkbook("broken")


def _child(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, a path of our own
        [sys.executable, "-m", "madoguchi.core.tables.xlsx", *arguments],
        stdin=subprocess.PIPE if arguments[0] == "write" else subprocess.DEVNULL,
        stdout=subprocess.PIPE if arguments[0] == "read" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - exists on POSIX only

        os.nice(10)  # whoever sends and answers goes first
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def _read(path: str, sheet: int) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only ever needed in this process

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    names = [each.title for each in book.worksheets]
    sys.stdout.write(json.dumps(names) + "\n")
    if not names:
        return
    last = 0
    for number, row in _filled_rows(book, book.worksheets[sheet if sheet < len(names) else 0]):
        if number > MAX_ROW:
            raise NoWorkbook("broken")
        found = {each["column"]: text for each in row if (text := _text(each["value"]))}
        width = max((column for column in found if column <= MAX_COLUMNS), default=0)
        if width and number > last:
            cells = [found.get(column, "") for column in range(1, width + 1)]
            sys.stdout.write(json.dumps([number, cells]) + "\n")
            last = number


def _filled_rows(book: Any, sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The rows that stand in the file, by the library's own parser: `iter_rows` makes up each empty one between them.

    A formula whose value the file does not keep comes as the formula itself, so that whoever reads it can refuse it.
    """
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser  # noqa: PLC0415 - as above

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            formula = element.find(FORMULA_TAG)
            is_kept = element.findtext(VALUE_TAG) or (element.get("t") == "str" and element.find(VALUE_TAG) is not None)
            if formula is not None and not is_kept:
                cell["value"] = f"={formula.text or '…'}"
            return cell

    with book._archive.open(sheet._worksheet_path) as source:  # noqa: SLF001 - as the library itself reads it
        yield from Parser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        ).parse()


def _text(value: object) -> str:
    """A cell as one would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float():
            return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return str(value)[:MAX_CELL]


def _write(path: str) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - as above
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for line in sys.stdin.buffer:
        cells = []
        for text in json.loads(line):
            cell = WriteOnlyCell(sheet, value=_printable(text))
            cell.data_type = "s"  # a text, whatever it begins with
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(char for char in text[:MAX_CELL] if char in "\t\n\r" or char >= " ")


if __name__ == "__main__":
    _limit()
    if sys.argv[1] == "read":
        _read(sys.argv[2], int(sys.argv[3]))
    else:
        _write(sys.argv[2])
