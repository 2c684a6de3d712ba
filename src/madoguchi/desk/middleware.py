"""What a person is told when something they asked for cannot be done."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from madoguchi.core.collisions import collision_of
from madoguchi.core.errors import DomainError
from madoguchi.desk.frame import toast


class DomainErrors:
    """Turn a DomainError into a toast for htmx, a message on the page one came from, or a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; errors come to `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a DomainError or a collision that a view let through; everything else stays what it is."""
        error = collision_of(error) or error
        if not isinstance(error, DomainError):
            return None
        if request.headers.get("hx-request"):
            response = toast(HttpResponse(status=error.status), str(error), tone="error", seconds=12)
            response["HX-Reswap"] = "none"
            return response
        back = request.headers.get("referer", "")
        if request.method == "POST" and _is_ours(back, request):
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        return render(request, "desk/refused.html", {"text": str(error), "code": error.code}, status=error.status)


class SamePerson:
    """Refuse what a page asks for that was made for somebody else, after another login in the same browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say what to do; the page is not loaded anew by itself, for something may be half written there."""
        made_for = request.headers.get("x-person")
        if not made_for or not request.user.is_authenticated or made_for == str(request.user.pk):
            return self.get_response(request)
        text = _("Somebody else has logged in in this browser. Nothing was saved; please reload the page.")
        return toast(HttpResponse(status=409, headers={"HX-Reswap": "none"}), text, tone="error", seconds=12)


def _is_ours(url: str, request: HttpRequest) -> bool:
    return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
