"""A table kept as JSON lines, so that work on it can go on from any byte after the machine stopped."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from madoguchi.core.errors import Invalid
from madoguchi.core.tables.cells import plain_cell
from madoguchi.core.tables.csv_tables import Record, UnknownEncoding, encoding_of, records
from madoguchi.core.tables.xlsx import NoWorkbook, workbook_rows
from madoguchi.core.telling import telling as _

MAX_ROWS = 1_000_000
_SAMPLE = 20
_CHUNK = 1024 * 1024


@dataclass
class Kept:
    """A table that was read: its first line, a sample, and where its lines stand."""

    file: IO[bytes]
    encoding: str = ""
    sheets: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)
    total: int = 0


def keep_lines(source: BinaryIO, *, is_workbook: bool, encoding: str = "", sheet: int = 0) -> Kept:
    """Read a table into a temporary file of JSON lines; Invalid says why it is none."""
    kept = Kept(tempfile.TemporaryFile())  # noqa: SIM115 - whoever asked for it closes it
    try:
        _keep_table(kept, source, is_workbook=is_workbook, encoding=encoding, sheet=sheet)
    except BaseException:
        kept.file.close()
        raise
    return kept


def _keep_table(kept: Kept, source: BinaryIO, *, is_workbook: bool, encoding: str, sheet: int) -> None:
    try:
        if is_workbook:
            _keep_workbook(kept, source, sheet)
        else:
            kept.encoding = encoding or encoding_of(source)
            _keep(kept, records(source, encoding=kept.encoding))
    except UnknownEncoding as error:
        text = _("The characters of the table cannot be read. Save it as CSV in UTF-8.")
        raise Invalid(text, field="file") from error
    except NoWorkbook as error:
        raise Invalid(_WHY[str(error)], field="file") from error
    if not kept.total:
        raise Invalid(_("The table has no lines below its first."), field="file")


_WHY = {
    "broken": _("This is no Excel workbook that can be read. Save it again as .xlsx without a password, or as CSV."),
    "hostile": _("This workbook would be far too large once unpacked. Save it as CSV and import that."),
    "slow": _("Reading this workbook takes too much time or memory. Save it as CSV and import that."),
}


def _keep_workbook(kept: Kept, source: BinaryIO, sheet: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        with path.open("wb") as copy:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
        found = workbook_rows(path, sheet=sheet)
        kept.sheets = [str(name) for name in next(found, [])]
        _keep(kept, (Record(number, cells) for number, cells in found))


def _keep(kept: Kept, found: Iterator[Record]) -> None:
    first = next(found, None)
    if first is None:
        return
    kept.header = [plain_cell(cell)[:200] for cell in first.cells]
    for record in found:
        cells = [plain_cell(cell) for cell in record.cells]
        if not any(cells):
            continue
        kept.total += 1
        if kept.total > MAX_ROWS:
            raise Invalid(_("The table has more than 1,000,000 lines. Import it in parts."), field="file")
        if len(kept.sample) < _SAMPLE and not record.broken:
            kept.sample.append([cell[:200] for cell in cells])
        kept.file.write(json.dumps([record.line, cells, record.broken], ensure_ascii=False).encode() + b"\n")


def lines_from(file: BinaryIO, position: int, most: int) -> tuple[list[Record], int]:
    """So many lines from this byte on, and the byte behind them."""
    file.seek(position)
    found: list[Record] = []
    while len(found) < most and (line := file.readline()):
        number, cells, broken = json.loads(line)
        found.append(Record(number, cells, broken))
        position += len(line)
    return found, position
