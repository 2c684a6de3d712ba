"""The inbox: the frame, the list, its pieces and the rail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import chosen_filter, render_page, wants_fragment, words_now
from madoguchi.desk.listing import list_pane, list_piece, query_of
from madoguchi.desk.rail import build_rail
from madoguchi.desk.rows import RowWords


@require_safe
@allowed(Permission.READ)
def inbox(request: StaffRequest) -> HttpResponse:
    """A list of conversations, with nothing opened beside it; the list alone for htmx."""
    chosen = chosen_filter(request)
    context = {"list": list_pane(request.user, chosen, words_now()), "chosen": chosen}
    if wants_fragment(request):
        context["rail"] = build_rail(request.user, chosen, request.path)
        return render(request, "desk/inbox.html#list_and_rail", context)
    return render_page(request, "desk/inbox.html", context)


@require_safe
@allowed(Permission.READ)
def rows(request: StaffRequest) -> HttpResponse:
    """The lines of a list: from the top, or those after a cursor."""
    chosen = chosen_filter(request)
    cursor = Cursor.parse(request.GET.get("after", ""))
    last = request.GET.get("group", "") if cursor else ""
    current = request.GET.get("current", "")
    piece = list_piece(
        request.user,
        chosen,
        words_now(),
        cursor=cursor,
        last=last,
        current=int(current) if current.isdecimal() else None,
    )
    if not wants_fragment(request):
        return render_page(request, "desk/more.html", {"piece": piece, "chosen": chosen, "query": query_of(chosen)})
    return render(request, "desk/inbox.html#lines", {"piece": piece})


@require_safe
@allowed(Permission.READ)
def row(request: StaffRequest, number: int) -> HttpResponse:
    """One row as it stands now; nothing when it is not for these eyes any more."""
    found = conversations_by_ids(request.user, [number])
    if not found:
        return HttpResponse(status=204)
    words = RowWords(words_now(), request.user, query_of(chosen_filter(request)))
    return render(request, "desk/inbox.html#one_row", {"row": words.row(found[0])})


@require_safe
@allowed(Permission.READ)
def rail(request: StaffRequest) -> HttpResponse:
    """The lines of the rail with the counts of this moment."""
    context = {"rail": build_rail(request.user, chosen_filter(request), request.GET.get("at", ""))}
    return render(request, "desk/rail.html#body", context)
