"""Taking a delivery: signature first, then kept as it came, then acknowledged; it is read by a job."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from madoguchi.accounts.rate_limit import Limit
from madoguchi.commerce.choices import DELIVERIES_PER_SECONDS, MAX_DELIVERY_BYTES, MOST_DELIVERIES
from madoguchi.commerce.queries import source_of_key
from madoguchi.commerce.registry import source_class
from madoguchi.flows.ordering import take_delivery

_MOST_HEADER = 500
DELIVERIES = Limit("order-delivery", MOST_DELIVERIES, DELIVERIES_PER_SECONDS)
#: By then a sixth of them may come again.
_WAIT_SECONDS = 10


@csrf_exempt
@require_POST
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """Answer 202 once it is kept; 404 for an address that leads nowhere, 401 without a right signature.

    411 for a body in pieces: how long it is must be known before it is read. 429 with Retry-After for more than a
    source may send in a minute: nothing of it is kept, and nothing acknowledged. Only what is signed counts, so that a
    stranger cannot use up a shop's share.
    """
    length = request.META.get("CONTENT_LENGTH")
    if not length:
        return _refused(411, "length_required", _("Send the delivery in one piece, with its length in Content-Length."))
    if not length.isdecimal() or int(length) > MAX_DELIVERY_BYTES:
        return _refused(413, "too_large", _("One delivery may have 1 MB."))
    source = source_of_key(key)
    if source is None:
        return _refused(404, "not_found", _("Nothing is taken at this address."))
    headers = {
        name.lower(): value[:_MOST_HEADER] for name, value in request.headers.items() if name.lower().startswith("x-")
    }
    body = request.body
    if not source_class(source.kind).is_signed(body, headers, source.secrets):
        return _refused(401, "not_signed", _("The signature is missing, wrong or too old."))
    if not DELIVERIES.take(source.pk):
        return _too_many()
    take_delivery(source, body, headers)
    return JsonResponse({"received": True}, status=202)


def _too_many() -> HttpResponse:
    text = _("More than %(n)s deliveries within a minute. This one was not kept: send it again.") % {
        "n": MOST_DELIVERIES
    }
    answer = _refused(429, "too_often", text)
    answer["Retry-After"] = str(_WAIT_SECONDS)
    return answer


def _refused(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
