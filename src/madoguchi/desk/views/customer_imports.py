"""顧客の取り込み: uploading a table, choosing its columns, a trial run, the import, what is wrong, the way back."""

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.customers.actions import importing as actions
from madoguchi.customers.choices import AT_WORK, Existing, ImportState, MatchBy
from madoguchi.customers.imports import all_imports, get_import, problem_table
from madoguchi.customers.models import CustomerImport
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.import_page import (
    columns_of,
    figures_of,
    import_lines,
    kept_lines,
    places,
    preview_lines,
    sentence_of,
    swept_sentence,
    wrong_lines,
)

#: What is kept of former imports in the list.
_SHOWN = 50
_WITH_FIGURES = (
    ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING, ImportState.DONE, ImportState.STOPPED,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.IMPORT_CUSTOMERS)
def imports(request: StaffRequest) -> HttpResponse:
    """Upload a table, and the imports there were."""
    problem = ""
    if request.method == "POST":
        try:
            row = _upload(request)
        except Invalid as error:
            problem = str(error.user_message)
        else:
            return redirect("desk:customer-import", row.pk)
    context = {"lines": import_lines(all_imports()[:_SHOWN], words_now()), "problem": problem}
    return render_page(request, "desk/customer_imports.html", context, status=422 if problem else 200)


def _upload(request: StaffRequest) -> CustomerImport:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a file first."), field="file")
    table = cast("BinaryIO", file.file)
    return actions.start_import(table, name=file.name or "", size_bytes=file.size or 0, user=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.IMPORT_CUSTOMERS)
def customer_import(request: StaffRequest, pk: int) -> HttpResponse:
    """One import at whatever step it is; for htmx only what changes by itself."""
    row, problem = get_import(pk), ""
    if request.method == "POST":
        try:
            actions.start_check(row, _choices(request, row), user=request.user)
        except Invalid as error:
            problem = str(error.user_message)
            row.mapping = _mapping(request, row)
        else:
            return redirect("desk:customer-import", pk)
    context = _context(row) | {"problem": problem}
    if wants_fragment(request):
        if not context["is_at_work"]:  # the next step has more than this fragment
            return HttpResponse(status=204, headers={"HX-Redirect": request.path})
        return render(request, "desk/customer_import.html#state", context)
    return render_page(request, "desk/customer_import.html", context, status=422 if problem else 200)


def _context(row: CustomerImport) -> dict[str, Any]:
    words = words_now()
    is_choosing = row.state in (ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED) and bool(row.header)
    is_choosing = is_choosing and row.swept_at is None
    return {
        "row": row,
        "state": ImportState(row.state).label,
        "sentence": sentence_of(row),
        "swept": swept_sentence(row, words),
        "is_at_work": row.state in AT_WORK,
        "figures": figures_of(row, words) if row.state in _WITH_FIGURES else [],
        "wrong": wrong_lines(row),
        "kept": kept_lines(row) if row.state == ImportState.UNDONE else [],
        "preview": preview_lines(row) if row.state == ImportState.CHECKED else [],
        "columns": columns_of(row) if is_choosing else [],
        "places": places() if is_choosing else [],
        "matches": MatchBy.choices,
        "existings": Existing.choices,
        "encodings": actions.ENCODINGS,
        "tags": "、".join(row.tags),
        "can_undo": row.state in (ImportState.DONE, ImportState.STOPPED) and bool(row.created or row.updated),
        "writable": row.created if row.state == ImportState.CHECKED else 0,
    }


def _mapping(request: StaffRequest, row: CustomerImport) -> dict[str, str]:
    return {str(number): request.POST.get(f"column-{number}", "") for number in range(len(row.header))}


def _choices(request: StaffRequest, row: CustomerImport) -> actions.Choices:
    said = request.POST
    return actions.Choices(
        mapping=_mapping(request, row),
        match_by=said.get("match_by", MatchBy.MAIL),
        existing=said.get("existing", Existing.FILL),
        tags=said.get("tags", "").replace(",", "、").split("、"),
        consent_source=said.get("consent_source", ""),
    )


@require_POST
@allowed(Permission.IMPORT_CUSTOMERS)
def step(request: StaffRequest, pk: int, deed: str) -> HttpResponse:
    """Import for good, stop, go on, take all back, or read the table in another way."""
    row = get_import(pk)
    try:
        match deed:
            case "read":
                sheet = request.POST.get("sheet", "0")
                number = int(sheet) if sheet.isdecimal() and len(sheet) < 4 else 0
                actions.read_again(row, encoding=request.POST.get("encoding", ""), sheet=number, user=request.user)
            case "run":
                actions.start_run(row, user=request.user)
            case "stop":
                actions.stop_import(row, user=request.user)
            case "go-on":
                actions.go_on(row, user=request.user)
            case _:
                actions.undo_import(row, user=request.user)
    except DomainError as error:
        messages.error(request, str(error.user_message))
    return redirect("desk:customer-import", pk)


@require_safe
@allowed(Permission.IMPORT_CUSTOMERS)
def problems(request: StaffRequest, pk: int) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The lines that could not be read, as a table to be mended."""
    text = "".join(problem_table(get_import(pk)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="not-imported.csv"'
    return response
