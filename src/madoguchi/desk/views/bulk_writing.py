"""一括返信: writing one text for several customers, looking at each letter, and trying again what was set aside."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.bulk_reply_lines import Carried, Outlook, outlook_of
from madoguchi.desk.bulk_writing import STATUSES, BulkForm
from madoguchi.desk.chosen_files import ChosenFiles, read_files, shown_files
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.rows import status_word
from madoguchi.desk.status_choices import statuses_after
from madoguchi.outreach.actions import (
    checked_bulk,
    checked_words,
    newest_event_id,
    retry_bulk_reply,
    start_bulk_reply,
)
from madoguchi.outreach.drafts import bulk_draft, enclosures_of_draft, end_bulk_draft, place_of
from madoguchi.outreach.looking import look_on, look_on_rest
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.queries import files_of, get_bulk_reply, is_over, rest_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest) -> HttpResponse:
    """Write the text, look at each letter, then begin. From the list one is led here with what was selected."""
    if request.method != "POST":
        return _beginning(request)
    form = BulkForm.read(request.POST, text="")
    place = place_of(form.numbers)
    chosen = conversations_by_ids(request.user, form.numbers)
    files = shown_files(request.user, [], words_now())
    try:
        files = read_files(request, request.user, [], words_now())
        if request.POST.get("send") and form.is_looked_at:
            bulk = _begun(request, form, chosen, files)
            end_bulk_draft(place, user=request.user, writer=form.writer)
            return redirect("desk:bulk-reply", bulk.pk)
        seen, given = newest_event_id(), files.enclosures
        words = checked_bulk(chosen, form.text, user=request.user, files=given, subject=form.subject)
    except Invalid as error:
        return _sheet(request, form, chosen, files, error)
    carried = _carried(request, form)
    looked = look_on(chosen, words, user=request.user, files=given, begin=carried.looked_at)
    outlook = outlook_of(looked, form, words_now()).behind(carried, form.acknowledged, whole=len(chosen))
    form = form if carried.looked_at else replace(form, seen_event_id=seen)
    return _sheet(request, form, chosen, files, outlook)


def _carried(request: StaffRequest, form: BulkForm) -> Carried:
    """Where to go on, if the words are still those that were looked at; else from the beginning."""
    goes_on = "look_on" in request.POST and form.is_looked_at
    return Carried.read(request.POST.get("carried", "")) if goes_on else Carried()


def _beginning(request: StaffRequest) -> HttpResponse:
    form = replace(BulkForm.read(request.GET, text=""), text=_first_words())
    chosen = conversations_by_ids(request.user, form.numbers)
    if wants_fragment(request):
        response = HttpResponse()
        query = urlencode([("conversation", each.pk) for each in chosen])
        response["HX-Redirect"] = f"{reverse('desk:bulk-reply-new')}?{query}"
        return response
    draft = bulk_draft(request.user, place_of(form.numbers))
    present = [(each, "") for each in enclosures_of_draft(draft)] if draft else []
    form = form.taken_up(draft) if draft else form
    return _sheet(request, form, chosen, shown_files(request.user, present, words_now()))


def _begun(request: StaffRequest, form: BulkForm, chosen: list[Conversation], files: ChosenFiles) -> BulkReply:
    kept = [each for each in chosen if form.included is None or each.pk in form.included]
    sending = replace(form.sending(), files=files.enclosures)
    return start_bulk_reply(kept, form.text, user=request.user, sending=sending)


def _first_words() -> str:
    """A letter that addresses, says something, and is signed; its fields by their names in the reader's language."""
    salutation, signature = pgettext("merge field", "customer.salutation"), pgettext("merge field", "signature")
    return f"{{{{{salutation}}}}}\n\n\n\n{{{{{signature}}}}}\n"


def _sheet(
    request: StaffRequest,
    form: BulkForm,
    chosen: list[Conversation],
    files: ChosenFiles,
    found: Outlook | Invalid | None = None,
) -> HttpResponse:
    context = {"files": files, "statuses": _statuses(chosen), "url": reverse("desk:bulk-reply-new")}
    return _shown(request, form, chosen, context, found)


def _shown(
    request: StaffRequest,
    form: BulkForm,
    chosen: list[Conversation],
    context: dict[str, Any],
    found: Outlook | Invalid | None,
) -> HttpResponse:
    """The form with what was found in the letters, or with what is wrong with its words."""
    outlook, error = (None, found) if isinstance(found, Invalid) else (found, None)
    caret = form.text.find("\n\n") + 2
    context |= {"form": form, "chosen": chosen, "outlook": outlook, "error": error, "caret": caret}
    context["is_changed"] = bool(request.POST.get("send")) and not error and not form.is_looked_at
    context["asked_at"] = form.digest if outlook else ""
    place = place_of(form.numbers, retries=bulk.pk if (bulk := context.get("bulk")) else 0)
    context |= {"draft_url": f"{reverse('desk:bulk-draft')}?for={place}", "check_url": reverse("desk:bulk-check")}
    context["draft_state"] = _("Draft saved") if form.opened_with and request.method != "POST" else ""
    context["fields_help"] = _(
        "Each customer gets a letter of their own: {{customer.salutation}}, {{customer.name}}, {{order.number}}, "
        "{{signature}} and the other fields of templates are filled in for each."
    )
    status = error.status if error else 200
    goes_on = outlook is not None and outlook.looked_at > len(outlook.lines)
    if wants_fragment(request) and goes_on:
        return render(request, "desk/bulk_reply_new.html#further", context)
    if wants_fragment(request):
        return render(request, "desk/bulk_reply_new.html#looked", context, status=status)
    context["earlier"] = _earlier(form, chosen, outlook) if outlook else []
    return render_page(request, "desk/bulk_reply_new.html", context, status=status)


def _earlier(form: BulkForm, chosen: list[Conversation], outlook: Outlook) -> list[tuple[Conversation, bool]]:
    """On a page that is loaded as a whole: whose letters were looked at before these, and whether they are ticked."""
    before = chosen[: outlook.looked_at - len(outlook.lines)]
    return [(each, form.is_ticked(each.pk)) for each in before]


def _statuses(chosen: list[Conversation]) -> list[tuple[str, str]]:
    """Those of the system, and ours that every 窓口 among the chosen offers."""
    desks = {each.inbox_id for each in chosen}
    offered = [statuses_after(map(Status, STATUSES), desk) for desk in desks] or [statuses_after([], None)]
    return [choice for choice in offered[0] if all(choice in each for each in offered)]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def rest(request: StaffRequest, pk: int) -> HttpResponse:
    """Look again at what was set aside or left, choose among it, correct the text, and try it again."""
    bulk = get_bulk_reply(request.user, pk)
    found = list(rest_of(bulk))
    if not is_over(bulk) or not found:
        return redirect("desk:bulk-reply", pk)
    form = BulkForm.read(request.POST, text=bulk.text, subject=bulk.subject)
    place = place_of((), retries=pk)
    if request.method != "POST" and (draft := bulk_draft(request.user, place)):
        form = form.taken_up(draft)
    chosen = [each.conversation for each in found]
    after = bulk.own_after.word if bulk.own_after else status_word(bulk.status_after)
    context = {
        "bulk": bulk,
        "after": after,
        "kept_files": [each.name for each in files_of(bulk)],
        "url": reverse("desk:bulk-reply-retry", args=[pk]),
    }
    try:
        words = checked_words(form.text, form.subject)
        if request.POST.get("send") and form.is_looked_at:
            retry_bulk_reply(bulk, form.retry())
            end_bulk_draft(place, user=request.user, writer=form.writer)
            return redirect("desk:bulk-reply", pk)
    except Invalid as error:
        if error.field != "reason":
            return _shown(request, form, chosen, context, error)
        context["reason_error"] = str(error)
    seen, carried = newest_event_id(), _carried(request, form)
    looked = look_on_rest(bulk, words, user=request.user, begin=carried.looked_at)
    outlook = outlook_of(looked, form, words_now()).behind(carried, form.acknowledged, whole=len(chosen))
    form = form if carried.looked_at else replace(form, seen_event_id=seen)
    return _shown(request, form, chosen, context, outlook)
