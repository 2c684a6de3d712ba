"""What stands where no view answers: unknown addresses, refused forms, our own failures. Django calls these."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.desk.frame import toast


@dataclass(frozen=True, slots=True)
class Wrong:
    """What went wrong and what to do."""

    status: int
    title: str | Promise
    text: str | Promise


_PAGES = {
    page.status: page
    for page in (
        Wrong(
            400,
            _("The request could not be read"),
            _("Something in it was unusual or too large. Go back and try again with less at once."),
        ),
        Wrong(
            403,
            _("This is not open to you"),
            _("You do not have the right to do this. Ask an administrator."),
        ),
        Wrong(
            404,
            _("The page was not found"),
            _("Perhaps the address was cut off or mistyped, or what stood here is gone."),
        ),
    )
}
_STALE = Wrong(
    403,
    _("The page had become too old"),
    _("Nothing was saved. Go back, reload the page and try again. If it stays so, allow cookies for this site."),
)
_FAILED = Wrong(
    500,
    _("Something went wrong"),
    _("Something went wrong on our side. Try again, or tell an administrator."),
)


def refused_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a status: 400, 403 or 404."""
    if hasattr(request, "user"):
        return _page(request, _PAGES[status])
    # Refused before anybody asked who this is and which language they speak.
    with translation.override(translation.get_language_from_request(request)):
        return _page(request, _PAGES[status])


def stale_page(request: HttpRequest) -> HttpResponse:
    """A form without the token that shows it comes from one of our pages."""
    return _page(request, _STALE)


def failed_page() -> HttpResponse:
    """Our failure: made without a request, for even asking who is signed in may be what fails."""
    return HttpResponse(render_to_string("desk/failed.html", {"wrong": _FAILED}), status=_FAILED.status)


def _page(request: HttpRequest, wrong: Wrong) -> HttpResponse:
    if request.headers.get("hx-request"):
        response = toast(HttpResponse(status=wrong.status), str(wrong.text), tone="error", seconds=12)
        response["HX-Reswap"] = "none"
        return response
    return render(request, "desk/wrong.html", {"wrong": wrong}, status=wrong.status)
