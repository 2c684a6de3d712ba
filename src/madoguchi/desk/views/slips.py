"""伝言メモ: messages to colleagues; and the telephone that rings (CTI)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import active_users
from madoguchi.calls.actions.rings import dismiss_ring, set_extension
from madoguchi.calls.actions.slips import Told, answer_slip, send_slip, withdraw_slip
from madoguchi.calls.handing import ALL, FROM_ME, TO_ME, WHOSE, extension_of, get_slip, living_rings, slips_of
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.slips import AnswerForm, ExtensionForm, SlipForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.slip_lines import ring_card, slip_line
from madoguchi.desk.views.triage import dialog

ON_A_PAGE = 50


@require_safe
@allowed(Permission.READ)
def slips(request: StaffRequest) -> HttpResponse:
    """Messages to me, from me, or everybody's; those that wait, or those that were answered."""
    whose = request.GET.get("whose", TO_ME)
    whose = whose if whose in WHOSE else TO_ME
    is_answered = request.GET.get("answered") == "1"
    rows = slips_of(request.user, whose=whose, is_answered=is_answered)
    after = request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after)) if is_answered else rows.filter(pk__gt=int(after))
    found, words = list(rows[: ON_A_PAGE + 1]), words_now()
    here = f"{request.path}?whose={whose}"
    tail = "&answered=1" if is_answered else ""
    names = {TO_ME: _("To me"), FROM_ME: _("From me"), ALL: _("Everybody's")}
    context = {
        "lines": [slip_line(each, request.user, words) for each in found[:ON_A_PAGE]],
        "more_url": f"{here}{tail}&after={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "whose": [(f"{request.path}?whose={key}{tail}", word, key == whose) for key, word in names.items()],
        "groups": [
            (here, _("Unanswered messages"), not is_answered),
            (f"{here}&answered=1", _("Answered"), is_answered),
        ],
    }
    return render_page(request, "desk/slips.html", context)


def _told(request: StaffRequest, text: str) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("desk:slips")
    response = render(request, "desk/toast.html", {"text": text, "undo_url": ""})
    for event in ("slips", "dialog-close"):
        trigger(response, event)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest, number: int) -> HttpResponse:
    """Tell a colleague something about a conversation."""
    found = get_conversation(request.user, number)
    people = [each for each in who_may_see(found.pk, active_users()) if each.pk != request.user.pk]
    form = SlipForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        told = Told(form.recipient_chosen, values["text"], values["wish"], by_mail=values["by_mail"])
        try:
            send_slip(found, told, user=request.user)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _told(request, _("The message is with %(name)s.") % {"name": form.recipient_chosen.name})
    title, url = _("Message to a colleague"), reverse("desk:slip-new", args=[number])
    return dialog(request, form, title, url, _("Leave the message"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.WRITE_NOTE)
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what was done; the sender is told."""
    slip = get_slip(request.user, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_slip(slip, form.cleaned_data["answer"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _told(request, _("%(name)s is told that it is done.") % {"name": slip.sender.name})
    return dialog(request, form, _("Answer the message"), reverse("desk:slip-answer", args=[pk]), _("Done"))


@require_POST
@allowed(Permission.REPLY)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own message back."""
    withdraw_slip(get_slip(request.user, pk), user=request.user)
    return _told(request, _("The message was taken back."))


@require_safe
@allowed(Permission.READ)
def ringing(request: StaffRequest) -> HttpResponse:
    """What rings at one's telephone now."""
    return _rings(request)


@require_POST
@allowed(Permission.READ)
def dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the card of a call away."""
    dismiss_ring(request.user, pk)
    return _rings(request) if wants_fragment(request) else redirect("desk:calls")


def _rings(request: StaffRequest) -> HttpResponse:
    rings = living_rings(request.user, timezone.now())
    return render(request, "desk/ringing.html", {"rings": [ring_card(each, request.user) for each in rings]})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def extension(request: StaffRequest) -> HttpResponse:
    """One's own extension."""
    form = ExtensionForm(request.POST or None, initial={"number": extension_of(request.user)})
    if request.method == "POST" and form.is_valid():
        try:
            set_extension(request.user, form.cleaned_data["number"])
        except Invalid as error:
            form.add_error("number", str(error))
        else:
            return _told(request, _("Saved")) if wants_fragment(request) else redirect("desk:calls")
    return dialog(request, form, _("My extension"), reverse("desk:extension"), _("Save"))
