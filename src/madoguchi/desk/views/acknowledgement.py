"""設定 › 窓口 › 自動受付メール: its texts beside how they read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.acknowledgements.actions import change_acknowledgement
from madoguchi.acknowledgements.queries import find_acknowledgement
from madoguchi.channels.queries import get_inbox
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.acknowledgement_page import sent_lately, shown_texts, usable_fields
from madoguchi.desk.forms.acknowledgement import AcknowledgementForm
from madoguchi.desk.settings_frame import render_settings, show_refusal


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_INBOXES)
def acknowledgement(request: StaffRequest, pk: int) -> HttpResponse:
    """The form of one 窓口; what was typed stays when it is refused."""
    inbox = get_inbox(request.user, pk)
    form, status = AcknowledgementForm(request.POST or None, found=find_acknowledgement(inbox)), 200
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            change_acknowledgement(inbox, form.wanted(), user=request.user, version=version)
        except DomainError as error:
            show_refusal(form, error)
            status = error.status
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:acknowledgement", pk)
    context = {
        "inbox": inbox,
        "form": form,
        "groups": usable_fields(),
        "shown": shown_texts(request.user, inbox, form.texts()),
        "sent": sent_lately(inbox, now()),
    }
    status = max(status, 422 if form.errors and status == 200 else status)
    return render_settings(request, "desk/acknowledgement.html", context, current="desk:mailboxes", status=status)


@require_POST
@allowed(Permission.MANAGE_INBOXES)
def shown(request: StaffRequest, pk: int) -> HttpResponse:
    """How the texts that stand in the form would read."""
    inbox = get_inbox(request.user, pk)
    form = AcknowledgementForm(request.POST, found=find_acknowledgement(inbox))
    context = {"shown": shown_texts(request.user, inbox, form.texts())}
    return render(request, "desk/acknowledgement.html#shown", context)
