"""Customers' addresses and numbers for people who read them masked: the one place, at the edge of every answer.

Whatever a page, a fragment, a header or the API says leaves through here, so that nothing has to remember to mask;
what cannot be masked, such as a file, does not leave at all unless its view says that it is shown on purpose. What
comes back masked (a recipient of the composer, a quoted letter, a search) is put back before a view sees it. Who that
is comes with the person (`accounts.limits`); for everybody else this does nothing.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import all_users, user_of_token
from madoguchi.channels.queries import all_inboxes
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.actions.hiding import keep_hidden
from madoguchi.customers.masked_pages import mask_data, mask_page
from madoguchi.customers.masking import Masking, Ours, mask, numbers_in, tight
from madoguchi.customers.unmasking import known_numbers
from madoguchi.desk.frame import toast
from madoguchi.desk.putting_back import JSON, put_back

_API = "/api/"
_HTML = "text/html"
_TEXTS = (_HTML, JSON, "text/plain", "text/csv")
#: What is ours alone and tells nothing of customers.
_OUR_LOOK = ("text/css", "text/javascript", "image/svg+xml")
_ADDRESSES = ("Location", "HX-Location", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url")
_TRIGGERS = ("HX-Trigger", "HX-Trigger-After-Settle", "HX-Trigger-After-Swap")
#: The header by which an answer says that it shows something on purpose; it does not leave.
SHOWN = "X-Shown-On-Purpose"


class MaskedContacts:
    """Mask what leaves and put back what comes, for people whose role says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; refuses what came masked and cannot be put back, so that nobody is written dots."""
        person = _person(request)
        if person is not None and person.masks_contacts and (wrong := put_back(request, person)):
            return _answer(request, wrong, "masked", 422)
        response = self.get_response(request)
        person = person or _caller(request)
        if person is None:
            return response
        if person.keeps_files and response.get("Content-Disposition", "").startswith("attachment"):
            return _keep(request)
        return _masked(request, response, person) if person.masks_contacts else response


def refuse_masked(user: User) -> None:
    """Stop whoever reads addresses masked from the source of a mail, where they stand in every disguise."""
    if user.masks_contacts:
        raise NotAllowed(
            _("Your role reads addresses masked. In the source of a mail they cannot be, so it stays shut.")
        )


def _person(request: HttpRequest) -> User | None:
    """Who asks; of a program only when something masked may have come with it, since that costs a query."""
    if isinstance(request.user, User):
        return request.user
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if request.path.startswith(_API) and token and _says_dots(request):
        return user_of_token(token)
    return None


def _caller(request: HttpRequest) -> User | None:
    caller = getattr(request, "auth", None)
    return caller if isinstance(caller, User) else None


def _says_dots(request: HttpRequest) -> bool:
    is_json = request.content_type == JSON
    dots = (b"\xe2\x80\xa2", b"\\u2022") if is_json else ()
    return "%E2%80%A2" in request.META.get("QUERY_STRING", "") or any(each in request.body for each in dots)


def _masked(request: HttpRequest, response: HttpResponse, person: User) -> HttpResponse:
    if response.has_header(SHOWN):
        del response[SHOWN]
        return response
    kind = response.get("Content-Type", "").partition(";")[0]
    if response.streaming or (kind not in (*_TEXTS, *_OUR_LOOK) and response.content):
        return _shut(request)
    ours, hidden = _ours(), {}
    if kind in _TEXTS and response.content:
        hidden = _mask_content(response, kind, ours)
    hidden |= _mask_headers(response, ours)
    keep_hidden(hidden, user=person)
    return response


def _mask_content(response: HttpResponse, kind: str, ours: Ours) -> dict[str, str]:
    """Mask the text of an answer; gives what stands behind the masks in its forms."""
    charset = response.charset or "utf-8"
    text = response.content.decode(charset, "replace")
    hidden: dict[str, str] = {}
    if kind == _HTML:
        text, hidden = mask_page(text, replace(ours, known=known_numbers(text)))
    elif kind == JSON:
        text = json.dumps(mask_data(json.loads(text), replace(ours, known=known_numbers(text))), ensure_ascii=False)
    else:
        text = mask(text, ours)
    response.content = text.encode(charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    return hidden


def _mask_headers(response: HttpResponse, ours: Ours) -> dict[str, str]:
    """Mask toasts, addresses one is sent to, and names of files; an address may come back."""
    for name in _TRIGGERS:
        if said := response.get(name):
            response[name] = json.dumps(mask_data(json.loads(said), ours)) if said.startswith("{") else said
    links = Masking(ours, can_come_back=True)
    for name in _ADDRESSES:
        if address := response.get(name):
            response[name] = iri_to_uri(links.text(address))
    before, mark, file = response.get("Content-Disposition", "").partition("filename*=UTF-8''")
    if mark:
        response["Content-Disposition"] = f"{before}{mark}{quote(mask(unquote(file), ours))}"
    return links.hidden


def _ours() -> Ours:
    """Our own addresses, numbers and places, which are no secret: as administrators set them, nobody else."""
    inboxes = list(all_inboxes())
    addresses = {fold_address(address) for inbox in inboxes for address in inbox.addresses}
    addresses |= {fold_address(each.email) for each in all_users()}
    signatures = "\n\n".join(inbox.signature for inbox in inboxes)
    return Ours(addresses, numbers_in(signatures), tight(signatures))


def _keep(request: HttpRequest) -> HttpResponse:
    return _answer(request, _("Your role may look at files and lists here, but not download them."), "not_allowed", 403)


def _shut(request: HttpRequest) -> HttpResponse:
    text = _("Your role reads addresses masked. In a file they cannot be: whoever needs it opens it with a reason.")
    return _answer(request, text, "not_allowed", 403)


def _answer(request: HttpRequest, text: str, code: str, status: int) -> HttpResponse:
    if request.path.startswith(_API):
        return JsonResponse({"error": {"code": code, "message": text, "field": "", "facts": {}}}, status=status)
    if request.headers.get("hx-request"):
        return toast(HttpResponse(status=status, headers={"HX-Reswap": "none"}), text, tone="error", seconds=12)
    return render(request, "desk/refused.html", {"text": text, "code": code}, status=status)
