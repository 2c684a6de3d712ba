"""Customers' addresses and numbers for people who read them masked: the one place, at the edge of every answer.

Whatever a page, a fragment or the API says leaves through here, so that nothing has to remember to mask; what comes
back masked (a recipient of the composer, a search) is put back before a view sees it. Nothing downloads through here
for those who may not. Who that is comes with the person (`accounts.limits`); for everybody else this does nothing.
"""

import re
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import all_users, user_of_token
from madoguchi.channels.queries import all_inboxes
from madoguchi.conversations.corresponding import addresses_of
from madoguchi.core.addresses import fold_address
from madoguchi.customers.masking import is_masked, known_addresses, mask, mask_page, numbers_in, unmasked
from madoguchi.desk.frame import toast

_API = "/api/"
_TEXTS = ("text/html", "application/json", "text/plain", "text/csv")
_NUMBER = re.compile(r"/(?:c|conversations)/([0-9]{1,18})(?:/|$)")
#: The header by which an answer says that it shows one address on purpose; it does not leave.
SHOWN = "X-Shown-On-Purpose"


class MaskedContacts:
    """Mask what leaves and put back what comes, for people whose role says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; refuses what came masked and cannot be put back, so that nobody is written dots."""
        person = _person(request)
        if person is not None and person.masks_contacts and not _put_back(request):
            return _refuse(request)
        response = self.get_response(request)
        person = person or _caller(request)
        if person is None:
            return response
        if person.keeps_files and response.get("Content-Disposition", "").startswith("attachment"):
            return _keep(request)
        if person.masks_contacts:
            _mask(request, response)
        return response


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
    is_json = request.content_type == "application/json"
    dots = (b"\xe2\x80\xa2", b"\\u2022") if is_json else ()
    return "%E2%80%A2" in request.META.get("QUERY_STRING", "") or any(each in request.body for each in dots)


def _put_back(request: HttpRequest) -> bool:
    """Let the view read what was meant; False when something cannot be put back."""
    found = _NUMBER.search(request.path)
    number = found[1] if found else request.GET.get("number", "")
    here = addresses_of(int(number)) if number.isdecimal() and len(number) < 19 and _came_masked(request) else ()
    request.GET = _read(request.GET, here)  # type: ignore[assignment]
    if request.method == "GET":
        return True
    if request.content_type == "application/json":
        text = unmasked(request.body.decode("utf-8", "replace").replace("\\u2022", "•"), here)
        if "•" in text and is_masked(text):
            return False
        request._body = text.encode()  # noqa: SLF001 - Django has no other way to hand a body on
        return True
    values = _read(request.POST, here)
    request._post = values  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return not any(is_masked(each) for _key, group in values.lists() for each in group if isinstance(each, str))


def _came_masked(request: HttpRequest) -> bool:
    if request.content_type == "application/json":
        return _says_dots(request)
    return any("•" in each for _key, group in request.POST.lists() for each in group if isinstance(each, str))


def _read(values: QueryDict, here: Iterable[str]) -> QueryDict:
    if not any("•" in each for _key, group in values.lists() for each in group if isinstance(each, str)):
        return values
    read = values.copy()
    for key, group in values.lists():
        read.setlist(key, [unmasked(each, here) if isinstance(each, str) else each for each in group])
    return read


def _mask(request: HttpRequest, response: HttpResponse) -> None:
    if response.has_header(SHOWN):
        del response[SHOWN]
        return
    kind = response.get("Content-Type", "").partition(";")[0]
    if response.streaming or kind not in _TEXTS:
        return
    text = response.content.decode(response.charset or "utf-8", "replace")
    ours, numbers = _ours(request)
    if kind == "text/html":
        found = _NUMBER.search(request.path)
        here = {fold_address(each) for each in addresses_of(int(found[1]))} if found and "<textarea" in text else set()
        masked = mask_page(text, keep=ours, keep_numbers=numbers, known=lambda asked: known_addresses(asked) | here)
    else:
        masked = mask(text, keep=ours, keep_numbers=numbers)
    response.content = masked.encode(response.charset or "utf-8")
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


def _ours(request: HttpRequest) -> tuple[set[str], set[str]]:
    """Our own addresses and numbers, which are no secret."""
    inboxes = list(all_inboxes())
    ours = {fold_address(address) for inbox in inboxes for address in inbox.addresses}
    ours |= {fold_address(person.email) for person in all_users()}
    signatures = [inbox.signature for inbox in inboxes]
    if isinstance(request.user, User):
        signatures.append(request.user.signature)
    return ours, {number for each in signatures for number in numbers_in(each)}


def _refuse(request: HttpRequest) -> HttpResponse:
    text = _("Something masked (•••) stands where it cannot be put back. Leave it as it was, or take it out.")
    return _answer(request, text, "masked", 422)


def _keep(request: HttpRequest) -> HttpResponse:
    return _answer(request, _("Your role may look at files and lists here, but not download them."), "not_allowed", 403)


def _answer(request: HttpRequest, text: str, code: str, status: int) -> HttpResponse:
    if request.path.startswith(_API):
        return JsonResponse({"error": {"code": code, "message": text, "field": "", "facts": {}}}, status=status)
    if request.headers.get("hx-request"):
        return toast(HttpResponse(status=status, headers={"HX-Reswap": "none"}), text, tone="error", seconds=12)
    return render(request, "desk/refused.html", {"text": text, "code": code}, status=status)
