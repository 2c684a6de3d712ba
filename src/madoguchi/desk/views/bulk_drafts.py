"""一括返信 while it is written: keeping the letter as typed, looking at its words, throwing it away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.bulk_writing import BulkForm, retried
from madoguchi.desk.chosen_files import read_files
from madoguchi.desk.frame import wants_fragment, words_now
from madoguchi.desk.preflight_panel import Panel, panel_of
from madoguchi.outreach.drafts import (
    DraftChanged,
    bulk_draft,
    bulk_drafts_of,
    enclosures_of_draft,
    end_bulk_draft,
    keep_bulk_draft,
    place_of,
)
from madoguchi.outreach.queries import get_bulk_reply, rest_of
from madoguchi.outreach.wording import findings_in_words


@require_POST
@allowed(Permission.REPLY)
def keep(request: StaffRequest) -> HttpResponse:
    """Save what is being written; files that were just chosen come back as kept ones."""
    form = BulkForm.read(request.POST, text="")
    if retries := retried(request.POST):
        get_bulk_reply(request.user, retries)
    draft = bulk_draft(request.user, _place(request, form))
    present = [(each, "") for each in enclosures_of_draft(draft)] if draft else []
    files = read_files(request, request.user, present, words_now())
    begun = form.begun(files.enclosures if files.is_answered else None)
    try:
        keep_bulk_draft(_place(request, form), begun, page=form.page, user=request.user)
    except (DraftChanged, Invalid) as error:
        if wants_fragment(request):
            raise
        return HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    if wants_fragment(request):
        return render(request, "desk/chosen_files.html", {"files": files, "keep_url": request.get_full_path()})
    return HttpResponse(status=204)


@require_POST
@allowed(Permission.REPLY)
def check(request: StaffRequest) -> HttpResponse:
    """What is to be looked at in the words that all of them get, as they stand."""
    form = BulkForm.read(request.POST, text="")
    user = request.user
    files = read_files(request, user, [], words_now()).enclosures
    if retries := retried(request.POST):
        bulk = get_bulk_reply(user, retries)
        first = next((each.conversation for each in rest_of(bulk)[:1]), None)
    else:
        first = next(iter(conversations_by_ids(user, list(form.numbers[:1]))), None)
    panel = Panel(())
    if first is not None and form.text.strip():
        found, letter = findings_in_words(first, form.text, form.subject, user=user, files=files)
        panel = panel_of(found, letter)
    return render(request, "desk/preflight.html", {"panel": panel})


@require_POST
@allowed(Permission.REPLY)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw one away."""
    draft = bulk_drafts_of(request.user).filter(pk=pk).first()
    if draft is None:
        raise NotFound(_("There is no such draft."))
    end_bulk_draft(draft.place, user=request.user)
    messages.success(request, _("The draft was thrown away."))
    return redirect("desk:bulk-replies")


def _place(request: HttpRequest, form: BulkForm) -> str:
    return place_of(form.numbers, retries=retried(request.POST))
