"""Segments of customers and tables of them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.accounts.models import User
from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.core.telling import told
from madoguchi.customers.choices import ExportFormat, ExportState
from madoguchi.customers.criteria import HOWS_OF, Criterion
from madoguchi.customers.models import CustomerExport, Segment
from madoguchi.customers.segments import Conditions, read_segment_conditions

type Row = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(min_length=2, max_length=3, examples=[["inquiries", "more", "3"]]),
]
type Rows = Annotated[list[Row], Field(max_length=20)]


class SegmentOut(Out):
    """Conditions on customers under a name."""

    id: int
    """Its id: `segment` of GET /customers."""
    name: str
    """What it is called."""
    is_shared: bool
    """True for everybody's, false for the caller's own."""
    all_of: list[list[str]]
    """Conditions that must all hold, each as [what, how, value]."""
    any_of: list[list[str]]
    """Conditions of which one at least must hold."""
    version: int
    """Goes up with each change; send it along with yours."""


class SegmentIn(In):
    """A segment to keep."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["常連のお客様"])]
    """What it is called."""
    all_of: Rows = []
    """Conditions that must all hold: what of GET /segments/criteria or `field-12`, how, value."""
    any_of: Rows = []
    """Conditions of which one at least must hold."""
    is_shared: bool = False
    """True for everybody; needs the right to share."""

    def conditions(self) -> Conditions:
        """As the use-cases take them."""
        return Conditions(read_segment_conditions(self.all_of), read_segment_conditions(self.any_of))


class SegmentChangesIn(SegmentIn):
    """A segment as it is to be from now on."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The `version` that was read: when somebody has changed it since, nothing is saved (409)."""


class SegmentCountOut(Out):
    """How many customers."""

    customers: int
    """Of now, among those the caller may see."""


class CriterionOut(Out):
    """Something customers can be told apart by."""

    key: str
    """The first part of a condition."""
    name: str
    """What it is called."""
    kind: str
    """`text`, `number`, `day` (ISO 8601), `choice` (a key of `choices`) or `yes` (1 or 0)."""
    hows: list[str]
    """The second part: how it can be compared."""
    choices: dict[str, str]
    """Values of a `choice`, with their names."""


class ExportIn(In):
    """Which customers, and what of them."""

    format: ExportFormat = ExportFormat.CSV
    """`csv_bom` opens in Excel by itself, `csv_cp932` is for old systems, `xlsx` a workbook of texts."""
    columns: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=200)]
    """Keys of GET /customer-exports/columns."""
    q: Annotated[str, Field(max_length=200)] = ""
    """As of GET /customers."""
    tag: Annotated[str, Field(max_length=50)] = ""
    """Only those who have this tag."""
    company: Id | None = None
    """Only those who belong to this company."""
    is_vip: bool = False
    """Only 重要顧客."""
    needs_care: bool = False
    """Only 要注意対応."""
    segment: Id | None = None
    """Only those of this segment."""


class ExportOut(Out):
    """A table of customers that the caller asked for."""

    id: int
    """Its id."""
    state: ExportState
    """Ask again while it is `running`; then fetch /customer-exports/{id}/file within a day."""
    format: ExportFormat
    """How it is written."""
    columns: list[str]
    """What it holds."""
    total: int
    """Customers to be written."""
    done: int
    """Customers written."""
    lost: int
    """Characters that the encoding does not have; 〓 stands in their place."""
    failure: str
    """Why there is none, in words."""
    created_at: datetime
    """When it was asked for."""


class ExportColumnOut(Out):
    """A column a table may have."""

    key: str
    """To be given in `columns`."""
    name: str
    """What stands in the first line."""


def show_segment(row: Segment) -> SegmentOut:
    """A segment."""
    names = ("name", "all_of", "any_of", "version")
    return SegmentOut(id=row.pk, is_shared=row.owner_id is None, **{name: getattr(row, name) for name in names})


def show_criterion(criterion: Criterion, user: User) -> CriterionOut:
    """A criterion with its choices."""
    hows: list[Any] = list(HOWS_OF[criterion.kind])
    return CriterionOut(
        key=criterion.key, name=str(criterion.word), kind=criterion.kind, hows=hows, choices=criterion.words(user)
    )


def show_export(row: CustomerExport) -> ExportOut:
    """A table."""
    names = ("state", "format", "columns", "total", "done", "lost", "created_at")
    return ExportOut(id=row.pk, failure=told(row.failure), **{name: getattr(row, name) for name in names})
