"""Pages that stand beside the list: the inbox itself, a conversation, a new mail."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from madoguchi.desk.access import StaffRequest
from madoguchi.desk.frame import chosen_filter, render_page, words_now
from madoguchi.desk.listing import Piece, list_pane
from madoguchi.desk.numbers import numbers_for


def render_beside_list(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    current: int | None = None,
    piece: Piece | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole inbox around something; `piece` replaces the first lines of the list."""
    numbers, chosen = numbers_for(request.user), chosen_filter(request)
    pane = list_pane(request.user, numbers, chosen, words_now(), current=current)
    if piece is not None:
        pane = replace(pane, piece=piece)
    page = {"list": pane, "pane": "talk", **context}
    return render_page(request, template, page, status=status, numbers=numbers)
