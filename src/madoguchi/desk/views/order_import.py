"""A table of orders taken in: columns chosen, looked at, then kept as a whole."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission
from madoguchi.commerce.actions.importing import Imported, import_table, try_table
from madoguchi.commerce.choices import MAX_TABLE_BYTES
from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.queries import get_source
from madoguchi.commerce.tables import COLUMNS, MOST_PROBLEMS, guessed, read_lines
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import words_now
from madoguchi.desk.order_lines import money
from madoguchi.desk.settings_frame import render_settings
from madoguchi.files.actions import store_blob
from madoguchi.files.queries import get_blobs, read_blob

_SALT = "madoguchi.desk.orders"
_VALID_SECONDS = 24 * 3600
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Looked:
    """A table that somebody looks at before it is taken in."""

    token: str
    content: bytes
    header: list[str]
    mapping: dict[str, int] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def import_orders(request: StaffRequest, pk: int) -> HttpResponse:
    """First the file, then its columns and what would become of it, then taking it in."""
    source = get_source(pk)
    context: dict[str, object] = {"source": source}
    if request.method != "POST":
        return _page(request, context)
    try:
        looked = _looked(request)
    except Invalid as error:
        return _page(request, context | {"error": str(error.user_message)}, status=422)
    context |= {"token": looked.token, "columns": _columns(looked)}
    try:
        if "keep" in request.POST:
            return _kept(request, source, looked)
        done = try_table(source, looked.content, looked.mapping, user=request.user)
    except Invalid as error:
        return _page(request, context | {"error": str(error.user_message)}, status=422)
    return _page(request, context | _shown(done))


def _page(request: StaffRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render_settings(request, "desk/order_import.html", context, current="desk:order-sources", status=status)


def _kept(request: StaffRequest, source: OrderSource, looked: Looked) -> HttpResponse:
    leaves_out = "leave_out" in request.POST
    done = import_table(source, looked.content, looked.mapping, user=request.user, leaves_out=leaves_out)
    count = done.kept.created + done.kept.changed
    text = ngettext("%(count)s order was taken in.", "%(count)s orders were taken in.", count)
    messages.success(request, text % {"count": f"{count:,}"})
    return redirect("desk:order-source", source.pk)


def _looked(request: StaffRequest) -> Looked:
    """The table that was sent, or the one that was looked at before, and which columns were chosen."""
    upload = request.FILES.get("file")
    if upload is not None:
        if (upload.size or 0) > MAX_TABLE_BYTES:
            raise Invalid(_("The table is larger than 10 MB. Import it in parts."), field="file")
        content = upload.read()
        header = read_lines(content).header
        token = signing.dumps([request.user.pk, store_blob(content).pk], salt=_SALT)
        return Looked(token, content, header, guessed(header))
    token = request.POST.get("token", "")
    content = _again(request, token)
    header = read_lines(content).header
    return Looked(token, content, header, _chosen(request, len(header)))


def _again(request: StaffRequest, token: str) -> bytes:
    gone = Invalid(_("Choose the table again: it was not kept."), field="file")
    try:
        owner, pk = signing.loads(token, salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature as error:
        raise gone from error
    blob = get_blobs([pk]).get(pk) if owner == request.user.pk else None
    if blob is None:
        raise gone
    return read_blob(blob)


def _chosen(request: StaffRequest, width: int) -> dict[str, int]:
    """Which of our columns each of the table's was said to be; of one that is chosen twice the first counts."""
    mapping: dict[str, int] = {}
    for place in range(width):
        column = request.POST.get(f"column-{place}", "")
        if column in COLUMNS:
            mapping.setdefault(column, place)
    return mapping


def _columns(looked: Looked) -> list[tuple[int, str, list[tuple[str, str, bool]]]]:
    """Each column of the table with what it may be."""
    meant = {place: column for column, place in looked.mapping.items()}
    words = column_words()
    return [
        (place, name or _("(no name)"), [(column, word, meant.get(place) == column) for column, word in words.items()])
        for place, name in enumerate(looked.header)
    ]


def column_words() -> dict[str, str]:
    """Our columns as a person reads them."""
    return {
        "number": _("Order number"),
        "ordered_at": _("Ordered at"),
        "state": _("State of the order"),
        "total": _("Total"),
        "currency": _("Currency"),
        "payment": _("Payment"),
        "channel": _("Sales channel"),
        "buyer.name": _("Name of the buyer"),
        "buyer.mail": _("Mail address of the buyer"),
        "buyer.phone": _("Phone number of the buyer"),
        "buyer.number": _("Customer number"),
        "postal_code": _("Postal code"),
        "address": _("Delivery address"),
        "note": _("Remark"),
        "external_id": _("Id in the order system"),
        "item.name": _("Item: name"),
        "item.sku": _("Item: code"),
        "item.quantity": _("Item: quantity"),
        "item.unit_price": _("Item: price"),
        "item.stock": _("Item: stock"),
        "shipment.carrier": _("Shipment: carrier"),
        "shipment.tracking_number": _("Shipment: tracking number"),
        "shipment.shipped_at": _("Shipment: shipped at"),
        "shipment.delivered_at": _("Shipment: delivered at"),
    }


def _shown(done: Imported) -> dict[str, object]:
    words = words_now()
    return {
        "done": done,
        "problems": done.table.problems[:MOST_PROBLEMS],
        "more_problems": max(0, len(done.table.problems) - MOST_PROBLEMS),
        "orders": [
            (
                order.number,
                order.buyer.name or order.buyer.mail,
                words.date(order.ordered_at) if order.ordered_at else "",
                str(order.state.label),
                money(order.total, order.currency, words),
                len(order.items),
            )
            for order in done.table.orders[:_SHOWN]
        ],
    }
