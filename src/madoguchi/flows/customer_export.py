"""Writing a table of customers: in batches by number, into a temporary file, kept when it is whole."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone, translation

from madoguchi.accounts.limits import limited
from madoguchi.accounts.models import User
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.core.errors import DomainError
from madoguchi.core.tables.xlsx import NoWorkbook
from madoguchi.core.telling import Told, telling
from madoguchi.customers.actions.exporting import fail_export, finish_export
from madoguchi.customers.choices import ExportState
from madoguchi.customers.exporting import columns_for, table_rows
from madoguchi.customers.models import CustomerExport
from madoguchi.events.record import announce
from madoguchi.flows.table_files import write_table

_BATCH = 500


def write_export(export_id: int) -> None:
    """Write the table that somebody asked for; after a kill it is begun anew, since it takes a minute at most."""
    row = CustomerExport.objects.filter(pk=export_id, state=ExportState.RUNNING).first()
    if row is None:
        return
    # With what their role is limited in: the table holds what they see, no more.
    row.user = limited(User.objects.all()).get(pk=row.user_id)
    try:
        with translation.override(row.user.language or None), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            lost = write_table(path, _rows(row), row.format)
            with path.open("rb") as file:
                finish_export(row, file, lost=lost)
    except DomainError as error:
        words = error.user_message
        fail_export(row, words if isinstance(words, Told) else telling(str(words)))
    except NoWorkbook:
        fail_export(row, telling("The workbook could not be written. Choose CSV."))
    announce("customer_export_went_on", row.event_subject, actor_id=row.user_id)


def _rows(row: CustomerExport) -> Iterator[list[str]]:
    """The first line, then everybody of the list by number: a batch at a time, so that memory stays small."""
    columns = [each for each in columns_for(row.user) if each.key in set(row.columns)]
    yield [str(each.word) for each in columns]
    rows = listed_customers(row.user, CustomerList.of(row.wanted)).prefetch_related("addresses").order_by("pk")
    row.total = rows.count()
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        yield from table_rows(batch, columns, row.user)
        last = batch[-1].pk
        row.done += len(batch)
        _tell(row)


def _tell(row: CustomerExport) -> None:
    rows = CustomerExport.objects.filter(pk=row.pk)
    rows.update(done=row.done, total=row.total, touched_at=timezone.now())
