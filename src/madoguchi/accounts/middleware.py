"""What every request needs to know of the person behind it: the language, and that the session is in use."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from madoguchi.accounts.actions import note_session
from madoguchi.accounts.choices import Language
from madoguchi.accounts.models import User
from madoguchi.accounts.network import client_address
from madoguchi.accounts.queries import find_workspace

type GetResponse = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE = "madoguchi_language"
THEME_COOKIE = (
    "theme"  #: read by the base template, so that the first paint has the right colours; written by theme.js too
)
YEAR_SECONDS = 365 * 24 * 3600
NOTED = "session_noted"
#: How exact "last used" is; also how long the workspace's language is remembered.
SECONDS = 300


class PersonLocale:
    """Speak the person's language; else the one chosen in this browser, the workspace's, what the browser asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.workspace: tuple[float, str] | None = None  # when it was read, and its language

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language."""
        language = self.language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def language_of(self, request: HttpRequest) -> str:
        """The language of one request."""
        if isinstance(request.user, User):
            return request.user.language
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if chosen in Language.values:
            return chosen
        return self.language_of_workspace() or translation.get_language_from_request(request)

    def language_of_workspace(self) -> str:
        """The workspace's language, read again every few minutes; empty before there is a workspace."""
        if self.workspace is None or time.monotonic() - self.workspace[0] > SECONDS:
            try:
                workspace = find_workspace()
            except DatabaseError:
                return ""  # health checks and error pages must not need the database
            if workspace is None:
                return ""
            self.workspace = (time.monotonic(), workspace.language)
        return self.workspace[1]


class SessionUse:
    """Keep the list of a person's sessions: from which device and network, and when last, to five minutes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note the use: only now is it known who is signed in and under which key."""
        response = self.get_response(request)
        if isinstance(request.user, User) and request.session.session_key:
            self.note(request, request.user, request.session.session_key)
        return response

    def note(self, request: HttpRequest, user: User, key: str) -> None:
        """Note the use when the last note is old, or the session has a new key (signing in, a new password)."""
        noted_key, noted_at = request.session.get(NOTED, ("", 0.0))
        if noted_key == key and time.time() - noted_at < SECONDS:
            return
        device = request.headers.get("user-agent", "")
        note_session(user, key, old_key=noted_key, device=device, network=client_address(request) or None)
        request.session[NOTED] = (key, time.time())


def set_theme(response: HttpResponse, theme: str) -> None:
    """Carry a person's choice of light and dark to the next page."""
    response.set_cookie(
        THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
