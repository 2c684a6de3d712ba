"""Where the API's addresses lead."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from madoguchi.api.app import api
from madoguchi.api.auth import speak_as_asked
from madoguchi.api.problems import problem


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """No operation has this address: said in JSON, like every refusal."""
    speak_as_asked(request)
    return problem(404, "not_found", _("There is no such address. See /api/v1/openapi.json."))


urlpatterns = [path("", unknown), path("", api.urls), re_path(r"^.*$", unknown)]
