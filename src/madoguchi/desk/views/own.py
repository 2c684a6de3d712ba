"""設定 › ステータス and フォルダ: keeping statuses of one's own and the folders of each 窓口, and filling these."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import get_inbox, inboxes_of
from madoguchi.conversations.actions import folders as folder_actions
from madoguchi.conversations.actions import own_statuses as actions
from madoguchi.conversations.models import Folder, UndoStep
from madoguchi.conversations.own import (
    all_statuses,
    folder_rows,
    folders_of,
    get_folder,
    get_status,
    live_statuses,
    tree_of,
    use_of_statuses,
)
from madoguchi.conversations.queries import conversations_by_ids, get_conversation
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.own import EmptyStatusForm, FolderForm, MoveForm, OwnStatusForm
from madoguchi.desk.settings_frame import render_settings, show_refusal
from madoguchi.desk.views.triage import changed, dialog

STATUSES, FOLDERS = "desk:own-statuses", "desk:folders"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def own_statuses(request: StaffRequest) -> HttpResponse:
    """Every status of one's own with how many conversations have it."""
    amounts = use_of_statuses()
    lines = [(status, amounts.get(status.pk, 0)) for status in all_statuses()]
    context = {
        "lines": [line for line in lines if line[0].retired_at is None],
        "retired": [line for line in lines if line[0].retired_at is not None],
    }
    return render_settings(request, "desk/status_list.html", context, current=STATUSES)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def own_status(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a status, or change one."""
    found = get_status(pk) if pk else None
    form = OwnStatusForm(request.POST or None, status=found, inboxes=inboxes_of(request.user))
    if form.is_bound and form.is_valid():
        try:
            if found:
                actions.change_own_status(found, form.definition(), user=request.user)
            else:
                actions.create_status(form.definition(), user=request.user)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(STATUSES)
    context: dict[str, object] = {"own": found, "form": form}
    if found:
        context |= {
            "amount": use_of_statuses().get(found.pk, 0),
            "empty_form": EmptyStatusForm(None, status=found, others=live_statuses()),
            "undo": request.session.pop("undo_offered", None),
        }
    status = 422 if form.errors else 200
    return render_settings(request, "desk/status_one.html", context, current=STATUSES, status=status)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def retire_own_status(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer a status no more, or again."""
    found = get_status(pk)
    if found.retired_at is None:
        actions.retire_status(found, user=request.user)
        messages.success(request, _("The status is not offered any more. Conversations that have it keep it."))
    else:
        actions.restore_status(found, user=request.user)
        messages.success(request, _("The status is offered again."))
    return redirect("desk:own-status", pk)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def empty_own_status(request: StaffRequest, pk: int) -> HttpResponse:
    """Retire a status and let its conversations go over to another."""
    found = get_status(pk)
    form = EmptyStatusForm(request.POST, status=found, others=live_statuses())
    if not form.is_valid():
        raise Invalid(_("Choose a status that stands for the same as this one."), field="to")
    chosen = form.cleaned_data["to"]
    amount, step = actions.empty_status(found, get_status(int(chosen)) if chosen else None, user=request.user)
    return _told(request, _moved(amount), step, to=reverse("desk:own-status", args=[pk]))


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_own_status(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a status that no conversation has."""
    actions.delete_status(get_status(pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(STATUSES)


def _moved(amount: int) -> str:
    text = ngettext("%(n)d conversation went over.", "%(n)d conversations went over.", amount)
    return text % {"n": amount}


def _told(request: StaffRequest, text: str, step: UndoStep | None, *, to: str) -> HttpResponse:
    """Say it on the next page, with the way back."""
    if step is not None:
        request.session["undo_offered"] = [step.pk, text]
    messages.success(request, text)
    return redirect(to)


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def folders(request: StaffRequest) -> HttpResponse:
    """The tree of each 窓口, and a line to add a folder to it."""
    inboxes = list(inboxes_of(request.user))
    every = list(folders_of(request.user))
    trees = []
    for inbox in inboxes:
        tree = tree_of(folder for folder in every if folder.inbox_id == inbox.pk)
        trees.append((inbox, tree, FolderForm(None, tree=tree, prefix=f"{inbox.pk}_")))
    undo = request.session.pop("undo_offered", None)
    return render_settings(request, "desk/folder_list.html", {"trees": trees, "undo": undo}, current=FOLDERS)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def new_folder(request: StaffRequest, inbox: int) -> HttpResponse:
    """Add a folder to a 窓口."""
    found = get_inbox(request.user, inbox)
    form = FolderForm(request.POST, tree=tree_of(folder_rows([found.pk])))
    if not form.is_valid():
        raise Invalid(_("Enter a name."), field="name")
    parent = form.cleaned_data["parent"]
    above = get_folder(request.user, parent) if parent else None
    folder_actions.create_folder(found, form.cleaned_data["name"], user=request.user, parent=above)
    messages.success(request, _("Saved."))
    return redirect(FOLDERS)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def folder(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a folder something else, or move it."""
    found = get_folder(request.user, pk)
    tree = [each for each in tree_of(folder_rows([found.inbox_id])) if each.folder.pk != pk]
    form = FolderForm(request.POST or None, tree=tree, folder=found)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        above = get_folder(request.user, said["parent"]) if said["parent"] else None
        try:
            folder_actions.change_folder(
                found, user=request.user, name=said["name"], parent=above, position=said["position"] or 0
            )
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(FOLDERS)
    context = {"folder": found, "form": form}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/folder_one.html", context, current=FOLDERS, status=status)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_folder(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a folder; what lies in it goes to where it lay."""
    amount, step = folder_actions.delete_folder(get_folder(request.user, pk), user=request.user)
    return _told(request, _moved(amount), step, to=reverse(FOLDERS))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def put_in_folder(request: StaffRequest, number: int) -> HttpResponse:
    """The dialog that puts a conversation into a folder."""
    found = get_conversation(request.user, number)
    form = MoveForm(request.POST or None, tree=tree_of(folder_rows([found.inbox_id])), present=found.folder_id)
    if form.is_bound and form.is_valid():
        place = _place(request, form.cleaned_data["folder"])
        step = folder_actions.move_to_folder([found], place, user=request.user)
        return changed(request, _in_words(place), step, to=reverse("desk:conversation", args=[number]))
    return dialog(request, form, _("Move to a folder"), reverse("desk:put-in-folder", args=[number]), _("Move"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def put_many_in_folder(request: StaffRequest) -> HttpResponse:
    """The dialog for all chosen conversations; they are of one 窓口."""
    values = request.POST.getlist("conversation") or request.GET.getlist("conversation")
    chosen = conversations_by_ids(request.user, [int(value) for value in values if value.isdecimal()])
    inboxes = {each.inbox_id for each in chosen}
    if len(inboxes) != 1:
        raise Invalid(_("Choose conversations of one desk: each desk has folders of its own."))
    form = MoveForm(request.POST or None, tree=tree_of(folder_rows(inboxes)), present=None)
    if form.is_bound and form.is_valid():
        place = _place(request, form.cleaned_data["folder"])
        return changed(request, _in_words(place), folder_actions.move_to_folder(chosen, place, user=request.user))
    return dialog(request, form, _("Move to a folder"), reverse("desk:put-many-in-folder"), _("Move"), chosen=chosen)


@require_POST
@allowed(Permission.ASSIGN)
def drop_in_folder(request: StaffRequest, pk: int) -> HttpResponse:
    """Put what was dragged onto a folder into it; the numbers come with blanks between."""
    place = get_folder(request.user, pk)
    numbers = [int(value) for value in request.POST.get("conversation", "").split()[:1000] if value.isdecimal()]
    chosen = conversations_by_ids(request.user, numbers)
    if not chosen:
        raise Invalid(_("Choose the conversations first."))
    return changed(request, _in_words(place), folder_actions.move_to_folder(chosen, place, user=request.user))


def _place(request: StaffRequest, pk: int | None) -> Folder | None:
    return get_folder(request.user, pk) if pk else None


def _in_words(place: Folder | None) -> str:
    return _("Folder: %(name)s") % {"name": place.name if place else _("none")}
