"""The one page of a customer who chooses when to be called (折り返し). No login, nothing else.

`open_to_all`: the link is the key. It is signed, kept as a hash, ends after a week, and is tried at a bounded rate.
"""

from datetime import MAXYEAR, MINYEAR, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.network import network_of
from madoguchi.accounts.queries import workspace_name
from madoguchi.accounts.rate_limit import HOUR, MINUTE, Limit
from madoguchi.calls.actions.callbacks import CallbackClosed, SlotTaken, Wanted, choose_callback, withdraw_callback
from madoguchi.calls.choices import MAX_NAME, MAX_NUMBER, MAX_TOPIC
from madoguchi.calls.links import CallbackLinkEnded, chosen_by, living_link
from madoguchi.calls.models import CallbackLink
from madoguchi.calls.slots import next_slots
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import open_to_all
from madoguchi.desk.callback_lines import slot_word
from madoguchi.desk.frame import words_now
from madoguchi.ui.dates import iso

#: A person looks a few times; a guesser of links needs many more tries than there are seconds.
LOOKS = Limit("callback-look", 120, 10 * MINUTE)
CHOICES = Limit("callback-choose", 20, HOUR)


class TooOften(DomainError):
    """More tries than a person makes."""

    code = "too_often"
    status = 429


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to_all
def callback_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page; posting it chooses a time, another one, or none."""
    languages = dict(settings.LANGUAGES)
    asked = request.GET.get("lang", "")
    try:
        _check_rate(request)
        link = living_link(token)
        own = link.conversation.letter_language
        language = next((each for each in (asked, own) if each in languages), "en" if own else "ja")
        with translation.override(language):
            return _chosen(request, link) if request.method == "POST" else _page(request, link)
    except CallbackLinkEnded as error:
        return _closed(request, error, title=_("This page is closed"))
    except TooOften as error:
        return _closed(request, error, title=_("Too many tries"))


def _check_rate(request: HttpRequest) -> None:
    limit = CHOICES if request.method == "POST" else LOOKS
    if not limit.take(network_of(request)):
        raise TooOften(_("Too many tries from your network. Please wait some minutes and try again."))


def _chosen(request: HttpRequest, link: CallbackLink) -> HttpResponse:
    """Enter it and show it; what cannot be entered is said on the page, and nothing that was typed is lost."""
    posted = request.POST
    try:
        if posted.get("withdraw"):
            withdraw_callback(link)
        else:
            at, name, topic = _slot(posted.get("slot", "")), posted.get("name", ""), posted.get("topic", "")
            choose_callback(link, Wanted(posted.get("number", ""), at, name=name, topic=topic))
    except (Invalid, SlotTaken, CallbackClosed) as error:
        return _page(request, link, error=str(error), status=error.status)
    return redirect(request.get_full_path())


def _slot(text: str) -> datetime:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        found = None
    if found is None or not timezone.is_aware(found) or not MINYEAR < found.year < MAXYEAR:
        raise Invalid(_("Please choose a time."), field="slot")
    return found


def _page(request: HttpRequest, link: CallbackLink, *, error: str = "", status: int = 200) -> HttpResponse:
    words, chosen, posted = words_now(), chosen_by(link), request.POST
    days: dict[str, list[tuple[str, str, bool]]] = {}
    for slot in next_slots(link.conversation.inbox, timezone.now()):
        times = f"{words.time(slot.starts_at)}–{words.time(slot.ends_at)}"
        days.setdefault(words.date(slot.starts_at), []).append((iso(slot.starts_at), times, slot.is_full))
    context = {
        "shop": workspace_name(),
        "number": link.conversation_id,
        "until": words.date(link.expires_at),
        "days": list(days.items()),
        "chosen": slot_word(chosen.starts_at, chosen.ends_at, words) if chosen else "",
        "slot": posted.get("slot", ""),
        "phone": posted.get("number", chosen.number if chosen else "")[:MAX_NUMBER],
        "name": posted.get("name", chosen.name if chosen else "")[:MAX_NAME],
        "topic": posted.get("topic", chosen.topic if chosen else "")[:MAX_TOPIC],
        "error": error,
        "languages": [(code, name) for code, name in settings.LANGUAGES if code != translation.get_language()],
    }
    return _marked(render(request, "desk/callback_page.html", context, status=status))


def _closed(request: HttpRequest, error: DomainError, *, title: str) -> HttpResponse:
    context = {"shop": workspace_name(), "title": title, "text": str(error)}
    return _marked(render(request, "desk/guest_closed.html", context, status=error.status))


def _marked(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
