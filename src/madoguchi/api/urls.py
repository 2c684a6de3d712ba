"""Where the API's addresses lead."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from madoguchi.api.app import api
from madoguchi.api.auth import speak_as_asked
from madoguchi.api.problems import problem, unanswered

type View = Callable[..., HttpResponse]


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """No operation has this address: said in JSON, like every refusal."""
    speak_as_asked(request)
    return unanswered(404)


def said_in_json(view: View) -> View:
    """A method that an address does not have is refused in the one shape, with the methods that it has."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        speak_as_asked(request)
        refusal = problem(405, "method_not_allowed", _("This address does not take this method."))
        refusal["Allow"] = response["Allow"]
        return refusal

    return answer


operations = api.urls
for pattern in operations[0]:
    if isinstance(pattern, URLPattern):
        pattern.callback = said_in_json(pattern.callback)

urlpatterns = [path("", unknown), path("", operations), re_path(r"^.*$", unknown)]
