"""一括返信: the list of them, how far one is, stopping it, taking all back. `bulk_writing` writes them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.bulk_reply_lines import bulk_lines, draft_lines, item_lines, progress_word, state_word
from madoguchi.desk.frame import render_page, toast, wants_fragment, words_now
from madoguchi.desk.rows import status_word
from madoguchi.outreach.actions import (
    stop_bulk_reply,
    take_all_back,
)
from madoguchi.outreach.drafts import bulk_drafts_of
from madoguchi.outreach.queries import (
    bulk_replies_of,
    files_of,
    get_bulk_reply,
    is_over,
    items_of,
    progress_of,
    seen_of,
)

_SHOWN = 50


@require_safe
@allowed(Permission.REPLY)
def bulk_replies(request: StaffRequest) -> HttpResponse:
    """One's own bulk replies, newest first."""
    found = bulk_replies_of(request.user).order_by("-pk")[:_SHOWN]
    return render_page(
        request,
        "desk/bulk_replies.html",
        {
            "lines": bulk_lines(found, words_now()),
            "drafts": draft_lines(bulk_drafts_of(request.user)[:_SHOWN], words_now()),
        },
    )


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
        "lines": item_lines(items_of(bulk), seen_of(bulk)),
        "after": bulk.own_after.word if bulk.own_after else status_word(bulk.status_after),
        "files": [each.name for each in files_of(bulk)],
        "texts": bulk.texts.all(),
        "was_sent": progress.written + progress.taken_back,
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
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back every letter that has not left."""
    amount = take_all_back(get_bulk_reply(request.user, pk))
    return _done(request, pk, ngettext("%(n)d was taken back.", "%(n)d were taken back.", amount) % {"n": amount})


def _done(request: StaffRequest, pk: int, text: str) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("desk:bulk-reply", pk)
    request.method = "GET"
    return toast(bulk_reply(request, pk), text)
