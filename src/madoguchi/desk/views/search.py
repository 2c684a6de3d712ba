"""検索: everything that was written, found by words and operators, as a page of its own."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.filters import Cursor as Place
from madoguchi.conversations.searching import search_conversations
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.finding import build_finding, completions
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.search.queries import Cursor, Order
from madoguchi.search.query import MAX_QUERY_CHARS

PAGE = 30


@require_safe
@allowed(Permission.READ)
def search(request: StaffRequest) -> HttpResponse:
    """The results, the best or the newest first; for htmx the results alone, or the piece after a cursor."""
    typed = request.GET.get("q", "").strip()[:MAX_QUERY_CHARS]
    order = Order.NEWEST if request.GET.get("order") == Order.NEWEST else Order.BEST
    place = Place.parse(request.GET.get("after", "")) if order is Order.NEWEST else None
    before = Cursor(place.moment, place.pk) if place and place.moment.tzinfo else None
    results = search_conversations(request.user, typed, order=order, before=before, limit=PAGE)
    finding = build_finding(results, words_now(), user=request.user, typed=typed, order=order)
    if following := results.next_cursor:
        after = str(Place(following.at, following.entry_id))
        finding.more_url = f"{reverse('desk:search')}?{urlencode({'q': typed, 'order': order, 'after': after})}"
    if wants_fragment(request):
        piece = "lines" if before else "results"
        return render(request, f"desk/search.html#{piece}", {"finding": finding})
    return render_page(request, "desk/search.html", {"finding": finding})


@require_safe
@allowed(Permission.READ)
def suggestions(request: StaffRequest) -> HttpResponse:
    """Operators and their values that continue the last piece of what is typed."""
    typed = request.GET.get("q", "")[:MAX_QUERY_CHARS]
    return render(request, "desk/search_suggestions.html", {"suggestions": completions(request.user, typed)})
