"""Asking for a table of customers, and fetching it; both are in the audit log."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.telling import Told, kept
from madoguchi.customers.choices import (
    CUSTOMER_EXPORT_ASKED,
    CUSTOMER_EXPORT_FETCHED,
    CUSTOMERS_EXPORTED,
    TIMELINE_EXPORTED,
    ExportFormat,
    ExportState,
)
from madoguchi.customers.exporting import columns_for
from madoguchi.customers.models import Customer, CustomerExport
from madoguchi.events.record import record
from madoguchi.files.actions import store_file
from madoguchi.files.models import Blob

#: Then the table is old, and nobody fetches it any more.
KEPT = timedelta(hours=24)


class NotReady(DomainError):
    """The table is still being written, or is not kept any more."""

    code = "not_ready"


@transaction.atomic
def ask_export(wanted: Mapping[str, Any], *, columns: Sequence[str], file_format: str, user: User) -> CustomerExport:
    """Have a table written of the customers of a list; `wanted` is what narrows the list, as its address has it."""
    _check_may(user)
    known = [each.key for each in columns_for(user)]
    chosen = [key for key in known if key in set(columns)]
    if not chosen:
        raise Invalid(_("Choose at least one column."), field="columns")
    if file_format not in ExportFormat.values:
        raise Invalid(_("There is no such format."), field="format")
    row = CustomerExport.objects.create(user=user, format=file_format, columns=chosen, wanted=dict(wanted))
    data = {"format": str(file_format), "columns": chosen, "wanted": sorted(wanted)}
    record(CUSTOMER_EXPORT_ASKED, row.event_subject, by=user.actor, data=data)
    return row


@transaction.atomic
def finish_export(row: CustomerExport, file: BinaryIO, *, lost: int) -> None:
    """Keep the table that was written."""
    blob = store_file(file)
    done = CustomerExport.objects.filter(pk=row.pk, state=ExportState.RUNNING).update(
        state=ExportState.DONE,
        blob=blob,
        total=row.total,
        done=row.done,
        lost=lost,
        is_masked=row.user.masks_contacts,
        finished_at=timezone.now(),
    )
    if done:
        data = {"amount": row.done, "format": row.format}
        record(CUSTOMERS_EXPORTED, row.event_subject, by=row.user.actor, data=data)


def fail_export(row: CustomerExport, why: Told) -> None:
    """Say why there is no table."""
    rows = CustomerExport.objects.filter(pk=row.pk, state=ExportState.RUNNING)
    rows.update(state=ExportState.FAILED, failure=kept(why), finished_at=timezone.now())


@transaction.atomic
def fetch_export(row: CustomerExport, *, user: User) -> Blob:
    """Let the person who asked for a table have it; recorded each time."""
    _check_may(user)
    if row.created_at < timezone.now() - KEPT:
        raise NotReady(_("This table is older than a day. Have it written anew."))
    if row.user_id != user.pk or row.blob is None:
        raise NotReady(_("The table is not ready yet."))
    if user.masks_contacts and not row.is_masked:
        raise NotReady(_("This table was written before contact details were masked for you. Have it written anew."))
    record(CUSTOMER_EXPORT_FETCHED, row.event_subject, by=user.actor, data={"amount": row.done})
    return row.blob


def note_timeline_export(customer: Customer, *, file_format: str, narrowed: Sequence[str], user: User) -> None:
    """Let a person take out the timeline of a customer as a table; records `timeline_exported` before it is written.

    NotAllowed without the right to take customers out, or for a role that may not download.
    """
    _check_may(user)
    if file_format not in ExportFormat.values:
        raise Invalid(_("There is no such format."), field="format")
    data = {"format": file_format, "narrowed": sorted(narrowed)}
    record(TIMELINE_EXPORTED, f"customer:{customer.pk}", by=user.actor, data=data)


def _check_may(user: User) -> None:
    require(user.actor, Permission.EXPORT_CUSTOMERS)
    if user.keeps_files:
        raise NotAllowed(_("Your role may look at files and lists here, but not download them."))
