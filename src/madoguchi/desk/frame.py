"""What every page of the desk shares: the rail, the live stream, words for moments, and how fragments are answered."""

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.conversations.filters import Filter
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.alarms import Alarm, alarms
from madoguchi.desk.conditions import mended
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail import build_rail
from madoguchi.ui.dates import Words

#: Of a request whose address was not understood: it is told once.
_TOLD = "_told_unknown_list"


def words_now() -> Words:
    """Moments in the language of this request, seen from now."""
    return Words(timezone.now(), ZoneInfo(settings.TIME_ZONE), get_language() or "ja")


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a piece of the page; Back asks for the whole page again."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"


def render_page(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    numbers: Numbers | None = None,
) -> HttpResponse:
    """Render a whole page of the desk: a template on `desk/page.html` or `desk/inbox.html`, with the rail filled.

    Who has read the figures for the page already gives them along.
    """
    frame = frame_context(request, numbers or Numbers(request.user))
    return render(request, template, {**frame, **(context or {})}, status=status)


def frame_context(request: StaffRequest, numbers: Numbers) -> dict[str, Any]:
    """What the frame around every page shows."""
    return {
        "rail": build_rail(request.user, numbers, chosen_filter(request) if _is_list(request) else None, request.path),
        "live_url": "/live",
        "live_after": numbers.latest_event,
        "palette_url": reverse("desk:palette"),
        "notices": [*alarms(request.user, numbers.inboxes), *_broken(request)],
    }


def _broken(request: HttpRequest) -> list[Alarm]:
    """That a list leaves out conditions, because their fields are gone."""
    if not _is_list(request) or not mended(asked_filter(request))[1]:
        return []
    text = _(
        "Conditions or columns about fields that have been deleted are left out. Save the view again to forget them."
    )
    return [Alarm(text, _("Saved views"), reverse("desk:views"))]


def _is_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in ("inbox", "table", "conversation", "rail", "compose")


def chosen_filter(request: HttpRequest, address: QueryDict | None = None) -> Filter:
    """The conditions in the address, but those about fields that are gone: what a list can show of them."""
    return mended(asked_filter(request, address))[0]


def asked_filter(request: HttpRequest, address: QueryDict | None = None) -> Filter:
    """The conditions in the address; an address nobody can have meant shows the plain list.

    `address` is the query of the page the browser is on, where a piece of it is asked for.
    """
    try:
        asked = request.GET if address is None else address
        values: dict[str, Any] = {**asked.dict(), "columns": ",".join(asked.getlist("columns"))}
        return Filter.from_values(values)
    except Invalid:
        _tell_unknown_list(request)
        return Filter()


def _tell_unknown_list(request: HttpRequest) -> None:
    """Say once on a page that its address is not understood: else all rows would pass for what was asked."""
    if wants_fragment(request) or hasattr(request, _TOLD):
        return
    setattr(request, _TOLD, True)
    messages.warning(request, _("The conditions in this address cannot be understood. Everything open is shown."))


def toast(response: HttpResponse, text: str, *, tone: str = "", **extra: object) -> HttpResponse:
    """Let the browser show a line at the foot of the window (`ui/toast.js`)."""
    return trigger(response, "toast", {"text": str(text), "tone": tone, **extra})


def trigger(response: HttpResponse, event: str, detail: object = "") -> HttpResponse:
    """Let htmx fire an event in the browser once the answer is in; several may be added one after the other."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps(events | {event: detail})
    return response


def untrigger(response: HttpResponse, event: str) -> HttpResponse:
    """Take back what `trigger` asked for."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events.pop(event, None)
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
