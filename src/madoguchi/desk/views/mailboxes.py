"""設定 › 窓口: the list with its health, adding, changing, trying the connection, and the provider's permission."""

from secrets import compare_digest

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.actions import change_inbox
from madoguchi.channels.queries import get_inbox, inboxes_of
from madoguchi.channels.registry import channel_class
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import words_now
from madoguchi.desk.mailbox_page import MailboxPage, mailbox_line
from madoguchi.desk.settings_frame import render_settings

#: In the session while somebody is at a provider's page.
ERRAND = "mailbox_errand"


@require_safe
@allowed(Permission.MANAGE_INBOXES)
def mailboxes(request: StaffRequest) -> HttpResponse:
    """Every 窓口 with its health."""
    words = words_now()
    lines = [mailbox_line(inbox, words) for inbox in inboxes_of(request.user)]
    return render_settings(request, "desk/mailboxes.html", {"lines": lines}, current="desk:mailboxes")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@allowed(Permission.MANAGE_INBOXES)
def mailbox(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One 窓口, new or existing: its form, and with `try` the connection test."""
    inbox = get_inbox(request.user, pk) if pk else None
    page = MailboxPage(request.user, inbox, request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid():
        if "try" in request.POST:
            page.try_connection()
        elif saved := page.save():
            messages.success(request, _("Saved."))
            return redirect("desk:mailbox", saved.pk)
    context = {"page": page, "inbox": inbox, "line": mailbox_line(inbox, words_now()) if inbox else None}
    status = 422 if page.has_errors else 200
    return render_settings(request, "desk/mailbox.html", context, current="desk:mailboxes", status=status)


@require_POST
@allowed(Permission.MANAGE_INBOXES)
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch a 窓口 off, or on again; its conversations stay."""
    inbox = get_inbox(request.user, pk)
    change_inbox(inbox, by=request.user.actor, is_active=not inbox.is_active)
    messages.success(request, _("The desk is on again.") if inbox.is_active else _("The desk was switched off."))
    return redirect("desk:mailbox", pk)


@require_POST
@allowed(Permission.MANAGE_INBOXES)
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Go to the provider's permission page."""
    inbox = get_inbox(request.user, pk)
    errand = channel_class(inbox.kind).ask_permission(inbox, redirect_uri=_return_address(request))
    if errand is None:
        raise Invalid(_("This desk has no provider to sign in with. Choose one in its settings."))
    request.session[ERRAND] = {"inbox": pk, "state": errand.state, "verifier": errand.verifier}
    return redirect(errand.url)


@require_safe
@never_cache
@allowed(Permission.MANAGE_INBOXES)
def permitted(request: StaffRequest) -> HttpResponse:
    """The provider sends the person back here, with a code or without."""
    errand = request.session.pop(ERRAND, None)
    if errand is None or not compare_digest(errand["state"], request.GET.get("state", "")):
        raise Invalid(_("This sign-in has ended. Begin again in the settings of the desk."))
    inbox = get_inbox(request.user, errand["inbox"])
    if code := request.GET.get("code", ""):
        channel_class(inbox.kind).keep_permission(
            inbox,
            code=code,
            verifier=errand["verifier"],
            redirect_uri=_return_address(request),
            by=request.user.actor,
        )
        messages.success(request, _("The provider gave its permission."))
    else:
        messages.error(request, _("The provider gave no permission. Sign in there and allow it."))
    return redirect("desk:mailbox", inbox.pk)


def _return_address(request: StaffRequest) -> str:
    return request.build_absolute_uri(reverse("desk:mailbox-permitted"))
