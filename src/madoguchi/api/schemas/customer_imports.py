"""Imports of customers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import In, Out
from madoguchi.core.telling import told
from madoguchi.customers.actions.importing import Choices
from madoguchi.customers.choices import Existing, ImportState, MatchBy
from madoguchi.customers.models import CustomerImport, ImportProblem


class CustomerImportOut(Out):
    """One import of customers."""

    id: int
    """Its id."""
    name: str
    """The name of the file."""
    state: ImportState
    """How far it is: ask again while it is `reading`, `checking`, `running` or `undoing`."""
    header: list[str]
    """What the first line calls the columns."""
    sheets: list[str]
    """The sheets of a workbook."""
    encoding: str
    """In which the table was read."""
    mapping: dict[str, str]
    """Where columns go, by number from 0; at first what their names suggest."""
    match_by: MatchBy
    """How a line finds its customer."""
    existing: Existing
    """What becomes of customers who are there already."""
    total: int
    """Lines below the first."""
    done: int
    """Lines looked at in this step."""
    created: int
    """Customers added, or of a trial run: to be added."""
    updated: int
    """Customers changed, or of a trial run: found."""
    unchanged: int
    """Lines that changed nothing."""
    wrong: int
    """Lines that cannot be read."""
    kept: int
    """Of an undone import: lines that stay, since somebody changed them."""
    failure: str
    """Why it stands still, in words."""
    created_at: datetime
    """When it began."""
    finished_at: datetime | None
    """When it was done, or undone."""
    swept_at: datetime | None
    """When the table and its wrong lines were deleted, 30 days after the last work on it; it can still be undone."""


class ImportProblemOut(Out):
    """A line that cannot be read."""

    line: int
    """Its number in the file."""
    column: str
    """The column that is wrong; empty for the line as a whole."""
    message: str
    """What is wrong."""
    cells: list[str]
    """The line."""


class ImportTargetOut(Out):
    """A place where a column may go."""

    key: str
    """To be given in `mapping`."""
    name: str
    """What it is called."""


class ImportReadIn(In):
    """How to read the table."""

    encoding: Annotated[str, Field(max_length=20)] = ""
    """Such as `cp932`; empty for whatever fits."""
    sheet: Annotated[int, Field(ge=0, le=999)] = 0
    """Which sheet of a workbook, from 0."""


class ImportChoicesIn(In):
    """What is chosen before the trial run."""

    mapping: Annotated[
        dict[Annotated[str, Field(pattern="^[0-9]{1,3}$")], Annotated[str, Field(max_length=60)]],
        Field(max_length=300, examples=[{"0": "name", "1": "mail"}]),
    ]
    """Number of the column, from 0, to a key of GET /customer-imports/targets."""
    match_by: MatchBy = MatchBy.MAIL
    """How a line finds its customer; a column with their number comes first."""
    existing: Existing = Existing.FILL
    """What becomes of customers who are there already; empty cells never empty anything."""
    tags: Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=10)] = []
    """Put on everybody in the table."""
    consent_source: Annotated[str, Field(max_length=100)] = ""
    """Where consents were given; needed when a column holds one."""

    def choices(self) -> Choices:
        """As the use-case takes them."""
        return Choices(**self.model_dump(mode="json"))


def show_import(row: CustomerImport) -> CustomerImportOut:
    """One import."""
    names = [name for name in CustomerImportOut.model_fields if name not in ("id", "failure")]
    return CustomerImportOut(id=row.pk, failure=told(row.failure), **{name: getattr(row, name) for name in names})


def show_problem(row: ImportProblem) -> ImportProblemOut:
    """One line that cannot be read."""
    return ImportProblemOut(line=row.line, column=row.column, message=told(row.text), cells=row.cells)
