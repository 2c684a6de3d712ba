"""Pages that stand beside the list: the inbox itself, a conversation, a new mail."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from madoguchi.channels.queries import remember_inboxes
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.frame import chosen_filter, render_page, words_now
from madoguchi.desk.listing import Asked, list_pane
from madoguchi.desk.numbers import Numbers


def render_beside_list(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    current: int | None = None,
    asked: Asked | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole inbox around something, beside the head of the list or the piece that is asked for."""
    remember_inboxes(request.user)
    asked = asked or Asked(request.user, chosen_filter(request), current)
    rows = asked.rows
    numbers = Numbers(request.user, rows)
    page = {"list": list_pane(numbers, rows, asked, words_now()), "pane": "talk", **context}
    return render_page(request, template, page, status=status, numbers=numbers)
