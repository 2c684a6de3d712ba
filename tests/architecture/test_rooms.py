"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "madoguchi"
ROOMS = sorted(path.parent for path in SOURCE.glob("*/__init__.py"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"|hx-on|javascript:")
FACES = ("desk", "api", "portal")
FORBIDDEN_NAMES = {"services.py", "utils.py", "helpers.py", "signals.py", "managers.py", "common.py"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_says_what_it_is(room):
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))

    assert docstring
    assert len(docstring.splitlines()) <= 16


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(SOURCE))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing():
    assert [path for path in MODULES if path.name in FORBIDDEN_NAMES] == []


def test_faces_reach_rows_only_through_rooms():
    """`visible_to` lives in the rooms' queries; a face that asks a model directly could forget it."""
    reaching = [
        f"{path.relative_to(SOURCE)}:{number}"
        for face in FACES
        for path in (SOURCE / face).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\.objects\b", line)
    ]

    assert reaching == []


def test_templates_hold_no_inline_script_or_style():
    """The Content-Security-Policy would refuse them, and only in the browser."""
    inline = [
        f"{path.relative_to(SOURCE)}: {found[0]}"
        for path in SOURCE.rglob("templates/**/*.html")
        if (found := INLINE.findall(path.read_text(encoding="utf-8")))
    ]

    assert inline == []


def test_own_javascript_stays_small():
    """UI budget (HOUSE 7): 3,000 lines in all, 150 a file; the vendored htmx is not ours."""
    files = [path for path in SOURCE.rglob("static/**/*.js") if "vendor" not in path.parts]
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in files}

    assert {name: n for name, n in lines.items() if n > 150} == {}
    assert sum(lines.values()) <= 3000
