"""Custom fields: which there are. What stands in them is part of each conversation."""

from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations import own
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.fields import CustomFieldOut, DeletedOut, FieldChangesIn, FieldIn, show_field
from madoguchi.conversations.actions import field_keeping
from madoguchi.conversations.fields import all_fields, get_field
from madoguchi.conversations.models import CustomField

router = Router(tags=["Custom fields"])
router.add_router("", own.router)

FIELD = "/fields/{int:field_id}"


@router.get(
    "/fields", response={200: Page[CustomFieldOut], **READ}, operation_id="list_fields", summary="List custom fields"
)
def list_fields(request: ApiRequest) -> Page[CustomFieldOut]:  # noqa: ARG001 - ninja's signature
    """Every field with its choices, in their order; retired ones too."""
    return whole([show_field(field) for field in all_fields()])


@router.post(
    "/fields", response={201: CustomFieldOut, **WRITE}, operation_id="create_field", summary="Add a custom field"
)
def create_field(request: ApiRequest, wanted: FieldIn) -> Status[CustomFieldOut]:
    """Add a field; it is shown at once at every conversation it is for."""
    definition = wanted.definition(CustomField())
    return Status(201, show_field(field_keeping.create_field(definition, user=request.auth)))


@router.patch(
    FIELD, response={200: CustomFieldOut, **WRITE}, operation_id="change_field", summary="Change a custom field"
)
def change_field(request: ApiRequest, field_id: Id, changes: FieldChangesIn) -> CustomFieldOut:
    """Change what it is called, offers and asks; its values stay. 409 `changed_meanwhile` by `version`."""
    field = get_field(field_id)
    wanted = changes.definition(field)
    return show_field(field_keeping.change_field(field, wanted, user=request.auth, version=changes.version))


@router.post(
    FIELD + "/retire",
    response={200: CustomFieldOut, **WRITE},
    operation_id="retire_field",
    summary="Retire a custom field",
)
def retire_field(request: ApiRequest, field_id: Id) -> CustomFieldOut:
    """Offer it no more; what stands in it is kept."""
    return show_field(field_keeping.retire_field(get_field(field_id), user=request.auth))


@router.post(
    FIELD + "/restore",
    response={200: CustomFieldOut, **WRITE},
    operation_id="restore_field",
    summary="Offer a retired custom field again",
)
def restore_field(request: ApiRequest, field_id: Id) -> CustomFieldOut:
    """Offer it again, with everything it held."""
    return show_field(field_keeping.restore_field(get_field(field_id), user=request.auth))


@router.delete(FIELD, response={200: DeletedOut, **WRITE}, operation_id="delete_field", summary="Delete a custom field")
def delete_field(request: ApiRequest, field_id: Id) -> DeletedOut:
    """Delete it with all it holds; refused with `in_use` unless it is empty or was retired before."""
    return DeletedOut(conversations=field_keeping.delete_field(get_field(field_id), user=request.auth))


@router.delete(
    FIELD + "/options/{int:option_id}",
    response={200: DeletedOut, **WRITE},
    operation_id="delete_field_option",
    summary="Delete a choice",
)
def delete_option(request: ApiRequest, field_id: Id, option_id: Id) -> DeletedOut:
    """Take it out of every conversation; refused with `in_use` unless nobody has it or it was retired before."""
    amount = field_keeping.delete_option(get_field(field_id), option_id, user=request.auth)
    return DeletedOut(conversations=amount)
