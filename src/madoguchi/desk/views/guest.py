"""The one page of a guest (ゲスト): the question, what was shared, and room for the answer. No login, nothing else.

`open_to_all`: the link is the key. It is signed, kept as a hash, ends with the answer, and is tried at a bounded rate.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.network import network_of
from madoguchi.accounts.queries import workspace_name
from madoguchi.accounts.rate_limit import HOUR, MINUTE, Limit
from madoguchi.channels.contract import InboundAttachment
from madoguchi.conversations.asking import words_of
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.guests import LinkEnded, living_link, questions_of, shared_file, without_place
from madoguchi.conversations.models import GuestLink
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import open_to_all
from madoguchi.desk.frame import words_now
from madoguchi.desk.views.files import NOTHING_RUNS, safely
from madoguchi.files.queries import read_blob
from madoguchi.flows.guests import MAX_FILE_BYTES, MAX_FILES, answer_as_guest

#: A person looks a few times; a guesser of links needs many more tries than there are seconds.
LOOKS = Limit("guest-look", 120, 10 * MINUTE)
ANSWERS = Limit("guest-answer", 20, HOUR)
#: How much of a refused answer is shown again, in characters; an answer may have 20,000.
_MOST_SHOWN = 100_000


class TooOften(DomainError):
    """More tries than a person makes."""

    code = "too_often"
    status = 429


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to_all
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The page, in the language of their browser; posting it sends the answer and closes the page."""
    language = get_language_from_request(request)
    with override(language):
        response = _spoken(request, token)
    response["Content-Language"] = language
    return response


def _spoken(request: HttpRequest, token: str) -> HttpResponse:
    try:
        _check_rate(request)
        if request.method == "POST":
            return _answered(request, token)
        return _page(request, living_link(token))
    except LinkEnded as error:
        return _closed(request, error, title=_("This page is closed"))
    except TooOften as error:
        return _closed(request, error, title=_("Too many tries"))


def _check_rate(request: HttpRequest) -> None:
    limit = ANSWERS if request.method == "POST" else LOOKS
    if not limit.take(network_of(request)):
        raise TooOften(_("Too many tries from your network. Please wait some minutes and try again."))


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    link = living_link(token)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        answer_as_guest(token, text, _files(request))
    except Invalid as error:
        return _page(request, link, text=text[:_MOST_SHOWN], error=str(error), status=error.status)
    return _marked(render(request, "desk/guest_done.html", {"shop": workspace_name()}))


def _files(request: HttpRequest) -> list[InboundAttachment]:
    """What was chosen, refused before it is read when it is too much."""
    chosen = request.FILES.getlist("files")
    if len(chosen) > MAX_FILES:
        raise Invalid(_("Five files at most can be sent."), field="files")
    if sum(each.size or 0 for each in chosen) > MAX_FILE_BYTES:
        raise Invalid(_("The files are larger than 10 MB together. Send fewer or smaller ones."), field="files")
    return [
        InboundAttachment((each.name or "file")[-255:], each.content_type or "application/octet-stream", each.read())
        for each in chosen
    ]


def _page(request: HttpRequest, link: GuestLink, *, text: str = "", error: str = "", status: int = 200) -> HttpResponse:
    words = words_now()
    shared = link.messages.order_by("at", "pk").defer("html", "headers", "references")
    context = {
        "shop": workspace_name(),
        "subject": link.side.subject,
        "until": words.date(link.expires_at),
        "questions": [(words.full(each.at), without_place(each.text)) for each in questions_of(link)],
        "shared": [(each.kind == MessageKind.OUTBOUND, words.full(each.at), words_of(each)) for each in shared],
        "files": [(each.pk, each.name, words.size(each.size_bytes)) for each in link.files.order_by("pk")],
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "text": text,
        "error": error,
    }
    return _marked(render(request, "desk/guest.html", context, status=status))


def _closed(request: HttpRequest, error: DomainError, *, title: str) -> HttpResponse:
    """The reason, and what was being sent: who wrote in a second tab must not lose it to the first."""
    context = {
        "shop": workspace_name(),
        "title": title,
        "text": str(error),
        "written": request.POST.get("text", "").replace("\r\n", "\n").strip()[:_MOST_SHOWN],
        "files": [each.name for each in request.FILES.getlist("files")[:MAX_FILES]],
        "may_try_again": isinstance(error, TooOften),
    }
    return _marked(render(request, "desk/guest_closed.html", context, status=error.status))


def _marked(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@open_to_all
@csp_override(NOTHING_RUNS)
def guest_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A file that was shared by this link, to be saved."""
    try:
        _check_rate(request)
        found = shared_file(living_link(token), pk)
    except (LinkEnded, TooOften) as error:
        return _closed(request, error, title=_("This page is closed"))
    return _marked(safely(read_blob(found.blob), found, inline=False))
