"""Until somebody owns the desk and has finished the first run, every page of it leads there."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import find_workspace, has_users


class FirstRun:
    """Middleware: guarded views and the login page give way to the wizard while it is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_over = False  # once over it stays over: no more questions to the database

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what there is to decide is decided once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Redirect to the wizard where that is the only sensible thing."""
        if self.is_over or not _gives_way(request, view):
            return None
        workspace = find_workspace()
        self.is_over = workspace is not None and workspace.set_up_at is not None
        if self.is_over or not _concerns(request):
            return None
        return HttpResponseRedirect(reverse("desk:setup"))


def _gives_way(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    match = request.resolver_match
    name = match.url_name if match and match.url_name else ""
    is_guarded = getattr(view, "required_permission", None) is not None
    return name == "account_login" or (is_guarded and not name.startswith("setup"))


def _concerns(request: HttpRequest) -> bool:
    """True for whoever can finish the first run: a manager of the workspace, or anybody while nobody is here."""
    if isinstance(request.user, User):
        return may(request.user, Permission.MANAGE_WORKSPACE)
    return not has_users()
