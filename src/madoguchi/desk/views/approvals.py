"""承認待ち: the queue, one request to decide about in place, and the figures."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users, get_user
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions.absences import end_absence, set_absence
from madoguchi.conversations.actions.approvals import (
    AlreadyDecided,
    TextChanged,
    Verdict,
    approve_reply,
    edit_reply,
    send_back_reply,
)
from madoguchi.conversations.actions.replies import SomethingHappened
from madoguchi.conversations.actions.training import end_training
from madoguchi.conversations.approval_choices import RequestState, VersionKind
from madoguchi.conversations.approval_letters import kept_letter
from madoguchi.conversations.approval_queue import (
    absence_of,
    approval_policy,
    current_absences,
    get_request,
    recent_requests,
    request_about,
    waiting_for,
)
from madoguchi.conversations.approval_statistics import approval_statistics, trainees, unchanged_in_a_row
from madoguchi.conversations.approval_words import hours_words, read_names
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import ApprovalRequest
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.conversations.queries import get_conversation, newest_inbound
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.approval_figures import figures
from madoguchi.desk.approval_findings import findings_of
from madoguchi.desk.approval_needed import why_needed
from madoguchi.desk.approval_page import Around, files_of, queue_groups, queue_line, request_page
from madoguchi.desk.chosen_files import read_files, shown_files
from madoguchi.desk.forms.approval import APPROVE, SEND_BACK, AbsenceForm, DecideForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.meanwhile import Happened, happened
from madoguchi.desk.preflight_panel import Panel
from madoguchi.desk.settings_frame import render_settings, show_refusal
from madoguchi.desk.written import Written
from madoguchi.preflight.finding import Finding

_RECENT = 30
_PERIODS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a decision did not go through, with what happened meanwhile."""

    text: str = ""
    status: int = 200
    meanwhile: tuple[Happened, ...] = ()
    seen_event_id: int = 0
    found: tuple[Finding, ...] | None = None  #: what the pre-flight objected to in the letter as it was edited


@require_safe
@allowed(Permission.REPLY)
def approvals(request: StaffRequest) -> HttpResponse:
    """What waits; the most urgent that this person decides is open at once."""
    queue = waiting_for(request.user)
    first = None if "list" in request.GET else next(iter((*queue.mine, *queue.own)), None)  # a phone shows one of them
    return _show(request, get_request(request.user, first.pk) if first else None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def approval(request: StaffRequest, pk: int) -> HttpResponse:
    """One request beside the queue; posting decides about it, and the next one opens."""
    found = get_request(request.user, pk)
    if request.method != "POST":
        return _show(request, found)
    form = _form(request, found)
    try:
        form.chosen = read_files(request, request.user, files_of(found.message), words_now())
    except Invalid as error:
        return _show(request, found, form, Refusal(str(error), error.status))
    if not form.is_valid():
        return _show(request, found, form, Refusal(_("Something is missing. See below."), 422))
    try:
        with transaction.atomic():  # an edit that may not leave is not kept behind its author's back
            return _decide(request, found, form)
    except LookFirst as error:
        refusal = Refusal(str(error), error.status, found=tuple(error.found))
    except SomethingHappened as error:
        since = tuple(happened(error.disturbances, words_now()))
        refusal = Refusal(str(error), error.status, since, error.disturbances[-1].event_id)
    except (Invalid, TextChanged, AlreadyDecided) as error:
        is_reason = isinstance(error, Invalid) and error.field == "reason"
        if is_reason:
            form.ask_reason(str(error))
        refusal = Refusal("" if is_reason else str(error), error.status)
    return _show(request, get_request(request.user, pk), form, refusal)


@require_POST
@allowed(Permission.REPLY)
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """What is to be looked at in the letter as it stands in the approver's form."""
    found = get_request(request.user, pk)
    form = _form(request, found)
    try:
        form.chosen = read_files(request, request.user, files_of(found.message), words_now())
        panel = findings_of(found, form, None)
    except Invalid:  # deciding says what is wrong with it
        panel = None
    return render(request, "desk/preflight.html", {"panel": panel or Panel(())})


@require_safe
@allowed(Permission.READ)
def of_message(request: StaffRequest, pk: int) -> HttpResponse:
    """From a message to its request."""
    return redirect("desk:approval", request_about(request.user, pk).pk)


def _form(request: StaffRequest, found: ApprovalRequest) -> DecideForm:
    data = request.POST if request.method == "POST" else None
    return DecideForm(data, reasons=approval_policy().reasons, letter=kept_letter(found.message), seen=found.seen)


def _decide(request: StaffRequest, found: ApprovalRequest, form: DecideForm) -> HttpResponseRedirect:
    """Keep the edit if there is one, then approve or send back as was pressed."""
    cleaned, deed, message = form.cleaned_data, request.POST.get("deed", ""), found.message
    said = Verdict(cleaned["seen"], comment=cleaned["comment"], reasons=tuple(cleaned["reasons"]))
    version = None
    if form.touches_letter:
        files = form.chosen.enclosures if form.chosen and form.chosen.is_answered else None
        version = edit_reply(message, form.letter(), user=request.user, verdict=said, files=files)
    if version is not None and version.kind == VersionKind.KEPT:
        messages.warning(request, _("It was taken back or decided meanwhile. Your edit is kept for its author."))
        return redirect("desk:approval", found.pk)
    seen = f"{version.number}.0" if version else cleaned["seen"]
    if deed == SEND_BACK:
        send_back_reply(
            message, user=request.user, reason=cleaned["comment"], verdict=Verdict(seen, reasons=said.reasons)
        )
        messages.success(request, _("Sent back to its author."))
        return _next(request)
    if deed == APPROVE:
        return _approve(request, found, seen, said, is_edited=version is not None)
    messages.success(request, _("The changes are saved. It still waits for approval."))
    return redirect("desk:approval", found.pk)


def _approve(
    request: StaffRequest, found: ApprovalRequest, seen: str, said: Verdict, *, is_edited: bool
) -> HttpResponseRedirect:
    event_id, reason = request.POST.get("seen_event_id", ""), request.POST.get("override", "").strip()
    knows = event_id.isdecimal() and len(event_id) < 19 and reason
    verdict = Verdict(
        seen,
        int(event_id) if knows else 0,
        cut_whole(reason, 200) if knows else "",
        "" if is_edited else said.comment,  # with an edit it stands there
        () if is_edited else said.reasons,
        frozenset(" ".join(request.POST.getlist("acknowledge")).split()[:500]),
    )
    message = approve_reply(found.message, user=request.user, verdict=verdict)
    waits = message.state == MessageState.AWAITING_APPROVAL
    messages.success(
        request, _("Approved. It goes on to the next step.") if waits else _("Approved. The reply will be sent.")
    )
    return _next(request)


def _next(request: StaffRequest) -> HttpResponseRedirect:
    """The next one that waits for this person, without leaving the queue."""
    following = next(iter(waiting_for(request.user).mine), None)
    return redirect("desk:approval", following.pk) if following else redirect("desk:approvals")


def _show(
    request: StaffRequest, found: ApprovalRequest | None, form: DecideForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    words, refusal = words_now(), refusal or Refusal()
    decided = recent_requests(request.user).exclude(state=RequestState.WAITING)[:_RECENT]
    context: dict[str, object] = {
        "groups": queue_groups(waiting_for(request.user), words, current=found.pk if found else None),
        "recent": [queue_line(each, words) for each in decided],
        "refusal": refusal,
        "can_see_figures": may(request.user, Permission.APPROVE),
        "away": current_absences()[:20],
    }
    if wants_fragment(request):
        context["messages"] = ()  # what was just done is said on the page that comes next, not in a piece of this one
    if found is not None:
        around = Around(request.user, words, read_names(), newest_inbound(found.message.conversation))
        page = request_page(found, kept_letter(found.message), around)
        objections = findings_of(found, form, refusal.found)
        context |= {
            "page": page,
            "panel": objections,
            "form": (form or _form(request, found)) if page.can_decide or form else None,
            "files": form.chosen if form and form.chosen else shown_files(request.user, files_of(found.message), words),
        }
    return render_page(request, "desk/approvals.html", context, status=refusal.status)


@require_POST
@allowed(Permission.REPLY)
def needed(request: StaffRequest) -> HttpResponse:
    """Why what is being written will need approval; nothing when it may leave by itself."""
    number = request.GET.get("number", "")
    found = get_conversation(request.user, int(number)) if number.isdecimal() and len(number) < 19 else None
    inbox_id = request.POST.get("inbox", "")
    inbox = found.inbox if found else None
    if inbox is None and inbox_id.isdecimal() and len(inbox_id) < 19:
        inbox = get_inbox(request.user, int(inbox_id))
    why = why_needed(request.user, inbox, found, Written.read(request.POST)) if inbox else []
    context = {"why": why}
    return render(request, "desk/approval_needed.html", context)


@require_safe
@allowed(Permission.APPROVE)
def statistics(request: StaffRequest) -> HttpResponse:
    """Figures by author and reason, for coaching: by name, without ranks."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, _PERIODS) else 30
    now = timezone.now()
    found = approval_statistics(request.user, since=now - timedelta(days=days), until=now)
    policy = approval_policy()
    learning = [(each, unchanged_in_a_row(each)) for each in trainees()[:100]]
    context = {
        **figures(found),
        "days": days,
        "periods": _PERIODS,
        "needed": policy.unchanged_needed,
        "trainees": [
            {"user": each, "amount": amount, "is_ready": 0 < policy.unchanged_needed <= amount}
            for each, amount in learning
        ],
        "hours_words": hours_words,
    }
    return render_page(request, "desk/approval_statistics.html", context)


@require_POST
@allowed(Permission.APPROVE)
def end_training_of(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a trainee write without approval from now on."""
    author = end_training(get_user(pk), user=request.user)
    messages.success(request, _("%(name)s writes without approval from now on.") % {"name": author.name})
    return redirect("desk:approval-statistics")


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def absence(request: StaffRequest) -> HttpResponse:
    """Being away from deciding: one's own, and who else is."""
    present = absence_of(request.user)
    people = active_users().exclude(pk=request.user.pk).exclude(role__in=["guest", "viewer", "trainee"])
    initial = {} if present is None else {
        "starts_at": present.starts_at, "until": present.until, "substitute": present.substitute_id
    }  # fmt: skip
    form = AbsenceForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and request.POST.get("end"):
        end_absence(request.user, user=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:absence")
    if form.is_bound and form.is_valid() and _keep_absence(request, form):
        messages.success(request, _("Saved."))
        return redirect("desk:absence")
    words = words_now()
    away = [
        {"name": each.user.name, "until": words.due(each.until), "by": each.substitute.name if each.substitute else ""}
        for each in current_absences()
    ]
    context = {"form": form, "present": present, "away": away}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/absence.html", context, current="desk:absence", status=status)


def _keep_absence(request: StaffRequest, form: AbsenceForm) -> bool:
    cleaned = form.cleaned_data
    try:
        substitute = get_user(cleaned["substitute"]) if cleaned["substitute"] else None
        set_absence(
            request.user,
            until=cleaned["until"],
            starts_at=cleaned["starts_at"],
            substitute=substitute,
            user=request.user,
        )
    except Invalid as error:
        show_refusal(form, error)
        return False
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
