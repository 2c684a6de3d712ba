"""What the job of an import does: a batch of lines in one transaction, so that a kill costs at most one batch.

The row of the import is held while a batch is written, and says how far the work is; two workers take turns.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from madoguchi.core.errors import DomainError
from madoguchi.core.tables.csv_tables import Record
from madoguchi.core.telling import kept, telling
from madoguchi.customers.actions.import_undo import undo_batch
from madoguchi.customers.actions.import_writing import Writer
from madoguchi.customers.choices import AT_WORK, CUSTOMERS_IMPORTED, ImportState
from madoguchi.customers.fields import customer_fields
from madoguchi.customers.importing.lines import keep_lines, lines_from
from madoguchi.customers.importing.reading import Unreadable, Wanted, kept_words, read_line
from madoguchi.customers.importing.targets import guessed, targets
from madoguchi.customers.models import CustomerImport, ImportProblem
from madoguchi.events.record import announce, record
from madoguchi.files.actions import store_file
from madoguchi.files.queries import open_blob

#: Lines of one transaction.
BATCH = 200
#: Lines that cannot be read and are kept; whoever has more has chosen the wrong columns.
MOST_PROBLEMS = 20_000
_PREVIEWED = 50


def work_on(import_id: int) -> bool:
    """Do the next piece of an import; False when there is nothing more to do."""
    row = CustomerImport.objects.filter(pk=import_id).first()
    if row is None or row.state not in AT_WORK:
        return False
    if row.state == ImportState.READING:
        return _read(row)
    with transaction.atomic():
        held = CustomerImport.objects.select_for_update(of=("self",)).select_related("user", "rows").get(pk=import_id)
        if held.state not in AT_WORK:
            return False
        goes_on = undo_batch(held) if held.state == ImportState.UNDOING else _batch(held)
        held.touched_at = timezone.now()
        held.save()
    announce("customer_import_went_on", held.event_subject)
    return goes_on


def give_up(import_id: int) -> None:
    """Say of an import whose job failed again and again that it stands still; what was written stays."""
    text = telling("The work stopped unexpectedly. Nothing is half-written: go on, or look at the log of the server.")
    rows = CustomerImport.objects.filter(pk=import_id)
    rows.filter(state=ImportState.RUNNING).update(state=ImportState.STOPPED, failure=kept(text))
    rows.filter(state__in=AT_WORK).update(state=ImportState.FAILED, failure=kept(text))


def still_imports(before: datetime) -> list[int]:
    """Imports whose job has not been heard of since this moment."""
    rows = CustomerImport.objects.filter(state__in=AT_WORK, touched_at__lt=before)
    return list(rows.values_list("pk", flat=True))


def _read(row: CustomerImport) -> bool:
    """Make lines of the table, outside any transaction: a large one takes a minute."""
    chosen = row.encoding if row.is_encoding_chosen else ""
    assert row.source is not None, "what is being read is not swept"
    try:
        with open_blob(row.source) as source:
            found = keep_lines(source, is_workbook=row.is_workbook, encoding=chosen, sheet=row.sheet)
    except DomainError as error:
        _fail(row, error)
        return False
    with found.file:
        blob = store_file(found.file)  # type: ignore[arg-type]
    guess = guessed(found.header, targets(customer_fields()))
    CustomerImport.objects.filter(pk=row.pk, state=ImportState.READING, touched_at=row.touched_at).update(
        state=ImportState.MAPPING, rows=blob, encoding=found.encoding, sheets=found.sheets, header=found.header,
        sample=found.sample, total=found.total, mapping=guess, touched_at=timezone.now(),
    )  # fmt: skip
    announce("customer_import_went_on", row.event_subject)
    return False


def _fail(row: CustomerImport, error: DomainError) -> None:
    rows = CustomerImport.objects.filter(pk=row.pk, state=ImportState.READING)
    rows.update(state=ImportState.FAILED, failure=kept(error.user_message))
    announce("customer_import_went_on", row.event_subject)


def _batch(held: CustomerImport) -> bool:
    """The next lines of a trial run or of the import itself."""
    assert held.rows is not None
    with open_blob(held.rows) as file:
        records, held.position = lines_from(file, held.position, BATCH)
    if not records:
        _finish(held)
        return False
    wanted, problems = _told(held, records)
    writer = Writer(held, is_trial=held.state == ImportState.CHECKING)
    problems += writer.take(wanted)
    cells = {each.line: each.cells for each in records}
    ImportProblem.objects.bulk_create(
        ImportProblem(of=held, line=line, column=wrong.column[:200], text=kept_words(wrong), cells=cells[line])
        for line, wrong in problems
    )
    held.wrong += len(problems)
    held.done += len(records)
    if held.wrong > MOST_PROBLEMS:
        held.state = ImportState.FAILED if held.state == ImportState.CHECKING else ImportState.STOPPED
        held.failure = kept(telling("More than 20,000 lines cannot be read. Look at the columns and the encoding."))
        return False
    if held.state == ImportState.CHECKING and len(held.preview) < _PREVIEWED:
        held.preview += [[each.line, each.label[:100], writer.outcomes.get(each.line, "")] for each in wanted][
            : _PREVIEWED - len(held.preview)
        ]
    return True


def _told(held: CustomerImport, records: Sequence[Record]) -> tuple[list[Wanted], list[tuple[int, Unreadable]]]:
    own = {field.pk: field for field in customer_fields()}
    wanted: list[Wanted] = []
    problems: list[tuple[int, Unreadable]] = []
    for each in records:
        try:
            wanted.append(read_line(each, held.header, held.mapping, own))
        except Unreadable as wrong:
            problems.append((each.line, wrong))
    return wanted, problems


def _finish(held: CustomerImport) -> None:
    if held.state == ImportState.CHECKING:
        held.state = ImportState.CHECKED
        return
    held.state, held.finished_at = ImportState.DONE, timezone.now()
    names = ("created", "updated", "unchanged", "wrong")
    data = {"name": held.name} | {name: getattr(held, name) for name in names}
    record(CUSTOMERS_IMPORTED, held.event_subject, by=held.user.actor, data=data)
