"""Tables that were brought in or taken out are forgotten: they are copies of what stands in the records, or old.

What an import did is kept, so that it can still be undone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from madoguchi.customers.actions.exporting import KEPT
from madoguchi.customers.choices import AT_WORK, ChangeKind
from madoguchi.customers.models import CustomerExport, CustomerImport, RecordChange
from madoguchi.files.actions import forget_blob

#: After the last work on an import its table and the lines that could not be read are kept so long.
KEPT_TABLES = timedelta(days=30)
#: Of each kind at once; the rest waits for the next hour.
_BATCH = 50


def sweep_tables(now: datetime) -> int:
    """Delete old tables of imports and exports, with the wrong lines of imports; how many were deleted."""
    blobs = [*_sweep_imports(now), *_sweep_exports(now)]
    return sum(forget_blob(pk) for pk in _unkept(set(blobs)))


@transaction.atomic
def _sweep_imports(now: datetime) -> list[int]:
    old = CustomerImport.objects.select_for_update(skip_locked=True).filter(
        source__isnull=False, touched_at__lt=now - KEPT_TABLES
    )
    blobs: list[int] = []
    for row in old.exclude(state__in=AT_WORK).order_by("pk")[:_BATCH]:
        blobs += [pk for pk in (row.source_id, row.rows_id) if pk is not None]
        row.problems.all().delete()
        row.source, row.rows, row.sample, row.preview, row.swept_at = None, None, [], [], now
        row.save(update_fields=["source", "rows", "sample", "preview", "swept_at"])
    return blobs


@transaction.atomic
def _sweep_exports(now: datetime) -> list[int]:
    old = CustomerExport.objects.select_for_update(skip_locked=True)
    found = dict(
        old.filter(blob__isnull=False, created_at__lt=now - KEPT).order_by("pk").values_list("pk", "blob")[:_BATCH]
    )
    CustomerExport.objects.filter(pk__in=found).update(blob=None)
    return [pk for pk in found.values() if pk is not None]


def _unkept(blobs: Iterable[int]) -> list[int]:
    """Those of which no history of a record knows that they were a file of a customer: it may bring them back."""
    return [
        pk
        for pk in sorted(blobs)
        if not RecordChange.objects.filter(Q(before__blob_id=pk) | Q(after__blob_id=pk), what=ChangeKind.FILE).exists()
    ]
