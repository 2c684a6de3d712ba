"""Segments of customers, and tables of customers to take out."""

from django.http import HttpResponse
from ninja import Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.downloads import BYTES, download
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.segments import (
    CriterionOut,
    ExportColumnOut,
    ExportIn,
    ExportOut,
    SegmentChangesIn,
    SegmentCountOut,
    SegmentIn,
    SegmentOut,
    show_criterion,
    show_export,
    show_segment,
)
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.conversations.customers import CustomerFilter
from madoguchi.customers.actions.exporting import ask_export, fetch_export
from madoguchi.customers.actions.segments import change_segment, delete_segment, save_segment
from madoguchi.customers.choices import ExportFormat
from madoguchi.customers.criteria import offered
from madoguchi.customers.exporting import columns_for, exports_of, get_export
from madoguchi.customers.segments import get_segment, segments_of
from madoguchi.files.queries import read_blob
from madoguchi.search.bounded import bounded_cost

router = Router(tags=["Customers"])

SEGMENT = "/segments/{int:segment_id}"
EXPORT = "/customer-exports/{int:export_id}"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/segments", response={200: Page[SegmentOut], **READ}, operation_id="list_segments", summary="List segments"
)
def list_segments(request: ApiRequest) -> Page[SegmentOut]:
    """The caller's own and everybody's, by name."""
    return whole([show_segment(row) for row in segments_of(request.auth)])


@router.get(
    "/segments/criteria",
    response={200: list[CriterionOut], **READ},
    operation_id="list_criteria",
    summary="List what customers can be told apart by",
)
def list_criteria(request: ApiRequest) -> list[CriterionOut]:
    """Every criterion; custom fields are `field-12`, with values as `t:text`, `n:12.5`, `d:2026-11-20`, `o:3`."""
    return [show_criterion(each, request.auth) for each in offered().values()]


@router.post("/segments", response={201: SegmentOut, **WRITE}, operation_id="create_segment", summary="Keep a segment")
def create_segment(request: ApiRequest, wanted: SegmentIn) -> Status[SegmentOut]:
    """For the caller, or for everybody."""
    segment = save_segment(wanted.name, wanted.conditions(), user=request.auth, is_shared=wanted.is_shared)
    return Status(201, show_segment(segment))


@router.put(SEGMENT, response={200: SegmentOut, **WRITE}, operation_id="change_segment", summary="Change a segment")
def change(request: ApiRequest, segment_id: Id, wanted: SegmentChangesIn) -> SegmentOut:
    """Name, conditions and for whom it is, all anew. 409 `changed_meanwhile` by `version`."""
    found = get_segment(request.auth, segment_id)
    said = {"name": wanted.name, "is_shared": wanted.is_shared, "version": wanted.version}
    return show_segment(change_segment(found, asked=wanted.conditions(), user=request.auth, **said))  # type: ignore[arg-type]


@router.delete(SEGMENT, response={204: None, **WRITE}, operation_id="delete_segment", summary="Delete a segment")
def delete(request: ApiRequest, segment_id: Id) -> Status[None]:
    """The customers stay as they are."""
    delete_segment(get_segment(request.auth, segment_id), user=request.auth)
    return Status(204, None)


@router.get(
    SEGMENT + "/count",
    response={200: SegmentCountOut, **READ},
    operation_id="count_segment",
    summary="Count the customers of a segment",
)
def count(request: ApiRequest, segment_id: Id) -> SegmentCountOut:
    """As of now; refused with `search_too_costly` where the database would be busy for seconds."""
    with bounded_cost():
        rows = listed_customers(request.auth, CustomerList(segment=get_segment(request.auth, segment_id).pk))
        return SegmentCountOut(customers=rows.order_by().count())


@router.get(
    "/customer-exports",
    response={200: Page[ExportOut], **READ},
    operation_id="list_customer_exports",
    summary="List the tables the caller asked for",
)
def list_exports(request: ApiRequest) -> Page[ExportOut]:
    """The newest twenty."""
    require(request.auth, Permission.EXPORT_CUSTOMERS)
    return whole([show_export(row) for row in exports_of(request.auth)])


@router.get(
    "/customer-exports/columns",
    response={200: list[ExportColumnOut], **READ},
    operation_id="list_export_columns",
    summary="List the columns a table may have",
)
def list_columns(request: ApiRequest) -> list[ExportColumnOut]:
    """In their order; custom fields last."""
    require(request.auth, Permission.EXPORT_CUSTOMERS)
    return [ExportColumnOut(key=each.key, name=str(each.word)) for each in columns_for(request.auth)]


@router.post(
    "/customer-exports",
    response={201: ExportOut, **WRITE},
    operation_id="ask_customer_export",
    summary="Have a table of customers written",
)
def ask(request: ApiRequest, wanted: ExportIn) -> Status[ExportOut]:
    """Of those whom the caller may see; what they read masked is masked in it. Recorded in the audit log."""
    require(request.auth, Permission.EXPORT_CUSTOMERS)
    chosen = CustomerFilter(wanted.tag, wanted.company, wanted.is_vip, wanted.needs_care)
    asked = CustomerList(wanted.q, chosen, wanted.segment)
    if wanted.segment is not None:
        get_segment(request.auth, wanted.segment)
    row = ask_export(asked.kept(), columns=wanted.columns, file_format=wanted.format, user=request.auth)
    return Status(201, show_export(row))


@router.get(
    EXPORT, response={200: ExportOut, **READ}, operation_id="get_customer_export", summary="Read how far a table is"
)
def get_one(request: ApiRequest, export_id: Id) -> ExportOut:
    """Only the one who asked for it."""
    return show_export(get_export(request.auth, export_id))


@router.get(
    EXPORT + "/file",
    response={200: None, **READ},
    operation_id="fetch_customer_export",
    summary="Fetch a table of customers",
    openapi_extra=BYTES,
)
def fetch(request: ApiRequest, export_id: Id) -> HttpResponse:
    """For a day, and only the one who asked for it; recorded each time."""
    row = get_export(request.auth, export_id)
    content = read_blob(fetch_export(row, user=request.auth))
    kind = _XLSX if row.format == ExportFormat.XLSX else "text/csv"
    response = download(content, name=row.file_name, content_type=kind)
    if request.auth.masks_contacts:
        response["X-Shown-On-Purpose"] = "1"
    return response
