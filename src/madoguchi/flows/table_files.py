"""Writing a table as a workbook or as CSV, in the encodings that other programs read, safe from formulas."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from madoguchi.core.tables.cells import safe_cell
from madoguchi.core.tables.xlsx import write_workbook
from madoguchi.customers.choices import ExportFormat
from madoguchi.customers.exporting import MISSING


def write_table(path: Path, rows: Iterable[list[str]], file_format: str) -> int:
    """Write the file; returns how many characters its encoding does not have. `NoWorkbook` when that fails."""
    if file_format == ExportFormat.XLSX:
        write_workbook(path, rows)
        return 0
    lost = 0
    with path.open("wb") as file:
        if file_format == ExportFormat.CSV_BOM:
            file.write(b"\xef\xbb\xbf")
        for cells in rows:
            line = io.StringIO()
            csv.writer(line, lineterminator="\r\n").writerow(map(safe_cell, cells))
            content, missing = _encoded(line.getvalue(), file_format)
            file.write(content)
            lost += missing
    return lost


def _encoded(text: str, file_format: str) -> tuple[bytes, int]:
    if file_format != ExportFormat.CSV_CP932:
        return text.encode(), 0
    try:
        return text.encode("cp932"), 0
    except UnicodeEncodeError:
        signs = [char if _is_cp932(char) else MISSING for char in text]
        return "".join(signs).encode("cp932"), sum(a != b for a, b in zip(signs, text, strict=True))


def _is_cp932(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
