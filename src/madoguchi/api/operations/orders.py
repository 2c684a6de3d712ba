"""Orders: kept as the shop tells them, read by customer, conversation and number."""

from ninja import Query, Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.operations.customer_parts import CUSTOMER
from madoguchi.api.paging import Page, Paging, newest_page
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.orders import (
    AssignIn,
    KeptOut,
    OrderOut,
    OrdersBesideOut,
    OrdersIn,
    OrderTableIn,
    OrderTableOut,
    WhichOrders,
    show_beside,
    show_kept,
    show_order,
    show_table,
)
from madoguchi.api.uploads import enclosures_of
from madoguchi.commerce import queries
from madoguchi.commerce.actions.importing import import_table, try_table
from madoguchi.commerce.actions.keeping import assign_order, keep_orders
from madoguchi.commerce.reading import order_of
from madoguchi.commerce.tables import MOST_PROBLEMS, guessed, read_lines
from madoguchi.conversations.queries import get_conversation, get_customer_for
from madoguchi.files.queries import get_blobs, read_blob

router = Router(tags=["Orders"])

ORDER = "/orders/{int:order_id}"


@router.get("/orders", response={200: Page[OrderOut], **READ}, operation_id="list_orders", summary="List orders")
def list_orders(request: ApiRequest, which: Query[WhichOrders], paging: Query[Paging]) -> Page[OrderOut]:
    """Orders of the customers the caller may see, the newest here first."""
    require(request.auth, Permission.READ)
    chosen = queries.OrderFilter(which.number, which.state, which.source_id, which.customer_id, which.unassigned)
    return newest_page(queries.find_orders(request.auth, chosen), paging, show=show_order)


@router.post("/orders", response={200: KeptOut, **WRITE}, operation_id="keep_orders", summary="Keep orders")
def keep(request: ApiRequest, wanted: OrdersIn) -> KeptOut:
    """Tell orders as the shop has them now: new ones are added, others replaced; all of them or none."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    source = queries.get_source(wanted.source_id)
    return show_kept(keep_orders(source, [order_of(each.model_dump()) for each in wanted.orders]))


@router.get(ORDER, response={200: OrderOut, **READ}, operation_id="get_order", summary="Read one order")
def get_order(request: ApiRequest, order_id: Id) -> OrderOut:
    """One order with items and parcels."""
    return show_order(queries.get_order(request.auth, order_id))


@router.put(
    ORDER + "/customer", response={200: OrderOut, **WRITE}, operation_id="assign_order", summary="Say whose an order is"
)
def assign(request: ApiRequest, order_id: Id, wanted: AssignIn) -> OrderOut:
    """From then on no source changes it."""
    order = queries.get_order(request.auth, order_id)
    customer = get_customer_for(request.auth, wanted.customer_id) if wanted.customer_id else None
    assign_order(order, customer, user=request.auth)
    found = queries.find_orders(request.auth, queries.OrderFilter()).filter(pk=order.pk).first()
    return show_order(found or order)


@router.get(
    CUSTOMER + "/orders",
    response={200: Page[OrderOut], **READ},
    operation_id="list_customer_orders",
    summary="List the orders of a customer",
)
def list_of_customer(request: ApiRequest, customer_id: Id, paging: Query[Paging]) -> Page[OrderOut]:
    """The newest here first."""
    customer = get_customer_for(request.auth, customer_id)
    return newest_page(queries.orders_of(request.auth, customer), paging, show=show_order)


@router.get(
    "/conversations/{int:number}/orders",
    response={200: OrdersBesideOut, **READ},
    operation_id="list_conversation_orders",
    summary="Find the orders of a conversation",
)
def list_of_conversation(request: ApiRequest, number: Id) -> OrdersBesideOut:
    """Those whose numbers its messages hold, and the newest of its customer."""
    found = get_conversation(request.auth, number)
    return show_beside(queries.orders_beside(request.auth, found))


@router.post(
    "/order-sources/{int:source_id}/tables",
    response={200: OrderTableOut, **WRITE},
    operation_id="import_orders",
    summary="Bring in a table of orders",
)
def import_orders(request: ApiRequest, source_id: Id, wanted: OrderTableIn) -> Status[OrderTableOut]:
    """CSV of at most 10 MB and 20,000 lines, one line an item. All of it or nothing; `dry_run` only looks."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    source, user = queries.get_source(source_id), request.auth
    [sent] = enclosures_of(user, [wanted.file])
    content = read_blob(get_blobs([sent.blob_id])[sent.blob_id])
    mapping = guessed(read_lines(content).header) if wanted.mapping is None else wanted.mapping
    if wanted.dry_run:
        done = try_table(source, content, mapping, user=user)
    else:
        done = import_table(source, content, mapping, user=user, leaves_out=wanted.skip_bad)
    return Status(200, show_table(done, most=MOST_PROBLEMS))
