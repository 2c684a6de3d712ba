"""Templates as a table (CSV): written so that Excel opens it, read so that each wrong line says why."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.events.record import record
from madoguchi.wording.actions.templates import create_template
from madoguchi.wording.choices import TEMPLATES_IMPORTED
from madoguchi.wording.content import Content, checked, content_of
from madoguchi.wording.deed_sheet import deeds_as_text, deeds_of_text
from madoguchi.wording.models import Template

#: Column, and what else it is called in tables of other products.
_COLUMNS = {
    "folder": ("フォルダ", "フォルダー", "分類"),
    "name": ("名前", "テンプレート名", "タイトル"),
    "subject": ("件名",),
    "body": ("本文", "内容"),
    "kind": ("種類",),
    "scope": ("公開範囲",),
    "abbreviation": ("略称",),
    "keywords": ("検索用の語", "キーワード"),
    "language": ("言語",),
    "note": ("使う場面・注意", "備考"),
    "review_on": ("見直し期限",),
    "actions": ("一緒に行う操作", "操作"),
}
#: Tables are read up to here.
MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2_000
#: Empty lines among them are passed over, up to here.
_READ_ROWS = 10_000
_FORMULA = "=+-@\t\r"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it would become, or why it cannot."""

    line: int
    name: str
    content: Content | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read."""

    rows: list[Row] = field(default_factory=list)

    @property
    def good(self) -> list[Content]:
        """What can be kept."""
        return [row.content for row in self.rows if row.content is not None]

    @property
    def bad(self) -> list[Row]:
        """What cannot, and why."""
        return [row for row in self.rows if row.problem]


def write_table(templates: Iterable[Template]) -> str:
    """The table of templates, with a mark at its beginning by which Excel knows that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names[0] for names in _COLUMNS.values())
    for template in templates:
        content = content_of(template)
        cells = {column: getattr(content, column) for column in _COLUMNS} | {"actions": deeds_as_text(content.actions)}
        writer.writerow(map(_cell, cells.values()))
    return f"\ufeff{out.getvalue()}"


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in _FORMULA and text else text


def read_table(content: bytes, *, user: User, scope: str) -> Table:
    """What a table would add, line by line; Invalid when it is no table. UTF-8, and Shift_JIS as older tools write."""
    if len(content) > MAX_BYTES:
        raise Invalid(_("The table is larger than 5 MB. Import it in parts."), field="file")
    lines = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        header = next(lines, [])
        columns = _known(header)
        filled = [(number, cells) for number, cells in enumerate(islice(lines, _READ_ROWS), start=2) if any(cells)]
    except csv.Error as error:
        raise Invalid(_("This is not a table in CSV. Save it as CSV and try again."), field="file") from error
    if len(filled) > MAX_ROWS or next(lines, None) is not None:
        raise Invalid(_("The table has more than 2,000 lines. Import it in parts."), field="file")
    if not filled:
        raise Invalid(_("The table has no lines below its first."), field="file")
    return Table([_row(number, cells, columns, user, scope) for number, cells in filled])


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise Invalid(_("The characters of the table cannot be read. Save it as CSV in UTF-8."), field="file")


def _known(header: list[str]) -> dict[str, int]:
    """Where each column stands; name and text there must be."""
    places = {cell.strip().casefold(): number for number, cell in reversed(list(enumerate(header)))}
    found = {
        column: places[name.casefold()]
        for column, names in _COLUMNS.items()
        for name in (column, *names)
        if name.casefold() in places
    }
    if missing := [_COLUMNS[column][0] for column in ("name", "body") if column not in found]:
        text = _("The first line lacks these columns: %(names)s.") % {"names": ", ".join(missing)}
        raise Invalid(text, field="file")
    return found


def _row(line: int, cells: list[str], columns: dict[str, int], user: User, scope: str) -> Row:
    said: dict[str, Any] = {
        column: cells[place] for column, place in columns.items() if place < len(cells) and cells[place].strip()
    }
    said = {column: text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text for column, text in said.items()}
    name = said.get("name", "").strip()
    try:
        review_on = _day(said.pop("review_on", ""))
        said.pop("scope", None)  # decided for the whole table
        actions = deeds_of_text(said.pop("actions", ""), user)
        content = Content(**{"name": "", "body": ""} | said, review_on=review_on, actions=actions)
        return Row(line, name, checked(replace(content, scope=scope), user=user))
    except DomainError as error:
        return Row(line, name, problem=str(error.user_message))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip().replace("/", "-")) if text.strip() else None
    except ValueError as error:
        raise Invalid(_("Write the day as 2027-01-31."), field="review_on") from error


@transaction.atomic
def keep_table(table: Table, *, user: User) -> int:
    """Add what can be kept; how many. All or none."""
    for content in table.good:
        create_template(content, user=user)
    if table.good:
        record(TEMPLATES_IMPORTED, "templates", by=user.actor, data={"amount": len(table.good)})
    return len(table.good)
