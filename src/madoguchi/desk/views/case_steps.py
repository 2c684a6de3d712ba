"""Steps of a case, decisions by two, its conversations, and what a conversation's words may be."""

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.cases.actions import decisions as deciding
from madoguchi.cases.actions import signs
from madoguchi.cases.actions import steps as stepping
from madoguchi.cases.actions.decisions import Proposal
from madoguchi.cases.actions.opening import link_conversation, unlink_conversation
from madoguchi.cases.models import Case
from madoguchi.cases.queries import get_case
from madoguchi.cases.steps import step_of
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.cases import DecisionForm, DoneForm, NumberForm, ReplyForm, SkipForm, StepTimeForm
from madoguchi.desk.views.cases import found_url, told
from madoguchi.desk.views.triage import dialog


def _answered[F: forms.Form](
    request: StaffRequest, form: F, deed: Callable[[F], HttpResponse], shown: tuple[str, str, str]
) -> HttpResponse:
    """What a dialog does with its form; what is refused is said at its field. `shown`: title, address, button."""
    if request.method == "POST" and form.is_valid():
        try:
            return deed(form)
        except DomainError as error:
            field = {"conversation": "number"}.get(getattr(error, "field", ""), getattr(error, "field", ""))
            form.add_error(field if field in form.fields else None, str(error))
    return dialog(request, form, *shown)


def _word(found: Case, key: str) -> str:
    step = step_of(found.kind, key)
    if step is None:
        raise NotFound(_("There is no such step."))
    return str(step.word)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def done(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Say that a step was done."""
    found = get_case(request.user, pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = DoneForm(request.POST or None, initial={"at": now})

    def do(valid: DoneForm) -> HttpResponse:
        said = valid.cleaned_data
        stepping.do_step(found, key, note=said["note"], at=said["at"], user=request.user)
        undo = reverse("desk:case-step-undo", args=[pk, key])
        return told(request, _("Step done: %(step)s") % {"step": _word(found, key)}, found_url(found), undo)

    url = reverse("desk:case-step-done", args=[pk, key])
    return _answered(request, form, do, (_word(found, key), url, _("Say that it is done")))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def skip(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Say that a step is not needed."""
    found = get_case(request.user, pk)

    def do(valid: SkipForm) -> HttpResponse:
        stepping.skip_step(found, key, reason=valid.cleaned_data["reason"], user=request.user)
        undo = reverse("desk:case-step-undo", args=[pk, key])
        return told(request, _("Left out: %(step)s") % {"step": _word(found, key)}, found_url(found), undo)

    title = _("Leave out: %(step)s") % {"step": _word(found, key)}
    shown = (title, reverse("desk:case-step-skip", args=[pk, key]), _("Leave out"))
    return _answered(request, SkipForm(request.POST or None), do, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def move(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Set by when a step is meant to be done."""
    found = get_case(request.user, pk)
    step = found.steps.filter(key=key).first()
    due = timezone.localtime(step.due_at) if step and step.due_at else None
    form = StepTimeForm(request.POST or None, initial={"due_at": due})

    def do(valid: StepTimeForm) -> HttpResponse:
        stepping.move_step(found, key, due_at=valid.cleaned_data["due_at"], user=request.user)
        return told(request, _("The time was changed."), found_url(found))

    shown = (_word(found, key), reverse("desk:case-step-move", args=[pk, key]), _("Save"))
    return _answered(request, form, do, shown)


@require_POST
@allowed(Permission.REPLY)
def undo(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Take a step back."""
    found = get_case(request.user, pk)
    stepping.undo_step(found, key, user=request.user)
    return told(request, _("Taken back: %(step)s") % {"step": _word(found, key)}, found_url(found))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose what a second person is to decide."""
    found = get_case(request.user, pk)

    def do(valid: DecisionForm) -> HttpResponse:
        said = valid.cleaned_data
        wanted = Proposal(said["kind"], said["words"], said.get("value", ""), said.get("review_on"))
        deciding.ask_decision(found, wanted, user=request.user)
        return told(request, _("It waits for a second person now."), found_url(found))

    shown = (_("Decision by two"), reverse("desk:case-decision-new", args=[pk]), _("Propose"))
    return _answered(request, DecisionForm(request.POST or None, kind=found.kind), do, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.DECIDE_CASES)
def decide(request: StaffRequest, pk: int, position: int, answer: str) -> HttpResponse:
    """Agree, or refuse with a reason, as the second person."""
    found = get_case(request.user, pk)
    is_agreed = answer == "agree"
    form = ReplyForm(request.POST if request.method == "POST" else None)

    def do(valid: ReplyForm) -> HttpResponse:
        deciding.decide(found, position, is_agreed=is_agreed, reply=valid.cleaned_data["reply"], user=request.user)
        text = _("Agreed by two people.") if is_agreed else _("Refused, with the reason.")
        return told(request, text, found_url(found))

    title = _("Agree to this?") if is_agreed else _("Why not?")
    url = reverse("desk:case-decide", args=[pk, position, answer])
    return _answered(request, form, do, (title, url, _("Agree") if is_agreed else _("Refuse")))


@require_POST
@allowed(Permission.REPLY)
def withdraw(request: StaffRequest, pk: int, position: int) -> HttpResponse:
    """Take one's own proposal back."""
    found = get_case(request.user, pk)
    deciding.withdraw_decision(found, position, user=request.user)
    return told(request, _("The proposal was taken back."), found_url(found))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a conversation belong to the case."""
    found = get_case(request.user, pk)

    def do(valid: NumberForm) -> HttpResponse:
        talk = get_conversation(request.user, valid.cleaned_data["number"])
        link_conversation(found, talk, user=request.user)
        undo_url = reverse("desk:case-unlink", args=[pk, talk.pk])
        return told(
            request, _("#%(number)s belongs to the case now.") % {"number": talk.pk}, found_url(found), undo_url
        )

    shown = (_("Add a conversation"), reverse("desk:case-link", args=[pk]), _("Add"))
    return _answered(request, NumberForm(request.POST or None), do, shown)


@require_POST
@allowed(Permission.REPLY)
def unlink(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Take a conversation out of the case."""
    found = get_case(request.user, pk)
    unlink_conversation(found, get_conversation(request.user, number), user=request.user)
    text = _("#%(number)s was taken out of the case.") % {"number": number}
    return told(request, text, found_url(found))


@require_POST
@allowed(Permission.REPLY)
def dismiss(request: StaffRequest, number: int, kind: str) -> HttpResponse:
    """Say that a conversation's words are no such thing."""
    about = get_conversation(request.user, number)
    signs.dismiss_sign(about, kind, user=request.user)
    undo_url = reverse("desk:case-sign-recall", args=[number, kind])
    return told(request, _("Noted. Later messages are looked at anew."), _of(number), undo_url)


@require_POST
@allowed(Permission.REPLY)
def recall(request: StaffRequest, number: int, kind: str) -> HttpResponse:
    """Take that back."""
    signs.recall_sign(get_conversation(request.user, number), kind, user=request.user)
    return told(request, _("It is offered again."), _of(number))


def _of(number: int) -> str:
    return reverse("desk:cases-of", args=[number])
