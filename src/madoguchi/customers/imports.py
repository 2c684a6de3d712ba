"""Imports of customers read: which there were, what one found wrong, and its mended-to-be lines as a table."""

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.core.errors import NotFound
from madoguchi.core.tables.cells import safe_cell
from madoguchi.core.telling import told
from madoguchi.customers.models import Customer, CustomerImport, ImportedCustomer, ImportProblem

#: Imports that a record tells of; the history shows a hundred changes.
_MOST_SHOWN = 100


def all_imports() -> QuerySet[CustomerImport]:
    """Every import, the newest first."""
    return CustomerImport.objects.select_related("user").order_by("-pk")


def get_import(pk: int) -> CustomerImport:
    """One import; NotFound otherwise."""
    found = all_imports().filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext_lazy("There is no such import."))
    return found


def problems_of(row: CustomerImport) -> QuerySet[ImportProblem]:
    """The lines that could not be read, in their order."""
    return row.problems.order_by("pk")


def kept_of(row: CustomerImport) -> QuerySet[ImportedCustomer]:
    """What an undone import has left, and why."""
    return row.imported.exclude(kept_why="").select_related("customer").order_by("pk")


def imports_of(customer: Customer) -> list[ImportedCustomer]:
    """What imports did to a record: made it, or changed it; the newest first."""
    return list(customer.imports.order_by("-pk")[:_MOST_SHOWN])


def imports_by_change(customer: Customer) -> dict[int, int]:
    """The import that wrote a change of a record, by the change."""
    return {change: row.of_id for row in imports_of(customer) for change in row.changes}


def problem_table(row: CustomerImport) -> Iterator[str]:
    """The lines that could not be read as CSV: whole, with what is wrong, to be mended and brought in again."""
    yield "\ufeff" + _csv([*row.header, _("Line"), _("Column"), _("What is wrong")])
    for each in problems_of(row).iterator(1000):
        cells = [*each.cells, *[""] * (len(row.header) - len(each.cells))][: len(row.header)]
        yield _csv([*cells, str(each.line), each.column, told(each.text)])


def _csv(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(safe_cell, cells))
    return out.getvalue()
