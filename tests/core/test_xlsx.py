"""Workbooks written, read back with the library itself, and refused when they are hostile or broken."""

import resource
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from madoguchi.core.tables.xlsx import NoWorkbook, workbook_rows, write_workbook


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.xlsx"


def test_what_was_written_is_read_by_the_library_as_text(path):
    write_workbook(path, [["氏名", "電話"], ["𠮷田 邉", "0312345678"], ["=1+1", "-5\x07"]])

    sheet = load_workbook(path).active
    assert [[cell.value for cell in row] for row in sheet] == [
        ["氏名", "電話"], ["𠮷田 邉", "0312345678"], ["=1+1", "-5"],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


def test_cells_come_as_one_would_type_them(path):
    book = Workbook()
    book.active.title = "顧客"
    book.active.append(["氏名", "数", "日", "時", "小数", "印"])
    book.active.append([])
    hour = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001 - a cell knows no zone
    book.active.append(["髙橋", 12800, date(2026, 11, 20), hour, 0.5, True, None])
    book.create_sheet("二枚目").append(["x"])
    book.save(path)

    found = list(workbook_rows(path))

    assert found == [
        ["顧客", "二枚目"],
        [1, ["氏名", "数", "日", "時", "小数", "印"]],
        [3, ["髙橋", "12800", "2026-11-20", "2026-11-20 09:30", "0.5", "1"]],
    ]
    assert list(workbook_rows(path, sheet=1))[1:] == [[1, ["x"]]]


def spent():
    """Seconds of a processor that children took which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def with_sheet(path, rows):
    """A workbook whose first sheet holds these rows as they are."""
    write_workbook(path, [["a"]])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def test_a_formula_without_its_value_comes_as_a_formula(path):
    book = Workbook()
    book.active.append(["x", "=1+1"])
    book.save(path)

    assert list(workbook_rows(path))[1:] == [[1, ["x", "=1+1"]]]


def test_a_formula_is_what_it_was_when_it_was_saved(path):
    with_sheet(
        path,
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>A1</f><v>so</v></c><c r="D1"><f t="shared" si="0"/></c></row>',
    )

    assert list(workbook_rows(path))[1:] == [[1, ["2", "", "so", "=…"]]]


def test_rows_far_apart_cost_no_more_than_rows_side_by_side(path):
    text = '<c t="inlineStr"><is><t>far</t></is></c>'
    with_sheet(path, f'<row r="1">{text}</row><row r="1048576">{text}</row><row r="5">{text}</row>')
    begun = spent()

    found = list(workbook_rows(path))[1:]

    assert found == [[1, ["far"]], [1_048_576, ["far"]]]
    assert spent() - begun < 8  # the library's own way takes half a minute


def test_a_row_that_no_sheet_has_is_refused(path):
    with_sheet(path, '<row r="99999999999999"><c t="inlineStr"><is><t>far</t></is></c></row>')

    with pytest.raises(NoWorkbook, match="broken"):
        list(workbook_rows(path))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_what_is_no_workbook_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(NoWorkbook, match="broken"):
        list(workbook_rows(path))


def test_a_zip_without_a_workbook_is_refused(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "x")

    with pytest.raises(NoWorkbook, match="broken"):
        list(workbook_rows(path))


def test_a_bomb_is_refused_before_anybody_unpacks_it(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "x")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)

    with pytest.raises(NoWorkbook, match="hostile"):
        list(workbook_rows(path))


def test_a_sheet_that_breaks_off_is_refused(path):
    write_workbook(path, [["a"], ["b"]])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)

    with pytest.raises(NoWorkbook, match="broken"):
        list(workbook_rows(path))
