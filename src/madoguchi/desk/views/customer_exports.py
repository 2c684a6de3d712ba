"""顧客のダウンロード: choosing columns and format, the tables one asked for, fetching one."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.customer_tables import listed_customers
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import told
from madoguchi.customers.actions.exporting import ask_export, fetch_export
from madoguchi.customers.choices import ExportFormat, ExportState
from madoguchi.customers.exporting import columns_for, exports_of, get_export
from madoguchi.customers.models import CustomerExport
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.customer_list import list_of
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.masked import SHOWN
from madoguchi.files.queries import read_blob
from madoguchi.search.bounded import bounded_cost

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Ticked at first: what most lists are for.
_USUAL = ("id", "family_name", "given_name", "family_kana", "given_kana", "company", "mail", "phone", "tags")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.EXPORT_CUSTOMERS)
def export(request: StaffRequest) -> HttpResponse:
    """Choose what the table of a list is to hold, then have it written."""
    said = request.POST if request.method == "POST" else request.GET
    wanted, problem = list_of(said), ""
    if request.method == "POST":
        columns, file_format = request.POST.getlist("column"), request.POST.get("format", "")
        try:
            ask_export(wanted.kept(), columns=columns, file_format=file_format, user=request.user)
        except DomainError as error:
            problem = str(error.user_message)
        else:
            return redirect("desk:customer-exports")
    with bounded_cost():
        amount = listed_customers(request.user, wanted).order_by().count()
    context = _choices(request, said) | {"problem": problem, "amount": f"{amount:,}"}
    return render_page(request, "desk/customer_export.html", context, status=422 if problem else 200)


def _choices(request: StaffRequest, said: QueryDict) -> dict[str, Any]:
    ticked = said.getlist("column") if request.method == "POST" else _USUAL
    return {
        "columns": [(each.key, each.word, each.key in ticked) for each in columns_for(request.user)],
        "formats": ExportFormat.choices,
        "format": said.get("format", ExportFormat.XLSX),
        "beyond": [(name, said[name]) for name in ("q", "tag", "company", "vip", "care", "segment") if said.get(name)],
        "is_masked": request.user.masks_contacts,
    }


@require_safe
@allowed(Permission.EXPORT_CUSTOMERS)
def exports(request: StaffRequest) -> HttpResponse:
    """The tables one asked for; for htmx only the list, until all are written."""
    rows = exports_of(request.user)
    lines = [_line(each) for each in rows]
    context = {"lines": lines, "is_at_work": any(each.state == ExportState.RUNNING for each in rows)}
    if wants_fragment(request):
        return render(request, "desk/customer_exports.html#state", context)
    return render_page(request, "desk/customer_exports.html", context)


def _line(row: CustomerExport) -> dict[str, Any]:
    words = words_now()
    return {
        "pk": row.pk,
        "format": ExportFormat(row.format).label,
        "state": ExportState(row.state).label,
        "is_ready": row.state == ExportState.DONE and row.blob_id is not None,
        "is_swept": row.state == ExportState.DONE and row.blob_id is None,
        "amount": f"{row.done:,}",
        "when": words.short(row.created_at),
        "failure": told(row.failure),
        "lost": _("%(n)d characters that CP932 does not have became 〓") % {"n": row.lost} if row.lost else "",
    }


@require_safe
@allowed(Permission.EXPORT_CUSTOMERS)
def fetch(request: StaffRequest, pk: int) -> HttpResponse:
    """The file; what this person reads masked is masked in it, so it leaves as it is."""
    row = get_export(request.user, pk)
    blob = fetch_export(row, user=request.user)
    kind = _XLSX if row.format == ExportFormat.XLSX else "text/csv"
    response = HttpResponse(read_blob(blob), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if request.user.masks_contacts:
        response[SHOWN] = "1"
    return response
