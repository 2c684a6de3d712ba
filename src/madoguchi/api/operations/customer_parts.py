"""What stands beside a customer's record: postal addresses, consents, files, its history; postal codes."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router, Status
from pydantic import Field

from madoguchi.accounts.permissions import Permission, may
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.downloads import BYTES, download_file
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.customer_parts import (
    ChangeOut,
    ConsentIn,
    ConsentOut,
    CustomerFileIn,
    CustomerFileOut,
    TownOut,
    show_change,
    show_consent,
    show_file,
    show_town,
)
from madoguchi.api.schemas.customers import AddressIn, AddressOut, show_postal_address
from madoguchi.api.schemas.reasons import ReasonIn
from madoguchi.api.uploads import enclosures_of
from madoguchi.conversations.queries import get_customer_for
from madoguchi.customers import actions, queries
from madoguchi.customers.actions.showing import open_file
from madoguchi.customers.imports import imports_by_change
from madoguchi.customers.models import Customer
from madoguchi.customers.postcodes import towns_of
from madoguchi.files.queries import get_blobs, read_blob

router = Router(tags=["Customers"])

CUSTOMER = "/customers/{int:customer_id}"


def to_change(request: ApiRequest, customer_id: int) -> Customer:
    """A customer the caller may see and change."""
    customer = get_customer_for(request.auth, customer_id)
    require(request.auth, Permission.REPLY)
    return customer


@router.post(
    CUSTOMER + "/addresses",
    response={201: AddressOut, **WRITE},
    operation_id="add_postal_address",
    summary="Add a postal address of a customer",
)
def add_postal_address(request: ApiRequest, customer_id: Id, wanted: AddressIn) -> Status[AddressOut]:
    """The first one becomes the one to use first."""
    customer, values = to_change(request, customer_id), wanted.model_dump(exclude_none=True)
    return Status(201, show_postal_address(actions.add_postal_address(customer, by=request.auth.actor, **values)))


@router.patch(
    CUSTOMER + "/addresses/{int:address_id}",
    response={200: AddressOut, **WRITE},
    operation_id="change_postal_address",
    summary="Change a postal address",
)
def change_postal_address(request: ApiRequest, customer_id: Id, address_id: Id, changes: AddressIn) -> AddressOut:
    """Parts that are left out stay."""
    row = queries.get_postal_address(to_change(request, customer_id), address_id)
    values = changes.model_dump(exclude_none=True)
    return show_postal_address(actions.change_postal_address(row, by=request.auth.actor, **values))


@router.delete(
    CUSTOMER + "/addresses/{int:address_id}",
    response={204: None, **WRITE},
    operation_id="remove_postal_address",
    summary="Forget a postal address",
)
def remove_postal_address(request: ApiRequest, customer_id: Id, address_id: Id) -> Status[None]:
    """The history of the record brings it back."""
    row = queries.get_postal_address(to_change(request, customer_id), address_id)
    actions.remove_postal_address(row, by=request.auth.actor)
    return Status(204, None)


@router.get(
    CUSTOMER + "/consents",
    response={200: list[ConsentOut], **READ},
    operation_id="list_consents",
    summary="Read the consents of a customer",
)
def list_consents(request: ApiRequest, customer_id: Id) -> list[ConsentOut]:
    """The newest first; the first of a purpose is what counts."""
    return [show_consent(each) for each in queries.consents_of(get_customer_for(request.auth, customer_id))]


@router.post(
    CUSTOMER + "/consents",
    response={201: ConsentOut, **WRITE},
    operation_id="note_consent",
    summary="Note a consent or that it was withdrawn",
)
def note_consent(request: ApiRequest, customer_id: Id, wanted: ConsentIn) -> Status[ConsentOut]:
    """What was noted before stays in the history."""
    customer = to_change(request, customer_id)
    return Status(201, show_consent(actions.note_consent(customer, by=request.auth.actor, **wanted.model_dump())))


@router.get(
    CUSTOMER + "/files",
    response={200: list[CustomerFileOut], **READ},
    operation_id="list_customer_files",
    summary="List the files of a customer",
)
def list_files(request: ApiRequest, customer_id: Id) -> list[CustomerFileOut]:
    """The newest first."""
    return [show_file(each) for each in queries.files_of(get_customer_for(request.auth, customer_id))]


@router.post(
    CUSTOMER + "/files",
    response={201: CustomerFileOut, **WRITE},
    operation_id="add_customer_file",
    summary="Keep a file with a customer",
)
def add_file(request: ApiRequest, customer_id: Id, wanted: CustomerFileIn) -> Status[CustomerFileOut]:
    """Upload it first (`upload_file`)."""
    customer = to_change(request, customer_id)
    [sent] = enclosures_of(request.auth, [wanted.file])
    content = read_blob(get_blobs([sent.blob_id])[sent.blob_id])
    row = actions.attach_file(customer, sent.name, content, content_type=sent.content_type, by=request.auth.actor)
    return Status(201, show_file(row))


@router.get(
    CUSTOMER + "/files/{int:file_id}/content",
    response={200: None, **READ},
    operation_id="get_customer_file_content",
    summary="Download a file of a customer",
    openapi_extra=BYTES,
)
def get_file(request: ApiRequest, customer_id: Id, file_id: Id) -> HttpResponse:
    """The bytes; types that a browser could run are said to be plain bytes."""
    row = queries.get_file(get_customer_for(request.auth, customer_id), file_id)
    return download_file(request.auth, row.blob, name=row.name, content_type=row.content_type)


@router.post(
    CUSTOMER + "/files/{int:file_id}/show",
    response={204: None, **WRITE},
    operation_id="show_customer_file",
    summary="Open a file of a customer unmasked for a reason",
)
def show(request: ApiRequest, customer_id: Id, file_id: Id, wanted: ReasonIn) -> Status[None]:
    """For callers whose role reads addresses masked: its content can be read for 12 hours; records `file_shown`."""
    row = queries.get_file(get_customer_for(request.auth, customer_id), file_id)
    open_file(row.blob_id, about=f"customer:{customer_id}", reason=wanted.reason, user=request.auth)
    return Status(204, None)


@router.delete(
    CUSTOMER + "/files/{int:file_id}",
    response={204: None, **WRITE},
    operation_id="remove_customer_file",
    summary="Take a file away from a customer",
)
def remove_file(request: ApiRequest, customer_id: Id, file_id: Id) -> Status[None]:
    """The history of the record brings it back."""
    actions.remove_file(queries.get_file(to_change(request, customer_id), file_id), by=request.auth.actor)
    return Status(204, None)


@router.get(
    CUSTOMER + "/changes",
    response={200: list[ChangeOut], **READ},
    operation_id="list_customer_changes",
    summary="Read the history of a record",
)
def list_changes(request: ApiRequest, customer_id: Id) -> list[ChangeOut]:
    """The latest hundred changes, the newest first."""
    found = get_customer_for(request.auth, customer_id)
    imports = imports_by_change(found) if may(request.auth, Permission.IMPORT_CUSTOMERS) else {}
    return [show_change(each, request.auth, import_id=imports.get(each.pk)) for each in queries.changes_of(found)]


@router.post(
    CUSTOMER + "/changes/{int:change_id}/undo",
    response={200: ChangeOut, **WRITE},
    operation_id="undo_customer_change",
    summary="Take a change of a record back",
)
def undo_change(request: ApiRequest, customer_id: Id, change_id: Id) -> ChangeOut:
    """Fields that somebody has changed again since keep the later value."""
    change = actions.undo_change(to_change(request, customer_id), change_id, by=request.auth.actor)
    return show_change(change, request.auth)


@router.get(
    "/postal-codes/{code}",
    response={200: list[TownOut], **READ},
    operation_id="list_towns_of_postal_code",
    summary="Read what a Japanese postal code stands for",
)
def list_towns(request: ApiRequest, code: Path[Annotated[str, Field(max_length=16)]]) -> list[TownOut]:
    """Often one town, sometimes several; none for a code that does not exist."""
    require(request.auth, Permission.READ)
    return [show_town(each) for each in towns_of(code)]
