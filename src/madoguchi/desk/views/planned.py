"""送信予約: the list of mails that wait for their time, and what is done with one of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.hours import zone_of
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.planning import move_plan, release_planned, send_planned_now
from madoguchi.conversations.actions.replies import SomethingHappened
from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Message
from madoguchi.conversations.preflighting import LookFirst, findings_for_stored
from madoguchi.conversations.queries import get_conversation, get_message, happened_to_plan, planned_messages
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.deliveries import taken_back_word
from madoguchi.desk.forms.plan import PlanForm
from madoguchi.desk.forms.reason import AllTheSameForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.meanwhile import happened
from madoguchi.desk.planned_lines import planned_lines
from madoguchi.desk.planning import planned_time, told_time
from madoguchi.desk.preflight_panel import Panel, panel_of
from madoguchi.desk.views.leaving import acknowledged_in, look_first, told_waiting
from madoguchi.desk.views.triage import changed, dialog

SHOWN = 200


@require_safe
@allowed(Permission.READ)
def planned(request: StaffRequest) -> HttpResponse:
    """Every mail that waits for its time or was held back; with `mine` one's own."""
    is_mine = request.GET.get("mine") == "1"
    found = list(planned_messages(request.user, is_mine=is_mine)[: SHOWN + 1])
    lines = planned_lines(request.user, found[:SHOWN], words_now())
    context = {"lines": lines, "is_mine": is_mine, "is_cut": len(found) > SHOWN}
    if wants_fragment(request):
        return render(request, "desk/planned.html#lines", context)
    return render_page(request, "desk/planned.html", context)


@require_safe
@allowed(Permission.REPLY)
def times(request: StaffRequest) -> HttpResponse:
    """What is to be known of a time while it is being chosen."""
    number, inbox_id = request.GET.get("number", ""), request.GET.get("inbox", "")
    customer_zone = ""
    if number.isdecimal():
        found = get_conversation(request.user, int(number))
        inbox, customer_zone = found.inbox, found.customer.time_zone
    else:
        inbox = get_inbox(request.user, int(inbox_id) if inbox_id.isdecimal() else 0)
    values = request.GET.copy()
    values["send_at"] = "own"
    notes, error = told_time(values, inbox, customer_zone)
    return render(request, "desk/plan_times.html", {"notes": notes, "error": error})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose another time for a planned mail."""
    message = get_message(request.user, pk)
    conversation = message.conversation
    form = PlanForm.of(conversation, message.planned_at, request.POST or None)
    panel: Panel | None = None
    if request.method == "POST" and form.is_valid():
        try:
            at = planned_time(request.POST, zone_of(conversation.inbox).key)
            if at is not None:
                moved = move_plan(message, at, user=request.user, acknowledged=acknowledged_in(request))
                text = told_waiting(moved) or _("The mail leaves %(time)s.") % {"time": words_now().due(at)}
                return changed(request, text, to=_place(message.conversation_id))
        except LookFirst as error:
            form.add_error(None, str(error))
            panel = panel_of(error.found, letter_of(message))
        except Invalid as error:
            form.add_error("send_at_own", str(error))
    deed = _("Send at this time")
    return dialog(request, form, _("Change the time"), reverse("desk:plan", args=[pk]), deed, panel=panel)


@require_POST
@allowed(Permission.REPLY)
def send_now(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a planned mail leave now, after the usual undo time."""
    message = get_message(request.user, pk)
    try:
        message = send_planned_now(message, user=request.user, acknowledged=acknowledged_in(request))
    except LookFirst as error:
        return look_first(request, error, message, reverse("desk:send-now", args=[pk]))
    return changed(request, told_waiting(message) or _("The reply will be sent."), to=_place(message.conversation_id))


@require_POST
@allowed(Permission.REPLY)
def unplan(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel a planned mail; what was written stays as a draft."""
    message = get_message(request.user, pk)
    text = taken_back_word(was_asking=message.state == MessageState.AWAITING_APPROVAL)
    cancel_reply(message, user=request.user)
    if wants_fragment(request):
        return changed(request, text)
    messages.success(request, text)
    return redirect("desk:planned")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.SEND_UNCHECKED)
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what happened since a mail was planned; with a reason it leaves all the same."""
    message = get_message(request.user, pk)
    form = AllTheSameForm(request.POST) if request.method == "POST" else None
    try:
        if form is not None and form.is_valid():
            seen, reason = form.cleaned_data["seen_event_id"], form.cleaned_data["reason"]
            known = acknowledged_in(request)
            release_planned(message, user=request.user, seen_event_id=seen, reason=reason, acknowledged=known)
            return changed(request, _released(message), to=_place(message.conversation_id))
    except LookFirst as error:
        assert form is not None
        form.add_error(None, str(error))
    except SomethingHappened:
        form = None  # shown below with all of it, to be looked at again
    since = happened_to_plan(request.user, message)
    if form is None:
        form = AllTheSameForm(initial={"seen_event_id": latest_event_id(message.conversation)})
    url = reverse("desk:release", args=[pk])
    told = happened(since, words_now())
    panel = panel_of(findings_for_stored(message, message.conversation), letter_of(message))
    title = _("What happened since it was planned") if told else _("Send it all the same?")
    return dialog(request, form, title, url, _("Send all the same"), happened=told, panel=panel)


def _released(message: Message) -> str:
    return told_waiting(message) or _("The mail leaves at its time, or at once if that has passed.")


def _place(number: int) -> str:
    return reverse("desk:conversation", args=[number])
