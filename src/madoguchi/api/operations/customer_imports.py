"""Importing customers from a table, step by step: upload, choose, trial run, import, way back."""

from typing import BinaryIO, cast

from ninja import File, Query, Router, Status, UploadedFile

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, Paging, page_of
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.customer_imports import (
    CustomerImportOut,
    ImportChoicesIn,
    ImportProblemOut,
    ImportReadIn,
    ImportTargetOut,
    show_import,
    show_problem,
)
from madoguchi.customers.actions import importing as actions
from madoguchi.customers.fields import customer_fields
from madoguchi.customers.importing.targets import targets
from madoguchi.customers.imports import all_imports, get_import, problems_of
from madoguchi.customers.models import CustomerImport

router = Router(tags=["Customers"])

IMPORT = "/customer-imports/{int:import_id}"
ONE = {200: CustomerImportOut, **WRITE}


def _import(request: ApiRequest, pk: int) -> CustomerImport:
    require(request.auth, Permission.IMPORT_CUSTOMERS)
    return get_import(pk)


@router.get(
    "/customer-imports",
    response={200: Page[CustomerImportOut], **READ},
    operation_id="list_customer_imports",
    summary="List imports of customers",
)
def list_imports(request: ApiRequest, paging: Query[Paging]) -> Page[CustomerImportOut]:
    """The newest first."""
    require(request.auth, Permission.IMPORT_CUSTOMERS)
    rows = all_imports()
    if paging.pk is not None:
        rows = rows.filter(pk__lt=paging.pk)
    return page_of(list(rows[: paging.limit + 1]), paging.limit, show=show_import, place=lambda row: row.pk)


@router.get(
    "/customer-imports/targets",
    response={200: list[ImportTargetOut], **READ},
    operation_id="list_import_targets",
    summary="List where columns may go",
)
def list_targets(request: ApiRequest) -> list[ImportTargetOut]:
    """The places of a record, custom fields last."""
    require(request.auth, Permission.IMPORT_CUSTOMERS)
    return [ImportTargetOut(key=each.key, name=str(each.word)) for each in targets(customer_fields())]


@router.post(
    "/customer-imports",
    response={201: CustomerImportOut, **WRITE},
    operation_id="start_customer_import",
    summary="Upload a table of customers",
)
def start_import(request: ApiRequest, file: File[UploadedFile]) -> Status[CustomerImportOut]:
    """CSV or XLSX up to 200 MB. It is read in the background: `reading`, then `mapping`. No customer is touched yet."""
    require(request.auth, Permission.IMPORT_CUSTOMERS)
    table, name, size = cast("BinaryIO", file.file), file.name or "", file.size or 0
    return Status(201, show_import(actions.start_import(table, name=name, size_bytes=size, user=request.auth)))


@router.get(
    IMPORT,
    response={200: CustomerImportOut, **READ},
    operation_id="get_customer_import",
    summary="Read how far an import is",
)
def get_one(request: ApiRequest, import_id: Id) -> CustomerImportOut:
    """One import with its counts."""
    return show_import(_import(request, import_id))


@router.get(
    IMPORT + "/problems",
    response={200: Page[ImportProblemOut], **READ},
    operation_id="list_import_problems",
    summary="List the lines that cannot be read",
)
def list_problems(request: ApiRequest, import_id: Id, paging: Query[Paging]) -> Page[ImportProblemOut]:
    """In the order of the table; 20,000 at most are kept."""
    rows = problems_of(_import(request, import_id))
    if paging.pk is not None:
        rows = rows.filter(pk__gt=paging.pk)
    return page_of(list(rows[: paging.limit + 1]), paging.limit, show=show_problem, place=lambda row: row.pk)


@router.post(
    IMPORT + "/read",
    response=ONE,
    operation_id="read_customer_import_again",
    summary="Read the table in another encoding, or another sheet",
)
def read_again(request: ApiRequest, import_id: Id, wanted: ImportReadIn) -> CustomerImportOut:
    """The columns are guessed anew."""
    row = _import(request, import_id)
    return show_import(actions.read_again(row, encoding=wanted.encoding, sheet=wanted.sheet, user=request.auth))


@router.post(
    IMPORT + "/check", response=ONE, operation_id="check_customer_import", summary="Make a trial run of an import"
)
def check(request: ApiRequest, import_id: Id, wanted: ImportChoicesIn) -> CustomerImportOut:
    """Every line is read and compared; nothing is written. `checking`, then `checked`."""
    return show_import(actions.start_check(_import(request, import_id), wanted.choices(), user=request.auth))


@router.post(IMPORT + "/run", response=ONE, operation_id="run_customer_import", summary="Import for good")
def run(request: ApiRequest, import_id: Id) -> CustomerImportOut:
    """After a trial run. `running`, then `done`; lines that cannot be read are left out."""
    return show_import(actions.start_run(_import(request, import_id), user=request.auth))


@router.post(IMPORT + "/stop", response=ONE, operation_id="stop_customer_import", summary="Stop an import")
def stop(request: ApiRequest, import_id: Id) -> CustomerImportOut:
    """What was written stays, until it is undone."""
    return show_import(actions.stop_import(_import(request, import_id), user=request.auth))


@router.post(
    IMPORT + "/continue", response=ONE, operation_id="continue_customer_import", summary="Go on with a stopped import"
)
def go_on(request: ApiRequest, import_id: Id) -> CustomerImportOut:
    """Behind the last line that was written."""
    return show_import(actions.go_on(_import(request, import_id), user=request.auth))


@router.post(IMPORT + "/undo", response=ONE, operation_id="undo_customer_import", summary="Undo a whole import")
def undo(request: ApiRequest, import_id: Id) -> CustomerImportOut:
    """Customers it added go, changes it made are taken back; what somebody changed since stays (`kept`)."""
    return show_import(actions.undo_import(_import(request, import_id), user=request.auth))
