"""The sources of orders: adding, changing, removing. Secrets are sealed and never said."""

from ninja import Router, Status

from madoguchi.accounts.permissions import Permission, may
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.order_sources import OrderSourceIn, OrderSourceOut, show_source
from madoguchi.api.settings_forms import source_settings
from madoguchi.commerce.actions import sources
from madoguchi.commerce.queries import all_sources, get_source
from madoguchi.commerce.registry import source_class

router = Router(tags=["Orders"])

SOURCE = "/order-sources/{int:source_id}"


@router.get(
    "/order-sources",
    response={200: list[OrderSourceOut], **READ},
    operation_id="list_order_sources",
    summary="List the sources of orders",
)
def list_sources(request: ApiRequest) -> list[OrderSourceOut]:
    """Each with how it is doing."""
    require(request.auth, Permission.READ)
    may_change = may(request.auth, Permission.MANAGE_WORKSPACE)
    return [show_source(each, may_change=may_change) for each, _refused in all_sources()]


@router.post(
    "/order-sources",
    response={201: OrderSourceOut, **WRITE},
    operation_id="create_order_source",
    summary="Add a source of orders",
)
def create(request: ApiRequest, wanted: OrderSourceIn) -> Status[OrderSourceOut]:
    """Its settings are checked as on the screen 設定 › 受注システム, and the secrets among them sealed."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    settings, secrets = source_settings(source_class(wanted.kind), wanted.settings or {})
    values = wanted.model_dump(exclude_none=True, exclude={"name", "kind", "settings"}) | {"settings": settings}
    secrets = {name: value for name, value in secrets.items() if value}
    made = sources.create_source(kind=wanted.kind, name=wanted.name or "", user=request.auth, secrets=secrets, **values)
    return Status(201, show_source(made, may_change=True))


@router.patch(
    SOURCE, response={200: OrderSourceOut, **WRITE}, operation_id="change_order_source", summary="Change a source"
)
def change(request: ApiRequest, source_id: Id, changes: OrderSourceIn) -> OrderSourceOut:
    """Its kind stays what it is, and so does each setting that is left out; a secret that is empty is forgotten."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    source = get_source(source_id)
    values = changes.model_dump(exclude_none=True, exclude={"kind", "settings"})
    secrets: dict[str, str] = {}
    if changes.settings is not None:
        values["settings"], secrets = source_settings(source_class(source.kind), changes.settings, source)
    return show_source(sources.change_source(source, user=request.auth, secrets=secrets, **values), may_change=True)


@router.delete(
    SOURCE, response={204: None, **WRITE}, operation_id="remove_order_source", summary="Forget a source without orders"
)
def remove(request: ApiRequest, source_id: Id) -> Status[None]:
    """409 `source_in_use` once orders came from it: switch it off instead."""
    sources.remove_source(get_source(source_id), user=request.auth)
    return Status(204, None)
