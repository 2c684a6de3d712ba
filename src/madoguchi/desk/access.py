"""Who may open a view. Each view of the desk carries one of these decorators; a test walks the URLs and looks."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Protocol, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may


class StaffRequest(HttpRequest):
    """A request behind `allowed`: somebody of the staff is signed in. Only for types; never instantiated."""

    user: User


type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type StaffView[**P] = Callable[Concatenate[StaffRequest, P], HttpResponse]


class Guarded(Protocol):
    """What the decorators leave on a view."""

    required_permission: Permission | None


def allowed[**P](permission: Permission) -> Callable[[StaffView[P]], View[P]]:
    """Let in whoever is signed in and has the permission; others see the login page, or why they may not."""

    def guard(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not isinstance(request.user, User):
                return _to_login(request)
            if not may(request.user, permission):
                return render(request, "desk/not_allowed.html", status=403)
            return view(cast("StaffRequest", request), *args, **kwargs)

        cast("Guarded", guarded).required_permission = permission
        return guarded

    return guard


def signed_in[**P](view: StaffView[P]) -> View[P]:
    """Let in everybody of the staff, guests too: for what concerns only oneself."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_login(request)
        return view(cast("StaffRequest", request), *args, **kwargs)

    cast("Guarded", guarded).required_permission = None
    return guarded


def open_to_all[**P](view: View[P]) -> View[P]:
    """Mark a view that looks after itself: health checks, the first run."""
    cast("Guarded", view).required_permission = None
    return view


def _to_login(request: HttpRequest) -> HttpResponse:
    """Go to the login page and come back; a script is told where that is, for something may be half written there."""
    is_script = request.headers.get("hx-request") or request.headers.get("x-requested-with") == "fetch"
    back = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    if not is_script:
        return _login(request, request.get_full_path() if request.method == "GET" else "/")
    response = HttpResponse(status=401)
    response["X-Login"] = _login(request, _path_of(back) or "/").url
    return response


def _login(request: HttpRequest, back: str) -> HttpResponseRedirect:
    """The way to the login, which says so when a session has ended."""
    answer = redirect_to_login(back)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        answer["Location"] += "&ended=1"
    return answer


def _path_of(url: str) -> str:
    """Path and query of a full address; the login page checks again that it is ours."""
    rest = url.partition("://")[2].partition("/")[2]
    return f"/{rest}" if rest else ""
