"""Taking a whole import back, a batch at a time: customers it made go, changes it made are undone, the newest first.

Whatever somebody has touched since stays, and its row says why: a customer who has written meanwhile, a field that was
changed again. The addresses are held first and then the customers (ADR 18), so that mail that arrives at this moment
either is there already, and its customer stays, or finds nobody and makes a new one.
"""

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from madoguchi.core.errors import DomainError
from madoguchi.core.telling import Told, kept, telling
from madoguchi.customers.actions.changing import undo_change
from madoguchi.customers.actions.identifying import lock_identities
from madoguchi.customers.choices import CUSTOMER_IMPORT_UNDONE, ChangeKind, ImportState, NameKind
from madoguchi.customers.models import (
    Consent,
    Customer,
    CustomerImport,
    CustomerTag,
    CustomerValue,
    Identity,
    ImportedCustomer,
    ImportedName,
    MatchKey,
    Organisation,
    PostalAddress,
    RecordChange,
    Suggestion,
)
from madoguchi.customers.naming import CUSTOMER
from madoguchi.events.record import record
from madoguchi.search.names import forget_names

BATCH = 500
#: What an import wrote itself, or what is made of the record by the machine: no reason to keep a customer.
_OWN = (Identity, PostalAddress, CustomerValue, Consent, MatchKey, Suggestion, ImportedCustomer)


def undo_batch(held: CustomerImport) -> bool:
    """Take the next rows back, from `position` down; False when all have been looked at. The import is held."""
    left = held.imported.filter(pk__lt=held.position) if held.position else held.imported.all()
    rows = list(left.order_by("-pk")[:BATCH])
    if not rows:
        _finish(held)
        return False
    held.position = rows[-1].pk  # of a row that is deleted it is not known any more
    _forget([row for row in rows if row.is_new])
    for row in rows:
        if not row.is_new:
            _take_back(held, row)
    held.done += len(rows)
    held.kept += sum(bool(row.kept_why) for row in rows)
    return True


def _forget(rows: list[ImportedCustomer]) -> None:
    """Delete the customers that an import made and nobody has touched since."""
    ids = [row.customer_id for row in rows]
    lock_identities(Identity.objects.filter(customer__in=ids).values_list("kind", "key"))
    list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    versions = dict(Customer.objects.filter(pk__in=ids, merged_into=None).values_list("pk", "version"))
    used = _used(ids)
    going = []
    for row in rows:
        if row.number != row.customer_id or versions.get(row.customer_id) != row.version:
            _keep(row, telling("The record was changed or merged since."))
        elif row.customer_id in used:
            _keep(row, telling("There are inquiries or other entries of this customer since."))
        else:
            going.append(row.customer_id)
    forget_names(CUSTOMER, going)
    Customer.objects.filter(pk__in=going).delete()


def _used(ids: list[int]) -> set[int]:
    """Those of these customers to whom rows of other tables point."""
    found: set[int] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 - the documented name
            points = isinstance(field, models.ForeignKey) and field.related_model is Customer
            if points and model not in _OWN and not model._meta.auto_created:  # noqa: SLF001
                rows = model._default_manager.filter(**{f"{field.name}__in": ids})  # noqa: SLF001
                found |= set(rows.values_list(field.name, flat=True))
    return found


def _take_back(held: CustomerImport, row: ImportedCustomer) -> None:
    """Undo the changes of one line, the last one first; the row goes when all of them are undone."""
    try:
        with transaction.atomic():
            changes = RecordChange.objects.filter(pk__in=row.changes).order_by("-pk")
            for change in changes:
                if change.what == ChangeKind.CONSENT:
                    Consent.objects.filter(pk=change.row or 0, customer=row.customer_id).delete()
                else:
                    undo_change(Customer(pk=row.customer_id), change.pk, by=held.user.actor)
    except DomainError as error:
        _keep(row, error.user_message if isinstance(error.user_message, Told) else telling(_CHANGED))
        return
    row.delete()


_CHANGED = "What the import wrote was changed again since."


def _keep(row: ImportedCustomer, why: Told) -> None:
    row.kept_why = kept(why)
    row.save(update_fields=["kept_why"])


def _made(held: CustomerImport, kind: NameKind) -> models.QuerySet[ImportedName, int]:
    return held.names.filter(kind=kind).values_list("number", flat=True)


def _finish(held: CustomerImport) -> None:
    """Companies and tags that came with the import and that nobody has go too."""
    companies = Organisation.objects.filter(pk__in=_made(held, NameKind.COMPANY), note="", kana="")
    companies.filter(customers=None, domains=None).delete()
    CustomerTag.objects.filter(pk__in=_made(held, NameKind.TAG), customers=None).delete()
    held.state, held.finished_at = ImportState.UNDONE, timezone.now()
    data = {"name": held.name, "kept": held.kept}
    record(CUSTOMER_IMPORT_UNDONE, held.event_subject, by=held.user.actor, data=data)
