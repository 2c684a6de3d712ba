"""Decisions about outgoing messages: approval, sending back, sending again, and what is not certain."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, send_back_reply
from madoguchi.conversations.actions.delivery import confirm_sent, send_again
from madoguchi.conversations.actions.replies import SomethingHappened
from madoguchi.conversations.disturbances import Disturbance
from madoguchi.conversations.models import Message
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.conversations.queries import get_message, happened_since_written
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.reason import AllTheSameForm, ReasonForm
from madoguchi.desk.frame import wants_fragment, words_now
from madoguchi.desk.meanwhile import Happened, happened
from madoguchi.desk.views.leaving import acknowledged_in, look_first, told_waiting
from madoguchi.desk.views.triage import changed, dialog

#: No version of a letter: a decision that does not say what it is about is asked again.
_NOTHING_SEEN = "0.0"


def _place(number: int) -> str:
    return reverse("desk:conversation", args=[number])


@require_POST
@allowed(Permission.APPROVE)
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a waiting reply go out as it was shown; what happened since, or is found in it, is shown first."""
    message = get_message(request.user, pk)
    meanwhile: list[Happened] = []
    form = AllTheSameForm(request.POST) if "seen_event_id" in request.POST else None
    verdict = Verdict(request.POST.get("seen", _NOTHING_SEEN), acknowledged=frozenset())
    try:
        if form is None:
            approve_reply(message, user=request.user, verdict=verdict)
            return _approved(request, message)
        if form.is_valid():
            event, reason = form.cleaned_data["seen_event_id"], form.cleaned_data["reason"]
            verdict = replace(verdict, seen_event_id=event, override_reason=reason)
            approve_reply(message, user=request.user, verdict=verdict)
            return _approved(request, message)
    except SomethingHappened as error:
        form = AllTheSameForm(initial={"seen_event_id": error.disturbances[-1].event_id, "seen": verdict.seen})
        meanwhile = happened(error.disturbances, words_now())
    except LookFirst:
        return _to(request, reverse("desk:message-approval", args=[pk]))
    url = reverse("desk:approve", args=[pk])
    return dialog(
        request, form, _("What happened since it was written"), url, _("Approve all the same"), happened=meanwhile
    )


def _to(request: StaffRequest, url: str) -> HttpResponse:
    """To the page of the request, from a form or a fragment: there stands what was found."""
    if not wants_fragment(request):
        return redirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


def _approved(request: StaffRequest, message: Message) -> HttpResponse:
    return changed(request, _("Approved. The reply will be sent."), to=_place(message.conversation_id))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.APPROVE)
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a waiting reply back to its author, with the reason."""
    message = get_message(request.user, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_back_reply(message, user=request.user, reason=form.cleaned_data["reason"])
        return changed(request, _("Sent back to its author."), to=_place(message.conversation_id))
    return dialog(request, form, _("Send back"), reverse("desk:send-back", args=[pk]), _("Send back"))


@require_POST
@allowed(Permission.REPLY)
def resend(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a mail in trouble once more, or say that it did arrive."""
    message = get_message(request.user, pk)
    if request.POST.get("arrived"):
        confirm_sent(message, user=request.user)
        text = _("Noted that the mail arrived.")
        return changed(request, text, to=_place(message.conversation_id))
    return _again(request, message)


def _again(request: StaffRequest, message: Message) -> HttpResponse:
    """What happened since it was written is shown first, and what the check before sending finds in it now."""
    form = AllTheSameForm(request.POST) if "seen_event_id" in request.POST else None
    url, known = reverse("desk:resend", args=[message.pk]), acknowledged_in(request)
    try:
        if form is None or form.is_valid():
            seen, why = (form.cleaned_data["seen_event_id"], form.cleaned_data["reason"]) if form else (0, "")
            message = send_again(
                message, user=request.user, acknowledged=known, seen_event_id=seen, override_reason=why
            )
            text = told_waiting(message) or _("The mail will be sent again.")
            return changed(request, text, to=_place(message.conversation_id))
    except SomethingHappened as error:
        form = AllTheSameForm(initial={"seen_event_id": error.disturbances[-1].event_id})
        return _what_happened(request, form, url, error.disturbances)
    except LookFirst as error:
        return look_first(request, error, message, url, form)
    return _what_happened(request, form, url, happened_since_written(request.user, message))


def _what_happened(
    request: StaffRequest, form: AllTheSameForm | None, url: str, found: Sequence[Disturbance]
) -> HttpResponse:
    title, told = _("What happened since it was written"), happened(found, words_now())
    return dialog(request, form, title, url, _("Send all the same"), happened=told)
