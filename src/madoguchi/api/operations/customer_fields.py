"""Custom fields of customers: which there are. What stands in them is part of each customer."""

from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.customer_fields import (
    CustomerFieldChangesIn,
    CustomerFieldIn,
    CustomerFieldOut,
    FreedOut,
    show_customer_field,
)
from madoguchi.customers.actions import field_keeping as keeping
from madoguchi.customers.fields import all_customer_fields, get_customer_field
from madoguchi.customers.models import CustomerField

router = Router(tags=["Custom fields"])

FIELD = "/customer-fields/{int:field_id}"
ONE = {200: CustomerFieldOut, **WRITE}


@router.get(
    "/customer-fields",
    response={200: Page[CustomerFieldOut], **READ},
    operation_id="list_customer_fields",
    summary="List the custom fields of customers",
)
def list_fields(request: ApiRequest) -> Page[CustomerFieldOut]:  # noqa: ARG001 - ninja's signature
    """Every field with its choices, in their order; retired ones too."""
    return whole([show_customer_field(field) for field in all_customer_fields()])


@router.post(
    "/customer-fields",
    response={201: CustomerFieldOut, **WRITE},
    operation_id="create_customer_field",
    summary="Add a custom field of customers",
)
def create_field(request: ApiRequest, wanted: CustomerFieldIn) -> Status[CustomerFieldOut]:
    """Add a field; every customer has it at once."""
    definition = wanted.definition(CustomerField())
    return Status(201, show_customer_field(keeping.create_customer_field(definition, by=request.auth.actor)))


@router.patch(FIELD, response=ONE, operation_id="change_customer_field", summary="Change a custom field of customers")
def change_field(request: ApiRequest, field_id: Id, changes: CustomerFieldChangesIn) -> CustomerFieldOut:
    """Change what it is called, offers and hides; its values stay. 409 `changed_meanwhile` by `version`."""
    field = get_customer_field(field_id)
    wanted, by = changes.definition(field), request.auth.actor
    return show_customer_field(keeping.change_customer_field(field, wanted, by=by, version=changes.version))


@router.post(
    FIELD + "/retire", response=ONE, operation_id="retire_customer_field", summary="Retire a custom field of customers"
)
def retire_field(request: ApiRequest, field_id: Id) -> CustomerFieldOut:
    """Offer it no more; what stands in it is kept."""
    return show_customer_field(keeping.retire_customer_field(get_customer_field(field_id), by=request.auth.actor))


@router.post(
    FIELD + "/restore",
    response=ONE,
    operation_id="restore_customer_field",
    summary="Offer a retired custom field of customers again",
)
def restore_field(request: ApiRequest, field_id: Id) -> CustomerFieldOut:
    """Offer it again, with everything it held."""
    return show_customer_field(keeping.restore_customer_field(get_customer_field(field_id), by=request.auth.actor))


@router.delete(
    FIELD,
    response={200: FreedOut, **WRITE},
    operation_id="delete_customer_field",
    summary="Delete a custom field of customers",
)
def delete_field(request: ApiRequest, field_id: Id) -> FreedOut:
    """Delete it with all it holds; refused with `in_use` unless it is empty or was retired before."""
    return FreedOut(customers=keeping.delete_customer_field(get_customer_field(field_id), by=request.auth.actor))


@router.delete(
    FIELD + "/options/{int:option_id}",
    response={200: FreedOut, **WRITE},
    operation_id="delete_customer_option",
    summary="Delete a choice of customers",
)
def delete_option(request: ApiRequest, field_id: Id, option_id: Id) -> FreedOut:
    """Take it from every customer; refused with `in_use` unless nobody has it or it was retired before."""
    field = get_customer_field(field_id)
    return FreedOut(customers=keeping.delete_customer_option(field, option_id, by=request.auth.actor))
