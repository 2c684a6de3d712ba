"""お知らせ and 申し送り: at the top until read, their list and history, posting, receipts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.choices import Role
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users, all_teams
from madoguchi.channels.queries import inboxes_of
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.bulletin import BulletinForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.ui.dates import iso
from madoguchi.workforce.actions.bulletins import (
    post_bulletin,
    read_bulletin,
    remind_of_bulletin,
    withdraw_bulletin,
)
from madoguchi.workforce.bulletins import bulletins_for, conversations_of, get_bulletin, pinned_for, receipts_of

_SHOWN = 100


@require_safe
@allowed(Permission.READ)
def pinned(request: StaffRequest) -> HttpResponse:
    """What one has not read yet, for the top of every page."""
    return render(request, "desk/bulletins_pinned.html", {"pinned": pinned_for(request.user)})


@require_safe
@allowed(Permission.READ)
def bulletins(request: StaffRequest) -> HttpResponse:
    """The list with its history, narrowed by words and kind."""
    like, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    words, now = words_now(), timezone.now()
    lines = [
        {
            "bulletin": each,
            "when": words.short(each.created_at),
            "at": iso(each.created_at),
            "is_over": bool(each.withdrawn_at or (each.expires_at and each.expires_at <= now)),
        }
        for each in bulletins_for(request.user, like=like, kind=kind)[:_SHOWN]
    ]
    context = {"lines": lines, "like": like, "kind": kind, "can_post": may(request.user, Permission.WRITE_NOTE)}
    return render_page(request, "desk/bulletins.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.WRITE_NOTE)
def new(request: StaffRequest) -> HttpResponse:
    """Write one."""
    form = BulletinForm(
        request.POST if request.method == "POST" else None,
        may_announce=may(request.user, Permission.APPROVE),
        teams=all_teams(),
        inboxes=inboxes_of(request.user),
        people=[each for each in active_users() if each.role != Role.GUEST],
    )
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = post_bulletin(form.posting, user=request.user)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Posted."))
            return redirect("desk:bulletin", bulletin.pk)
    return render_page(
        request, "desk/bulletin_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_safe
@allowed(Permission.READ)
def bulletin(request: StaffRequest, pk: int) -> HttpResponse:
    """One, what it is about, and who has read it."""
    found, words = get_bulletin(request.user, pk), words_now()
    is_keeper = found.author_id == request.user.pk or may(request.user, Permission.APPROVE)
    receipts = [(each, words.due(each.read_at) if each.read_at else "") for each in receipts_of(found)]
    context = {
        "bulletin": found,
        "when": words.full(found.created_at),
        "until": words.due(found.expires_at) if found.expires_at else "",
        "about": conversations_of(found, request.user),
        "receipts": receipts if is_keeper else [],
        "is_keeper": is_keeper,
        "unread": sum(not when for _each, when in receipts),
    }
    return render_page(request, "desk/bulletin.html", context)


@require_POST
@allowed(Permission.READ)
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that one has read it."""
    read_bulletin(get_bulletin(request.user, pk), user=request.user)
    if not wants_fragment(request):
        return redirect("desk:bulletin", pk)
    context = {"pinned": pinned_for(request.user), "is_open": "unfolded" in request.POST}
    return render(request, "desk/bulletins_pinned.html", context)


@require_POST
@allowed(Permission.WRITE_NOTE)
def remind(request: StaffRequest, pk: int) -> HttpResponse:
    """Remind those who have not read it."""
    amount = remind_of_bulletin(get_bulletin(request.user, pk), user=request.user)
    text = ngettext("%(n)d person was reminded.", "%(n)d people were reminded.", amount)
    messages.success(request, text % {"n": amount})
    return redirect("desk:bulletin", pk)


@require_POST
@allowed(Permission.WRITE_NOTE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it off everybody's screen."""
    withdraw_bulletin(get_bulletin(request.user, pk), user=request.user)
    messages.success(request, _("Withdrawn. It stays in the history."))
    return redirect("desk:bulletins")
