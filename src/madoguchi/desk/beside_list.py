"""Pages that stand beside the list: the inbox itself, a conversation, a new mail."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from madoguchi.channels.queries import remember_inboxes
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.frame import chosen_filter, render_page, words_now
from madoguchi.desk.listing import Asked, list_pane
from madoguchi.desk.numbers import Numbers


class BesideList:
    """The whole inbox around something, whose own reads (`others`) are fetched on the way."""

    def __init__(
        self, request: StaffRequest, *others: QuerySet[Any, Any], asked: Asked | None = None, seen: str = ""
    ) -> None:
        remember_inboxes(request.user)
        self.request = request
        self.asked = asked or Asked(request.user, chosen_filter(request))
        self.rows = self.asked.rows
        self.numbers = Numbers(request.user, self.rows, *others, seen=seen, chosen=self.asked.chosen)

    def render(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Render the page."""
        pane = list_pane(self.numbers, self.rows, self.asked, words_now())
        page = {"list": pane, "pane": "talk", **context}
        return render_page(self.request, template, page, status=status, numbers=self.numbers)


def render_beside_list(
    request: StaffRequest, template: str, context: Mapping[str, Any], *, asked: Asked | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole inbox around something, beside the head of the list or the piece that is asked for."""
    return BesideList(request, asked=asked).render(template, context, status=status)
