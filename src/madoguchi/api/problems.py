"""What goes wrong, always in one shape: {"error": {"code", "message", "field", "facts"}} with the fitting status.

`code` is for machines and stable, `message` for people and translated, `field` names the value it is about.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from madoguchi.api.schemas.base import Out
from madoguchi.api.wrong_values import wrong_value
from madoguchi.core.collisions import collision_of
from madoguchi.core.errors import DomainError

log = logging.getLogger(__name__)


class Problem(Out):
    """What went wrong."""

    code: str
    """Stable, for programs: `invalid`, `not_found`, `something_happened`, `locked`, …"""
    message: str
    """What is wrong and what to do, for people, in the language asked for."""
    field: str = ""
    """The value it is about, e.g. `to` or `to.0.email`; empty when it is about the whole request."""
    facts: dict[str, Any] = {}
    """Details for programs, e.g. the events that stand against a reply."""


class ProblemOut(Out):
    """The one shape of every refusal."""

    error: Problem


#: What each refusal means, in the words of the description.
MEANINGS = {
    400: "The request cannot be read: no JSON, or no JSON where some is needed.",
    401: "No token, or one that does not work (any more).",
    403: "The role of the caller does not allow this.",
    404: "No such thing, or not for the caller's eyes: the two are not told apart.",
    409: "The state of things does not allow this: somebody was faster, or something happened meanwhile.",
    413: "The request or the file is too large.",
    422: "A value cannot be used; `field` names it.",
    423: "Somebody else is writing the reply; `facts.user` says who.",
}


def refusals(*codes: int) -> dict[int, None]:
    """The refusals of one operation, for its `response`; 401 belongs to every operation.

    All have the one shape of `ProblemOut`, which `describe` says. Told to ninja, the shape would be made anew for each
    code of each operation: 1,700 classes, 16 MB.
    """
    return dict.fromkeys(sorted({401, *codes}))


def describe(schema: dict[str, Any]) -> None:
    """Say in the API's description what each refusal means and looks like."""
    shape = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["components"]["schemas"].update(shape.pop("$defs"), ProblemOut=shape)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    for methods in schema["paths"].values():
        for operation in methods.values():
            for code in MEANINGS.keys() & operation["responses"].keys():
                operation["responses"][code].update(description=MEANINGS[code], content=content)


#: What most reads and writes may answer.
READ = refusals(403, 404, 422)
WRITE = refusals(400, 403, 404, 409, 422)

_CODES = {400: "bad_request", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 413: "too_large"}


def problem(
    status: int, code: str, message: str, *, field: str = "", facts: dict[str, Any] | None = None
) -> HttpResponse:
    """A refusal as JSON."""
    error = {"code": code, "message": message, "field": field, "facts": facts or {}}
    response = JsonResponse({"error": error}, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Madoguchi"'
    return response


def unanswered(status: int) -> HttpResponse:
    """The refusal of what no operation answers: 400, 403, 404, or 500 for a failure of ours."""
    texts = {
        400: _("The request cannot be read. Send JSON in UTF-8."),
        403: _("You do not have the right to do this. Ask an administrator."),
        404: _("There is no such address. See /api/v1/openapi.json."),
        500: _("Something went wrong on our side. Try again, or tell an administrator."),
    }
    return problem(status, _CODES.get(status, "internal"), texts[status])


def add_handlers(api: NinjaAPI) -> None:
    """Answer every error of an operation in this shape."""
    api.add_exception_handler(DomainError, _domain_error)
    api.add_exception_handler(ValidationError, _validation_error)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(MultiPartParserError, _unreadable)
    api.add_exception_handler(SuspiciousOperation, _unreadable)
    api.add_exception_handler(DataError, _data_error)
    api.add_exception_handler(Exception, _unexpected)


def _domain_error(_request: HttpRequest, error: DomainError | type[DomainError]) -> HttpResponse:
    assert isinstance(error, DomainError)
    field = str(getattr(error, "field", ""))
    return problem(error.status, error.code, str(error.user_message), field=field, facts=error.facts)


def _validation_error(_request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    assert isinstance(error, ValidationError)
    found = [{"field": _field(each["loc"]), "why": wrong_value(each), "type": each["type"]} for each in error.errors]
    first = found[0]
    named = {"field": first["field"], "why": first["why"]}
    message = _("Check the value of %(field)s: %(why)s") % named if first["field"] else first["why"]
    return problem(422, "invalid", message, field=first["field"], facts={"errors": found})


def _field(loc: tuple[str | int, ...]) -> str:
    """`("body", "wanted", "to", 0, "email")` is `to.0.email`: where the value came in and our own names are no use."""
    inner = loc[2:] if len(loc) > 2 or loc[0] == "body" else loc[1:]
    return ".".join(str(part) for part in inner)


def _http_error(_request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    texts = {
        400: _("The request cannot be read. Send JSON in UTF-8."),
        401: _("Log in: send a valid API key as “Authorization: Bearer …”."),
        403: _("The request lacks the CSRF token of the session. Send it as X-CSRFToken."),
    }
    status = error.status_code
    return problem(status, _CODES.get(status, "refused"), texts.get(status, str(error)))


def _too_large(_request: HttpRequest, _error: RequestDataTooBig | type[RequestDataTooBig]) -> HttpResponse:
    return problem(413, "too_large", _("This is too large. Send less at once."))


def _unreadable(_request: HttpRequest, error: Any) -> HttpResponse:
    """Multipart that is none, or with a name of thousands of characters: the caller's, not ours."""
    log.warning("a request cannot be read", exc_info=error)
    return problem(400, "bad_request", _("The request cannot be read. Send the file as multipart/form-data."))


def _data_error(_request: HttpRequest, error: Any) -> HttpResponse:
    """A value that passed every check and that the database still cannot hold: the caller's, not ours."""
    log.warning("a value cannot be stored", exc_info=error)
    return problem(422, "invalid", _("One of the values cannot be stored. Check numbers, dates and texts."))


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    if collision := collision_of(error):
        return _domain_error(request, collision)
    log.error("an API request failed", exc_info=error, extra={"method": request.method, "path": request.path})
    return problem(500, "internal", _("Something went wrong on our side. Try again, or tell an administrator."))
