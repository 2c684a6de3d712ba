"""The shop's policy on harassment, for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from madoguchi.accounts.queries import workspace_name
from madoguchi.cases.policy import public_policy
from madoguchi.portal.views import ONLY_READ, around, missing


@require_safe
@csp_override(ONLY_READ)
def harassment(request: HttpRequest) -> HttpResponse:
    """The policy in the language asked for (`?lang=en`) or preferred; nothing while it is not public."""
    asked = request.GET.get("lang", "")
    language = around(asked if asked in ("ja", "en") else get_language_from_request(request))
    text = public_policy(language)
    if not text:
        return missing(request)
    with override(language):
        response = HttpResponse(render_to_string("portal/policy.html", {"shop": workspace_name(), "text": text}))
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response
