"""Cells: what a spreadsheet would take for a formula, going out and coming in."""

import re

#: Full-width signs too: a spreadsheet set to Japanese takes ＝ for =.
_SIGNS = "=+-@＝＋－＠"
_FORMULA = _SIGNS + "\t\r"
#: What stands in a cell that a spreadsheet could not compute.
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
#: `="0123"` keeps a leading zero in Excel; it is a text.
_TEXT_FORMULA = re.compile(r'="((?:[^"]|""){0,32767})"')


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    text = "" if value is None else str(value)
    seen = next((char for char in text if char.isprintable() and char != " "), "")  # spaces and zero widths hide it
    return f"'{text}" if text and (text[0] in _FORMULA or (seen and seen in _SIGNS)) else text


def plain_cell(text: str) -> str:
    """The value in a cell: without the sign that kept a spreadsheet from computing, and without NUL."""
    text = text.replace("\0", "").strip()
    if found := _TEXT_FORMULA.fullmatch(text):
        return found[1].replace('""', '"').strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def is_formula(text: str) -> bool:
    """Whether a cell says how to compute a value and not the value."""
    return text.startswith("=") and len(text) > 1
