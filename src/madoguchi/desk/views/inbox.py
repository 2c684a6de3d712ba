"""The inbox: the frame, the list, its pieces and the rail."""

from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.listed import is_listed, listed_by_ids
from madoguchi.conversations.saved_views import default_view
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.beside_list import render_beside_list
from madoguchi.desk.conditions import conditions_of
from madoguchi.desk.frame import chosen_filter, wants_fragment, words_now
from madoguchi.desk.listing import Asked, list_head, list_pane, list_piece, query_of
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail import build_rail
from madoguchi.desk.rail_items import list_url
from madoguchi.desk.row_extras import RowExtras
from madoguchi.desk.rows import RowWords


@require_safe
@allowed(Permission.READ)
def inbox(request: StaffRequest) -> HttpResponse:
    """A list of conversations, with nothing opened beside it; the list alone for htmx."""
    remember_inboxes(request.user)
    if not wants_fragment(request):
        if greeting := _greeting(request):
            return redirect(greeting)
        if "" in request.GET.values():  # a form sends what was left empty too
            return redirect(list_url(chosen_filter(request)))
        return render_beside_list(request, "desk/inbox.html", {"pane": "list"})
    asked = Asked(request.user, chosen_filter(request))
    rows = asked.rows
    numbers = Numbers(request.user, rows, chosen=asked.chosen)
    context = {
        "list": list_pane(numbers, rows, asked, words_now()),
        "rail": build_rail(request.user, numbers, asked.chosen, request.path),
    }
    return render(request, "desk/inbox.html#list_and_rail", context)


def _greeting(request: StaffRequest) -> str:
    """The view one has chosen to begin with, once after logging in; nothing from then on."""
    if request.GET or "greeted" in request.session:
        return ""
    request.session["greeted"] = True
    view = default_view(request.user)
    return list_url(conditions_of(view)) if view else ""


@require_safe
@allowed(Permission.READ)
def rows(request: StaffRequest) -> HttpResponse:
    """The lines of a list: from the top, or those after a cursor."""
    remember_inboxes(request.user)
    current = request.GET.get("current", "")
    asked = Asked(
        request.user,
        chosen_filter(request),
        current=int(current) if current.isdecimal() else None,
        cursor=Cursor.parse(request.GET.get("after", "")),
        last=request.GET.get("group", ""),
    )
    if not wants_fragment(request):
        return render_beside_list(request, "desk/inbox.html", {"pane": "list"}, asked=asked)
    return render(request, "desk/inbox.html#lines", {"piece": list_piece(asked.rows, asked, words_now())})


@require_safe
@allowed(Permission.READ)
def row(request: StaffRequest, number: int) -> HttpResponse:
    """One row as it stands now; nothing when it does not belong to the list any more."""
    chosen = chosen_filter(request)
    found = listed_by_ids(request.user, [number], extras=RowExtras)
    if not found or not is_listed(request.user, chosen, number):
        return HttpResponse(status=204)
    current = number if request.GET.get("current") == str(number) else None
    words = RowWords(words_now(), request.user, query_of(chosen), current)
    return render(request, "desk/inbox.html#one_row", {"row": words.row(found[0])})


@require_safe
@allowed(Permission.READ)
def rail(request: StaffRequest) -> HttpResponse:
    """The lines of the rail with the counts of this moment, as seen from the page the browser is on.

    Beside a list its head follows too, so that the same figure never stands on a screen in two amounts.
    """
    page = urlsplit(request.headers.get("hx-current-url", ""))
    at = page.path or request.GET.get("at", "")
    if not (at in ("", "/") or at.startswith(("/c/", "/new"))):
        rail = build_rail(request.user, Numbers(request.user), None, at)
        return render(request, "desk/rail.html#body", {"rail": rail})
    chosen = chosen_filter(request, QueryDict(page.query))
    numbers = Numbers(request.user, chosen=chosen)
    context = {
        "rail": build_rail(request.user, numbers, chosen, at),
        "head": list_head(numbers, chosen, words_now()),
    }
    return render(request, "desk/inbox.html#rail_and_head", context)
