"""Custom fields at conversations: saving one as it is changed, filling in what is missing before it is done."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.bulk import make_changes
from madoguchi.conversations.actions.fields import ChangedMeanwhile, set_fields
from madoguchi.conversations.actions.triage import FieldsMissing, change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import get_field
from madoguchi.conversations.models import Conversation, CustomField, UndoStep
from madoguchi.conversations.own import find_status
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.fields import input_name, read_seen
from madoguchi.desk.frame import trigger, untrigger, wants_fragment
from madoguchi.desk.missing import ask_missing, missing_form
from madoguchi.desk.own_fields import own_fields
from madoguchi.desk.promise_lines import with_promises
from madoguchi.desk.rows import status_word
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.views.triage import changed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def fields(request: StaffRequest, number: int) -> HttpResponse:
    """The section of the side panel; a POST saves one field, named by `which`."""
    found = get_conversation(request.user, number)
    if request.method != "POST":
        return _section(request, found)
    if not may(request.user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    which = request.POST.get("which", "")
    field = get_field(int(which) if which.isdecimal() else 0)
    typed = _typed(field, request.POST)
    try:
        seen = {field.pk: read_seen(request.POST.get("seen", ""))}
        step = set_fields([found], {field.pk: typed}, user=request.user, seen=seen)
    except (Invalid, ChangedMeanwhile, FieldsMissing) as error:
        return _refused(request, found, field, typed, error)
    return _saved(request, found, field, step)


def _typed(field: CustomField, posted: QueryDict) -> Any:
    name = input_name(field)
    return posted.getlist(name) if field.kind == FieldKind.MULTI else posted.get(name, "")


def _section(request: StaffRequest, found: Conversation, status: int = 200, **wrong: Any) -> HttpResponse:
    context = {"own": own_fields(request.user, found).section(found, **wrong)}
    if wants_fragment(request):
        return render(request, "desk/own_fields.html", context, status=status)
    return redirect("desk:conversation", found.pk)


def _refused(
    request: StaffRequest, found: Conversation, field: CustomField, typed: Any, error: DomainError
) -> HttpResponse:
    """Say at the field what is wrong and keep what was typed; of what somebody else has changed show the new value."""
    if not wants_fragment(request):
        raise error
    section = own_fields(request.user, found)
    if isinstance(error, ChangedMeanwhile):
        now = section.values(found).get(field.pk)
        typed = now if not isinstance(now, list) else [str(each) for each in now]
    own = section.section(found, typed=typed, wrong=(input_name(field), str(error)))
    return render(request, "desk/own_fields.html#replaced", {"own": own}, status=error.status)


def _saved(request: StaffRequest, found: Conversation, field: CustomField, step: UndoStep) -> HttpResponse:
    text = _("%(name)s was saved.") % {"name": field.name}
    if not wants_fragment(request):
        return changed(request, text, step, to=reverse("desk:conversation", args=[found.pk]))
    is_new = bool(step.data["before"])
    context = {
        "own": own_fields(request.user, found).section(found),
        "text": text if is_new else "",
        "undo_url": reverse("desk:undo", args=[step.pk]),
    }
    response = render(request, "desk/own_fields.html#saved", context)
    return trigger(response, "news") if is_new else response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def finish(request: StaffRequest, number: int) -> HttpResponse:
    """What must be filled in before a conversation is done, in a dialog; sending it fills in and finishes at once."""
    found = get_conversation(request.user, number)
    form, own = missing_form(found, request.POST or None), find_status(request.GET.get("status", ""))
    if request.method == "POST" and form.is_valid():
        typed = form.typed()
        try:
            step = make_changes(
                [found],
                [
                    lambda rows: set_fields(rows, typed, user=request.user),
                    lambda rows: change_status(rows, Status.DONE, user=request.user, own=own),
                ],
                user=request.user,
            )
        except Invalid as error:
            show_refusal(form, error)
        except DomainError as error:
            form.add_error(None, str(error.user_message))
        else:
            text = _("Status: %(status)s") % {"status": own.word if own else status_word(Status.DONE)}
            done = changed(request, with_promises(text, number), step, to=reverse("desk:conversation", args=[number]))
            return untrigger(done, "selection-done")  # others that were left over stay selected
    return ask_missing(request, found, form, own=own)
