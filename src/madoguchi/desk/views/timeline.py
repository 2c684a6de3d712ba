"""対応履歴: everything with one customer, or with the people of a company, in one order."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.companies import get_company, people_of
from madoguchi.conversations.queries import get_customer_for
from madoguchi.core.errors import DomainError
from madoguchi.customers.actions.exporting import note_timeline_export
from madoguchi.customers.choices import ExportFormat
from madoguchi.customers.merged import MergedCustomer
from madoguchi.customers.models import Customer, Organisation
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.customer_page import customer_facts, page_tabs
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.masked import SHOWN
from madoguchi.desk.timeline_address import asked_of, choices_of
from madoguchi.desk.timeline_lines import head_of, timeline_lines
from madoguchi.desk.timeline_whole import whole_of
from madoguchi.flows.table_files import write_table
from madoguchi.flows.timeline.entry import Place
from madoguchi.flows.timeline.reading import MOST_PEOPLE, PAGE, Page, entry_of, page_of
from madoguchi.flows.timeline.summary import summary_of
from madoguchi.flows.timeline.table import table_rows

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose timeline it is, and where."""

    path: str
    people: Mapping[int, str]
    context: dict[str, Any] = field(default_factory=dict)


def _of_customer(user: User, found: Customer) -> Whose:
    words = words_now()
    context = {
        "customer": found,
        "facts": customer_facts(found, words),
        "tabs": page_tabs(found, "timeline"),
        "can_change": may(user, Permission.REPLY),
        "formats": ExportFormat.choices if may(user, Permission.EXPORT_CUSTOMERS) and not user.keeps_files else (),
    }
    return Whose(reverse("desk:timeline", args=[found.pk]), {found.pk: found.label}, context)


def _of_company(user: User, found: Organisation) -> Whose:
    people = {row.pk: row.label for row in people_of(user, found)[:MOST_PEOPLE]}
    return Whose(reverse("desk:company-timeline", args=[found.pk]), people, {"company": found})


def _surviving(user: User, pk: int) -> Customer:
    """The customer, or the one into whom they went."""
    try:
        return get_customer_for(user, pk)
    except MergedCustomer as merged:
        return get_customer_for(user, int(str(merged.facts["into"])))


@require_safe
@allowed(Permission.READ)
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """One customer's; for htmx what follows a place, what is new after one, or the list narrowed otherwise."""
    remember_inboxes(request.user)
    found = _surviving(request.user, pk)
    if found.pk != pk:
        return redirect("desk:timeline", found.pk)
    return _answer(request, _of_customer(request.user, found))


@require_safe
@allowed(Permission.READ)
def company_timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """That of all people of a company whom one may see."""
    remember_inboxes(request.user)
    return _answer(request, _of_company(request.user, get_company(request.user, pk)))


def _answer(request: StaffRequest, whose: Whose) -> HttpResponse:
    asked, problem, page = asked_of(request), "", Page((), has_more=False)
    try:
        page = page_of(request.user, whose.people, asked.chosen, before=asked.before, after=asked.after, limit=PAGE)
    except DomainError as error:
        problem = str(error.user_message)
    words, is_new = words_now(), asked.after is not None
    entries, start = page.entries, None if is_new or asked.day else asked.before
    newest = entries[0].place if entries else asked.after
    is_top = asked.before is None
    context = {
        "path": whose.path,
        "asked": asked,
        "problem": problem,
        "lines": timeline_lines(entries, request.user, words, after=start, people=whose.people),
        "more_url": asked.address(whose.path, before=entries[-1].place) if page.has_more and not is_new else "",
        "new_url": asked.address(whose.path, after=newest or Place(words.now, 0, 0)) if is_top else "",
        "same_day": _continued(asked.after, entries[-1].at, words) if is_new and entries else "",
        "table_url": asked.address(f"{whose.path}/table"),
        "newest_url": "" if is_top else asked.address(whose.path),
    }
    if wants_fragment(request) and (is_new or asked.before or request.GET.get("part") == "list"):
        return render(request, f"desk/timeline.html#{'list' if request.GET.get('part') else 'lines'}", context)
    newest_known = entries if is_top and asked.chosen.is_empty else ()
    context |= whose.context | {
        "choices": choices_of(request.user, asked),
        "head": head_of(summary_of(request.user, whose.people, newest_known), words),
    }
    return render_page(request, "desk/timeline.html", context)


def _continued(after: Place | None, oldest: Any, words: Any) -> str:
    """The line of a day that stands there already, when what is new belongs to the same day."""
    if after is None or words.day(after.at) != words.day(oldest):
        return ""
    return f"day-{after.rank}-{after.id}"


@require_safe
@allowed(Permission.READ)
def entry(request: StaffRequest, pk: int, rank: int, row: int) -> HttpResponse:
    """One entry, whole, to be opened in its place; without htmx where it is at home."""
    customer = _surviving(request.user, pk)
    found = entry_of(request.user, [customer.pk], rank, row)
    whole = whole_of(found, request.user, words_now())
    if not wants_fragment(request):
        return redirect(whole.href)
    return render(request, "desk/timeline_entry.html", {"whole": whole})


@require_POST
@allowed(Permission.EXPORT_CUSTOMERS)
def table(request: StaffRequest, pk: int) -> HttpResponse:
    """The timeline as it is narrowed, as a file; what this person reads masked is masked in it."""
    found, file_format = _surviving(request.user, pk), request.POST.get("format", "")
    chosen = asked_of(request).chosen
    narrowed = [name for name in request.GET if request.GET[name]]
    note_timeline_export(found, file_format=file_format, narrowed=narrowed, user=request.user)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        write_table(path, table_rows(request.user, [found.pk], chosen), file_format)
        content = path.read_bytes()
    kind, ending = (_XLSX, "xlsx") if file_format == ExportFormat.XLSX else ("text/csv", "csv")
    response = HttpResponse(content, content_type=kind)
    name = f"timeline-{found.pk}.{ending}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if request.user.masks_contacts:
        response[SHOWN] = "1"
    return response
