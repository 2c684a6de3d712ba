"""The public form in which anybody asks to be called: reached from a shop's own page, without a link or a sign-in.

It sets no cookie and knows nobody: what is typed is the sender's word. Bounded by network, by number and by desk, and
by its size; a field that people do not see catches what fills in every field.
"""

from datetime import MAXYEAR, MINYEAR, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.network import network_of
from madoguchi.accounts.queries import workspace_name
from madoguchi.accounts.rate_limit import HOUR, MINUTE, Limit
from madoguchi.calls.choices import MAX_NAME, MAX_NUMBER, MAX_TOPIC
from madoguchi.calls.models import CallbackPage
from madoguchi.calls.pages import open_page
from madoguchi.calls.slots import next_slots
from madoguchi.channels.hours import zone_of
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.customers.phones import is_phone, phone_key
from madoguchi.flows.call_requests import MAX_ADDRESS, Asked, ask_for_call
from madoguchi.portal.views import ONLY_READ, around, missing
from madoguchi.ui.dates import Words, iso

#: Only this page itself is written to.
ASKED = {**ONLY_READ, "form-action": [CSP.SELF]}
#: A whole request; the fields together are far smaller.
MOST_BYTES = 16 * 1024
#: Looking, and sending: of one network, of one number, and of all for one 窓口.
LOOKS = Limit("call-me-look", 120, 10 * MINUTE)
SENDS = Limit("call-me-send", 20, HOUR)
OF_NUMBER = Limit("call-me-number", 5, 24 * HOUR)
OF_DESK = Limit("call-me-desk", 120, HOUR)
#: Whose content is never looked at: people do not see it.
TRAP = "website"
FIELDS = {"number": MAX_NUMBER, "name": MAX_NAME, "topic": MAX_TOPIC, "email": MAX_ADDRESS, "slot": 40, TRAP: 200}


class TooOften(DomainError):
    """More than people ask."""

    code = "too_often"
    status = 429


@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(ASKED)
def call_me(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; posting it asks for the call and says when it comes."""
    language = _language(request)
    with override(language):
        try:
            page = open_page(slug)
            with timezone.override(zone_of(page.inbox)):
                return _marked(_answer(request, page, language), language)
        except NotFound:
            return missing(request)


def _answer(request: HttpRequest, page: CallbackPage, language: str) -> HttpResponse:
    typed = dict.fromkeys(FIELDS, "")
    try:
        if request.method != "POST":
            _take(LOOKS, network_of(request))
            return _form(page, typed)
        _take(SENDS, network_of(request))
        typed = _typed(request)
        return _asked(page, typed, language)
    except DomainError as error:
        return _form(page, typed, error=error)


def _asked(page: CallbackPage, typed: dict[str, str], language: str) -> HttpResponse:
    """Enter it and say so; what fills in the trap is told the same, and nothing is entered."""
    at, number = _slot(typed["slot"]), typed["number"].strip()
    if not is_phone(number):
        raise Invalid(_("Write the phone number to call back."), field="number")
    if not typed[TRAP]:
        _take(OF_NUMBER, f"{page.pk}:{phone_key(number)}")
        _take(OF_DESK, page.pk)
        said = {key: typed[key] for key in ("name", "topic", "email")}
        ask_for_call(page.inbox, Asked(number, at, **said, language=language, owner=page.owner))
    words = _words()
    context = {"shop": workspace_name(), "when": f"{words.day(at)} {words.time(at)}"}
    return HttpResponse(render_to_string("portal/call_me_done.html", context))


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, each field no longer than it may be; what is larger than any form is not read."""
    size = str(request.META.get("CONTENT_LENGTH", ""))
    if not size.isdecimal() or int(size) > MOST_BYTES:
        raise Invalid(_("This is too long. Please write less."))
    return {key: request.POST.get(key, "")[:most] for key, most in FIELDS.items()}


def _take(limit: Limit, about: object) -> None:
    if not limit.take(about):
        raise TooOften(_("Too many requests have come. Please wait a while and try again, or write to us."))


def _slot(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not timezone.is_aware(found) or not MINYEAR < found.year < MAXYEAR:
        raise Invalid(_("Please choose a time."), field="slot")
    return found


def _form(page: CallbackPage, typed: dict[str, str], *, error: DomainError | None = None) -> HttpResponse:
    words = _words()
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in next_slots(page.inbox, timezone.now()):
        if not slot.is_full:
            times = f"{words.time(slot.starts_at)}–{words.time(slot.ends_at)}"
            days.setdefault(words.day(slot.starts_at), []).append((iso(slot.starts_at), times))
    context = {
        "shop": workspace_name(),
        "days": list(days.items()),
        "typed": typed,
        "error": str(error.user_message) if error else "",
        "wrong": error.field if isinstance(error, Invalid) else "",
    }
    return HttpResponse(render_to_string("portal/call_me.html", context), status=error.status if error else 200)


def _words() -> Words:
    return Words(timezone.now(), timezone.get_current_timezone(), get_language() or "ja")


def _language(request: HttpRequest) -> str:
    """What the address asks for (`?lang=en`), else what the browser prefers; Japanese or English."""
    asked = request.GET.get("lang", "")
    return around(asked if asked in dict(settings.LANGUAGES) else get_language_from_request(request))


def _marked(response: HttpResponse, language: str) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
