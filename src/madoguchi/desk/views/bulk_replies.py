"""一括返信: one text to the customers of the selected conversations, looked at before, watched, stopped, taken back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.choices import Status
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.bulk_reply_lines import bulk_lines, item_lines, outlook_of, progress_word, state_word
from madoguchi.desk.chosen_files import read_files, shown_files
from madoguchi.desk.frame import render_page, toast, wants_fragment, words_now
from madoguchi.desk.rows import status_word
from madoguchi.desk.status_choices import statuses_after
from madoguchi.desk.written import own_after
from madoguchi.outreach.actions import (
    BulkSending,
    newest_event_id,
    preview_bulk_reply,
    retry_bulk_reply,
    start_bulk_reply,
    stop_bulk_reply,
    take_all_back,
)
from madoguchi.outreach.looking import look_at
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.queries import bulk_replies_of, files_of, get_bulk_reply, is_over, items_of, progress_of

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest) -> HttpResponse:
    """Write the text, look at each letter, then begin."""
    chosen = _chosen(request)
    text = request.POST.get("text", _beginning()).replace("\r\n", "\n")
    status = request.POST.get("status_after", Status.WAIT.value)
    context: dict[str, object] = {
        "chosen": chosen,
        "text": text,
        "status_after": status,
        "files": shown_files(request.user, [], words_now()),
        "error": "",
        "field": "",
    }
    if request.method != "POST":
        return _form(request, context)
    try:
        files = context["files"] = read_files(request, request.user, [], words_now())
        if request.POST.get("send"):
            sending = _sending(request, status, files.enclosures)
            return _to(request, start_bulk_reply(chosen, text, user=request.user, sending=sending))
        seen_event_id = newest_event_id()
        letters = preview_bulk_reply(chosen, text, user=request.user, files=files.enclosures)
    except Invalid as error:
        return _form(request, {**context, "error": str(error), "field": error.field}, status=error.status)
    outlook = outlook_of(look_at(letters, user=request.user))
    return _form(request, {**context, "outlook": outlook, "seen_event_id": seen_event_id})


def _sending(request: StaffRequest, status: str, files: tuple[Enclosure, ...]) -> BulkSending:
    """As the form says; findings are acknowledged only by who ticks that."""
    own = own_after(status)
    known = " ".join(request.POST.getlist("acknowledge")).split()[:_MOST_KEYS] if "send_found" in request.POST else []
    return BulkSending(
        seen_event_id=_whole(request.POST.get("seen_event_id", "")),
        status_after=status if status in _STATUSES else Status.WAIT,
        own_after=own,
        files=files,
        acknowledged=frozenset(known),
    )


#: Of 200 letters with some findings each.
_MOST_KEYS = 2_000
_STATUSES = (Status.WAIT.value, Status.OPEN.value, Status.INTERNAL.value, Status.DONE.value)


def _beginning() -> str:
    """A letter that addresses, says something, and is signed; its fields by their names in the reader's language."""
    salutation, signature = pgettext("merge field", "customer.salutation"), pgettext("merge field", "signature")
    return f"{{{{{salutation}}}}}\n\n\n\n{{{{{signature}}}}}\n"


def _chosen(request: StaffRequest) -> list[Conversation]:
    values = request.POST.getlist("conversation") or request.GET.getlist("conversation")
    return conversations_by_ids(request.user, list(dict.fromkeys(filter(None, map(_whole, values)))))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _form(request: StaffRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    context["fields_help"] = _(
        "Each customer gets a letter of their own: {{customer.salutation}}, {{customer.name}}, {{order.number}}, "
        "{{signature}} and the other fields of templates are filled in for each."
    )
    context["statuses"] = _statuses(context["chosen"])
    context["dialog"] = "desk/bulk_reply_form.html"
    if wants_fragment(request):
        return render(request, "desk/bulk_reply_form.html", context, status=status)
    return render_page(request, "desk/dialog_page.html", context, status=status)


def _statuses(chosen: object) -> list[tuple[str, str]]:
    """Those of the system, and ours that every 窓口 among the chosen offers."""
    desks = {each.inbox_id for each in chosen} if isinstance(chosen, list) else set()
    offered = [statuses_after(map(Status, _STATUSES), desk) for desk in desks] or [statuses_after([], None)]
    return [choice for choice in offered[0] if all(choice in each for each in offered)]


def _to(request: StaffRequest, bulk: BulkReply) -> HttpResponse:
    place = reverse("desk:bulk-reply", args=[bulk.pk])
    if not wants_fragment(request):
        return redirect(place)
    response = HttpResponse()
    response["HX-Redirect"] = place
    return response


@require_safe
@allowed(Permission.REPLY)
def bulk_replies(request: StaffRequest) -> HttpResponse:
    """One's own bulk replies, newest first."""
    found = bulk_replies_of(request.user).order_by("-pk")[:_SHOWN]
    return render_page(request, "desk/bulk_replies.html", {"lines": bulk_lines(found, words_now())})


@require_safe
@allowed(Permission.REPLY)
def bulk_reply(request: StaffRequest, pk: int) -> HttpResponse:
    """How far one is, and what became of each letter."""
    bulk = get_bulk_reply(request.user, pk)
    progress = progress_of(bulk)
    context = {
        "bulk": bulk,
        "progress": progress,
        "sentence": progress_word(progress),
        "state": state_word(bulk),
        "is_over": is_over(bulk),
        "can_retry": is_over(bulk) and (progress.set_aside or progress.waiting),
        "lines": item_lines(items_of(bulk)),
        "after": bulk.own_after.word if bulk.own_after else status_word(bulk.status_after),
        "files": [each.name for each in files_of(bulk)],
    }
    if wants_fragment(request):
        return render(request, "desk/bulk_reply.html#state", context)
    return render_page(request, "desk/bulk_reply.html", context)


@require_POST
@allowed(Permission.REPLY)
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Write no further letter."""
    stop_bulk_reply(get_bulk_reply(request.user, pk))
    return _done(request, pk, _("Stopped. No further letter is written."))


@require_POST
@allowed(Permission.REPLY)
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Try again what was set aside, and go on with what was left."""
    amount = retry_bulk_reply(get_bulk_reply(request.user, pk))
    return _done(request, pk, ngettext("%(n)d is tried again.", "%(n)d are tried again.", amount) % {"n": amount})


@require_POST
@allowed(Permission.REPLY)
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back every letter that has not left."""
    amount = take_all_back(get_bulk_reply(request.user, pk))
    return _done(request, pk, ngettext("%(n)d was taken back.", "%(n)d were taken back.", amount) % {"n": amount})


def _done(request: StaffRequest, pk: int, text: str) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("desk:bulk-reply", pk)
    request.method = "GET"
    return toast(bulk_reply(request, pk), text)
