"""A letter that somebody lets leave later or once more: what the check before sending finds is shown in a dialog."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.preflight_panel import panel_of
from madoguchi.desk.views.triage import dialog


def acknowledged_in(request: HttpRequest) -> frozenset[str]:
    """Keys of the findings that were before their eyes."""
    return frozenset(" ".join(request.POST.getlist("acknowledge")).split()[:500])


def look_first(
    request: StaffRequest, error: LookFirst, message: Message, url: str, form: forms.Form | None = None
) -> HttpResponse:
    """What was found, to be acknowledged by pressing once more; what blocks stays refused.

    `form` holds what goes along with it once more.
    """
    form = form or forms.Form(request.POST)
    form.add_error(None, str(error))
    panel = panel_of(error.found, letter_of(message))
    return dialog(request, form, _("Send it all the same?"), url, _("Send all the same"), panel=panel)


def told_waiting(message: Message) -> str:
    """That it has to be approved first; empty when it leaves."""
    if message.state != MessageState.AWAITING_APPROVAL:
        return ""
    return _("By the rules of now somebody has to approve it first. It waits for that.")
