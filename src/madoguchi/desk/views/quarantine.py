"""隔離: received mail that could not be read. Nothing is dropped; a person decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.actions import discard_raw, release_raw
from madoguchi.channels.queries import get_quarantined, quarantine_of
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.masked import refuse_masked
from madoguchi.desk.quarantine_words import quarantine_line
from madoguchi.files.queries import read_blob

ON_A_PAGE = 50
#: Nobody reads further; the download has all of it.
SHOWN_BYTES = 100_000


@require_safe
@allowed(Permission.MANAGE_QUARANTINE)
def quarantine(request: StaffRequest) -> HttpResponse:
    """What could not be read, newest first, with the reason."""
    rows, after = quarantine_of(request.user).defer("blob__inline", "blob__text"), request.GET.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ON_A_PAGE + 1])
    words = words_now()
    context = {
        "lines": [quarantine_line(each, words) for each in found[:ON_A_PAGE]],
        "more_url": f"?after={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "is_first": not after,
    }
    return render_page(request, "desk/quarantine.html", context)


@require_safe
@allowed(Permission.MANAGE_QUARANTINE)
def quarantined(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them with its source as text."""
    raw = get_quarantined(request.user, pk)
    content = b"" if request.user.masks_contacts else read_blob(raw.blob)
    context = {
        "line": quarantine_line(raw, words_now()),
        "source": content[:SHOWN_BYTES].decode("utf-8", errors="replace"),
        "is_cut": len(content) > SHOWN_BYTES,
    }
    return render_page(request, "desk/quarantine_one.html", context)


@require_safe
@allowed(Permission.MANAGE_QUARANTINE)
def download(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes exactly as they came."""
    refuse_masked(request.user)
    raw = get_quarantined(request.user, pk)
    response = HttpResponse(read_blob(raw.blob), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="quarantine-{raw.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@allowed(Permission.MANAGE_QUARANTINE)
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand it to the intake once more; it comes back here if it still cannot be read."""
    release_raw(get_quarantined(request.user, pk), user=request.user)
    messages.success(request, _("The mail is being read again. If that fails, it comes back here."))
    return redirect("desk:quarantine")


@require_POST
@allowed(Permission.MANAGE_QUARANTINE)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it out of sight."""
    discard_raw(get_quarantined(request.user, pk), user=request.user)
    messages.success(request, _("The mail was discarded."))
    return redirect("desk:quarantine")
