"""CSV as it comes: encodings, separators, quotation marks that never close, and what it costs."""

import io
import time

import pytest

from madoguchi.core.tables.cells import is_formula, plain_cell, safe_cell
from madoguchi.core.tables.csv_tables import MAX_COLUMNS, UnknownEncoding, encoding_of, records


def read(text, encoding="utf-8"):
    return [
        (each.line, each.cells, each.broken) for each in records(io.BytesIO(text.encode(encoding)), encoding=encoding)
    ]


@pytest.mark.parametrize(
    ("saved", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp932", "cp932"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("euc_jp", "euc_jp"),
        ("iso2022_jp_ext", "iso2022_jp_ext"),
    ],
)
def test_the_encoding_is_found(saved, found):
    file = io.BytesIO("氏名,住所\r\n高橋由美子,東京都千代田区\r\n".encode(saved))

    assert encoding_of(file) == found
    assert [each.cells for each in records(file, encoding=found)][1] == ["高橋由美子", "東京都千代田区"]


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnknownEncoding):
        encoding_of(io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x01\x00\xff\xff"))


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_that_of_the_first_line(separator):
    assert read(f"a{separator}b\n1{separator}2\n") == [(1, ["a", "b"], ""), (2, ["1", "2"], "")]


@pytest.mark.parametrize(
    ("line", "cells", "broken"),
    [
        ('5" の皿,x', ['5" の皿', "x"], ""),
        ('"a ""b"" c",2', ['a "b" c', "2"], ""),
        ('"一行目\n二行目",3', ["一行目\n二行目", "3"], ""),
        ('"x"y,z', ["xy", "z"], "quote"),
        ('"open,z', ["open", "z"], "quote"),
    ],
)
def test_a_broken_line_costs_only_itself(line, cells, broken):
    found = read(f"a,b\n{line}\n次,行\n")

    assert found[1][1:] == (cells, broken)
    assert found[-1][1:] == (["次", "行"], "")


def test_lines_are_numbered_as_an_editor_does():
    assert [line for line, _cells, _broken in read('a\n\n"x\ny"\nz\n')] == [1, 3, 5]


def test_a_line_with_too_many_cells_is_broken():
    found = read("a,b\n" + "," * MAX_COLUMNS + "\n")

    assert found[1][2] == "long"


def test_a_table_of_forgotten_marks_takes_no_longer_than_it_must():
    begun = time.monotonic()
    found = read('"open,a\n' * 20_000)

    assert len(found) == 20_000
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("text", ["=1+1", "+81 3", "-1", "@sum", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0"])
def test_nothing_that_leaves_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)).strip() == text.strip() or text.startswith(" ")


@pytest.mark.parametrize("text", ["＝1+1", "＋81", "－1", "＠sum", "\u200b=1", "\ufeff\u200b+1", "\u3000\u200b＝1"])
def test_full_width_signs_and_what_hides_before_them_are_no_formula_either(text):
    assert safe_cell(text) == f"'{text}"


def test_what_begins_with_no_sign_leaves_as_it_is():
    assert [safe_cell(each) for each in ("", " ", "\u200b", "a=1", "１－２", None)] == [
        "",
        " ",
        "\u200b",
        "a=1",
        "１－２",
        "",
    ]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [('="0123"', "0123"), ("'-5", "-5"), ("O'Neil", "O'Neil"), ("'quoted'", "'quoted'"), ("a\0b", "ab")],
)
def test_cells_come_in_as_what_they_mean(cell, plain):
    assert plain_cell(cell) == plain


def test_a_formula_is_none_of_them():
    assert (is_formula("=A1"), is_formula("="), is_formula("0123")) == (True, False, False)
