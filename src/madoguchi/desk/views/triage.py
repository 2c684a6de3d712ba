"""Filing one conversation or many: status, people, tags, category, priority, joining and splitting, each with undo."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users, all_teams, get_team, get_user
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.restructure import split_conversation
from madoguchi.conversations.actions.triage import (
    FieldsMissing,
    assign,
    assign_team,
    change_status,
    change_subject,
    change_tags,
    follow,
    set_category,
    set_priority,
)
from madoguchi.conversations.actions.undo import undo as undo_step
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import Missing, live_fields
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.conversations.own import find_status
from madoguchi.conversations.queries import (
    all_tags,
    category_tree,
    conversations_by_ids,
    get_category,
    get_conversation,
    get_message,
)
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.fields import OwnFieldsForm
from madoguchi.desk.forms.filing import FilingForm, HoldForm, SubjectForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment
from madoguchi.desk.missing import ask_missing, complete_ones, tell_left
from madoguchi.desk.promise_lines import with_promises, with_promises_among
from madoguchi.desk.rows import status_word
from madoguchi.desk.settings_frame import show_refusal


def changed(
    request: StaffRequest, text: str, step: UndoStep | None = None, *, to: str = "", link: int = 0
) -> HttpResponse:
    """Say what was done and offer 元に戻す; the panes refresh themselves.

    `to` is where a plain browser goes; `link` the number of another conversation that one may want to see now.
    """
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(to or "desk:inbox")
    undo_url = reverse("desk:undo", args=[step.pk]) if step else ""
    more = {"href": _at(link), "href_word": _("Open it")} if link else {}
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url, **more})
    for event in ("news", "rows", "dialog-close", "selection-done"):
        trigger(response, event)
    return response


def _at(number: int) -> str:
    return reverse("desk:conversation", args=[number])


@require_POST
@allowed(Permission.ASSIGN)
def status(request: StaffRequest, number: int) -> HttpResponse:
    """Change the status of one conversation."""
    wanted = request.POST.get("status", "")
    found, own = get_conversation(request.user, number), find_status(wanted)
    try:
        step = change_status([found], own.state if own else wanted, user=request.user, own=own)
    except FieldsMissing:
        return ask_missing(request, found, own=own)
    text = _("Status: %(status)s") % {"status": own.word if own else status_word(wanted)}
    if Status.DONE in (wanted, own.state if own else ""):
        text = with_promises(text, number)
    return changed(request, text, step, to=_at(number))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def hold(request: StaffRequest, number: int) -> HttpResponse:
    """Put a conversation on hold, with a reason and the time it comes back."""
    found = get_conversation(request.user, number)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = change_status([found], Status.HOLD, user=request.user, **form.cleaned_data)
        return changed(request, _("Status: %(status)s") % {"status": status_word(Status.HOLD)}, step, to=_at(number))
    return dialog(request, form, _("Put on hold"), reverse("desk:hold", args=[number]), _("Put on hold"))


def dialog(request: StaffRequest, form: object, title: str, url: str, deed: str, **more: object) -> HttpResponse:
    """A form in a dialog, or on a page of its own."""
    context = {"form": form, "dialog_title": title, "url": url, "deed": deed, "dialog": "desk/form_dialog.html", **more}
    code = 422 if request.method == "POST" else 200
    if wants_fragment(request):
        return render(request, "desk/form_dialog.html", context, status=code)
    return render_page(request, "desk/dialog_page.html", context, status=code)


@require_safe
@allowed(Permission.ASSIGN)
def assignees(request: StaffRequest) -> HttpResponse:
    """The menu of people and teams, for one conversation or for the chosen ones."""
    number = request.GET.get("number", "")
    people = [person for person in active_users() if may(person, Permission.ASSIGN)]
    context = {
        "people": sorted(people, key=lambda person: person.pk != request.user.pk),
        "teams": all_teams(),
        "me": request.user,
        "url": reverse("desk:assign", args=[int(number)]) if number.isdecimal() else reverse("desk:bulk"),
        "is_bulk": not number.isdecimal(),
        "dialog_title": _("Set the assignee"),
    }
    if wants_fragment(request):
        return render(request, "desk/assignees.html", context)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": "desk/assignees.html"})


@require_POST
@allowed(Permission.ASSIGN)
def assign_one(request: StaffRequest, number: int) -> HttpResponse:
    """Give one conversation to a person or a team."""
    text, step = _assign(request, [get_conversation(request.user, number)])
    return changed(request, text, step, to=_at(number))


def _assign(request: StaffRequest, conversations: Sequence[Conversation]) -> tuple[str, UndoStep]:
    if team := request.POST.get("team", ""):
        chosen = get_team(int(team)) if team.isdecimal() else None
        name = chosen.name if chosen else _("none")
        return _("Team: %(name)s") % {"name": name}, assign_team(conversations, chosen, user=request.user)
    person = _person(request, request.POST.get("assignee", ""))
    name = person.name if person else _("Unassigned")
    return _("Assignee: %(name)s") % {"name": name}, assign(conversations, person, user=request.user)


def _person(request: StaffRequest, value: str) -> User | None:
    if value == "me":
        return request.user
    return get_user(int(value)) if value.isdecimal() else None


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def filing(request: StaffRequest, number: int) -> HttpResponse:
    """Tags, category and priority of one conversation."""
    found = get_conversation(request.user, number)
    form = FilingForm(request.POST or None, conversation=found, tree=category_tree(), tags=all_tags())
    if request.method == "POST" and form.is_valid():
        steps = _file(request, [found], form)
        return changed(request, _("Filed."), steps[0] if len(steps) == 1 else None, to=_at(number))
    return dialog(request, form, _("Tags, category, priority"), reverse("desk:filing", args=[number]), _("Save"))


def _file(request: StaffRequest, conversations: Sequence[Conversation], form: FilingForm) -> list[UndoStep]:
    """Only what differs is changed, so that the history tells no changes that were none."""
    steps = []
    if form.added or form.removed:
        steps.append(change_tags(conversations, add=form.added, remove=form.removed, user=request.user))
    if form.has_new_category:
        category = get_category(form.cleaned_data["category"]) if form.cleaned_data["category"] else None
        steps.append(set_category(conversations, category, user=request.user))
    if form.has_new_priority:
        steps.append(set_priority(conversations, form.cleaned_data["priority"], user=request.user))
    return steps


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def subject(request: StaffRequest, number: int) -> HttpResponse:
    """Call a conversation something else."""
    found = get_conversation(request.user, number)
    form = SubjectForm(request.POST or None, initial={"subject": found.subject})
    if request.method == "POST" and form.is_valid():
        step = change_subject(found, form.cleaned_data["subject"], user=request.user)
        return changed(request, _("The subject was changed."), step, to=_at(number))
    return dialog(request, form, _("Change the subject"), reverse("desk:subject", args=[number]), _("Save"))


@require_POST
@allowed(Permission.READ)
def follow_one(request: StaffRequest, number: int) -> HttpResponse:
    """Follow a conversation, or stop."""
    is_on = bool(request.POST.get("on"))
    follow(get_conversation(request.user, number), user=request.user, is_on=is_on)
    return changed(request, _("Following.") if is_on else _("Not following any more."), to=_at(number))


@require_POST
@allowed(Permission.ASSIGN)
def split(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a new conversation with this message."""
    message = get_message(request.user, pk)
    old = get_conversation(request.user, message.conversation_id)
    new, step = split_conversation(old, message, user=request.user)
    text = _("Split off as #%(new)s.") % {"new": new.pk}
    return changed(request, text, step, to=_at(new.pk), link=new.pk)


@require_POST
@allowed(Permission.ASSIGN)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own last change back."""
    undone = undo_step(pk, user=request.user)
    text = _("Undone.")
    if undone.drafts_stay_in:
        text = _("Undone. A draft that was changed, sent or discarded since the merge was left as it is (#%(number)s).")
        text %= {"number": undone.drafts_stay_in}
    return changed(request, text, to=_at(undone.conversations[0]) if undone.conversations else "")


@require_POST
@allowed(Permission.ASSIGN)
def bulk(request: StaffRequest) -> HttpResponse:
    """One change to all chosen conversations."""
    chosen = chosen_ones(request)
    if not chosen:
        raise Invalid(_("Choose the conversations first."))
    complete, wanted = chosen, request.POST.get("status", "")
    missing: Missing = {}
    own = find_status(wanted)
    if is_done := Status.DONE in (wanted, own.state if own else ""):
        complete, missing = complete_ones(chosen)
        if not complete:
            return tell_left(request, None, chosen, missing)
    text, step = _bulk(request, complete)
    amount = ngettext("%(n)d conversation", "%(n)d conversations", len(complete)) % {"n": len(complete)}
    text, link = f"{amount} – {text}", 0
    if is_done:
        text, link = with_promises_among(text, [each.pk for each in complete])
    done = changed(request, text, step, link=link)
    return tell_left(request, done, chosen, missing) if missing else done


def chosen_ones(request: StaffRequest) -> list[Conversation]:
    """Those that were selected in the list, as far as the person sees them."""
    values = request.POST.getlist("conversation") or request.GET.getlist("conversation")
    return conversations_by_ids(request.user, [int(value) for value in values if value.isdecimal()])


def _bulk(request: StaffRequest, chosen: list[Conversation]) -> tuple[str, UndoStep]:
    if wanted := request.POST.get("status", ""):
        own = find_status(wanted)
        step = change_status(chosen, own.state if own else wanted, user=request.user, own=own)
        return _("Status: %(status)s") % {"status": own.word if own else status_word(wanted)}, step
    return _assign(request, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def bulk_more(request: StaffRequest) -> HttpResponse:
    """Tags, category and priority of all chosen conversations."""
    chosen = chosen_ones(request)
    form = FilingForm(request.POST or None, conversation=None, tree=category_tree(), tags=all_tags())
    own = OwnFieldsForm(request.POST or None, fields=live_fields(), values={}, conversation=None)
    if request.method == "POST" and form.is_valid() and own.is_valid():
        try:
            return changed(request, _("Filed."), _file_all(request, chosen, form, own))
        except Invalid as error:
            show_refusal(own, error)
    title = ngettext("File %(n)d conversation", "File %(n)d conversations", len(chosen)) % {"n": len(chosen)}
    return dialog(request, form, title, reverse("desk:bulk-more"), _("Save"), chosen=chosen, own=own)


@transaction.atomic
def _file_all(
    request: StaffRequest, chosen: list[Conversation], form: FilingForm, own: OwnFieldsForm
) -> UndoStep | None:
    """Both forms as one step where there is one."""
    steps = _file(request, chosen, form)
    if typed := own.typed_to_change():
        steps.append(set_fields(chosen, typed, user=request.user))
    return steps[0] if len(steps) == 1 else None
