"""Who calls: a bearer token of accounts, or the session of a browser (then with its CSRF token)."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils import translation
from ninja.security import APIKeyCookie, HttpBearer

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import user_of_token
from madoguchi.core.errors import NotAllowed

#: Files of 18 MB, and what multipart adds.
MAX_REQUEST_BYTES = 20 * 1024 * 1024


class ApiRequest(HttpRequest):
    """A request that has passed authentication. Only for types; never instantiated."""

    auth: User


class Bearer(HttpBearer):
    """`Authorization: Bearer mdg_…`."""

    def __call__(self, request: HttpRequest) -> User | None:
        """The person a token acts as; whatever is too large is refused before it is read."""
        speak_as_asked(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_REQUEST_BYTES:
            raise RequestDataTooBig
        user: User | None = super().__call__(request)
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person a token acts as; answers in the language asked for, else in that person's."""
        user = user_of_token(token)
        if user is not None and "accept-language" not in request.headers:
            translation.activate(user.language)
        return user


class Session(APIKeyCookie):
    """The session of a signed-in browser; writing needs the header X-CSRFToken."""

    def __init__(self) -> None:
        """The cookie is Django's."""
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> User | None:
        """The person of the session; the CSRF token is asked for only where there is one."""
        user: User | None = super().__call__(request) if isinstance(request.user, User) else None
        return user

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002 - ninja's signature
        """The person that Django's session middleware has found."""
        return request.user if isinstance(request.user, User) and request.user.is_active else None


def speak_as_asked(request: HttpRequest) -> None:
    """Answer a program in the language it asks for; a browser's session is answered in its person's."""
    if "accept-language" in request.headers and not isinstance(request.user, User):
        translation.activate(translation.get_language_from_request(request))


def require(user: User, *permissions: Permission) -> None:
    """Raise NotAllowed unless the role gives all of these."""
    if not all(may(user, permission) for permission in permissions):
        raise NotAllowed(REFUSAL)
