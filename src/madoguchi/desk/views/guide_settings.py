"""設定 › チェックリスト, トークスクリプト: keeping them, and taking scripts in and out as JSON."""

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.queries import category_tree, get_category
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.guides import ChecklistForm, ScriptFileForm, ScriptForm
from madoguchi.desk.settings_frame import render_settings
from madoguchi.guides.actions.scripts import ScriptDraft, delete_script, export_script, imported, keep_script
from madoguchi.guides.actions.templates import ChecklistDraft, delete_template, keep_template
from madoguchi.guides.models import ChecklistTemplate, TalkScript
from madoguchi.guides.queries import all_scripts, all_templates, get_script, get_template
from madoguchi.guides.scripts import read_script

CHECKLISTS, SCRIPTS = "desk:checklists", "desk:scripts"
#: Longer files are no talk script.
MAX_FILE_BYTES = 1024 * 1024


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def checklists(request: StaffRequest) -> HttpResponse:
    """Every checklist."""
    return render_settings(request, "desk/checklists.html", {"templates": all_templates()}, current=CHECKLISTS)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def checklist(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a checklist, or change one."""
    found = get_template(pk) if pk else None
    inboxes = {each.pk: each for each in inboxes_of(request.user)}
    form = ChecklistForm(
        request.POST or None, tree=category_tree(), inboxes=inboxes.values(), initial=_checklist_values(found)
    )
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        category = get_category(values["category"]) if values["category"] else None
        items, inbox = values["items"].splitlines(), inboxes.get(values["inbox"])
        wanted = ChecklistDraft(values["name"], items, category, inbox, is_active=values["is_active"])
        try:
            keep_template(found, wanted, user=request.user)
            return _saved(request, CHECKLISTS)
        except Invalid as error:
            _show(form, error)
    context = {"form": form, "template": found}
    return render_settings(request, "desk/checklist.html", context, current=CHECKLISTS, status=_code(form))


def _checklist_values(found: ChecklistTemplate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "name": found.name,
        "items": "\n".join(found.items),
        "category": found.category_id,
        "inbox": found.inbox_id,
        "is_active": found.is_active,
    }


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def forget_checklist(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a checklist; those in use stay."""
    delete_template(get_template(pk), user=request.user)
    return _saved(request, CHECKLISTS, _("Deleted."))


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def scripts(request: StaffRequest) -> HttpResponse:
    """Every talk script."""
    context = {"scripts": all_scripts(), "form": ScriptFileForm()}
    return render_settings(request, "desk/scripts.html", context, current=SCRIPTS)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def script(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a talk script, or change one; all that is wrong is said with its line."""
    found = get_script(pk) if pk else None
    form = ScriptForm(request.POST or None, tree=category_tree(), initial=_script_values(found))
    if form.is_bound and form.is_valid():
        try:
            keep_script(found, _wanted(form.cleaned_data), user=request.user)
            return _saved(request, SCRIPTS)
        except DomainError as error:
            _show(form, error)
    steps, _problems = read_script(str(form["source"].value() or ""))
    context = {"form": form, "script": found, "steps": steps}
    return render_settings(request, "desk/script.html", context, current=SCRIPTS, status=_code(form))


def _wanted(values: dict[str, Any]) -> ScriptDraft:
    return ScriptDraft(
        name=values["name"],
        source=values["source"].replace("\r\n", "\n"),
        category=get_category(values["category"]) if values["category"] else None,
        is_active=values["is_active"],
        version=values["version"],
    )


def _script_values(found: TalkScript | None) -> dict[str, Any] | None:
    if found is None:
        return {"source": f"# {_('Beginning')}\n\n> {_('Solved')}\n"}
    return {
        "name": found.name,
        "source": found.source,
        "category": found.category_id,
        "is_active": found.is_active,
        "version": found.version,
    }


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def forget_script(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a talk script; those being followed go on."""
    delete_script(get_script(pk), user=request.user)
    return _saved(request, SCRIPTS, _("Deleted."))


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def give_out(request: StaffRequest, pk: int) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A talk script as a file."""
    found = get_script(pk)
    content = json.dumps(export_script(found), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}.json"
    return response


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def take_in(request: StaffRequest) -> HttpResponse:
    """Add a talk script from a file."""
    form = ScriptFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            keep_script(None, imported(_read(form.cleaned_data["file"])), user=request.user)
            return _saved(request, SCRIPTS)
        except Invalid as error:
            form.add_error("file", str(error))
    context = {"scripts": all_scripts(), "form": form}
    return render_settings(request, "desk/scripts.html", context, current=SCRIPTS, status=422)


def _read(file: Any) -> Any:
    if file.size > MAX_FILE_BYTES:
        raise Invalid(_("The file is larger than 1 MB, so it is no talk script."), field="file")
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(_("The file is no JSON. Choose one that was exported here."), field="file") from None


def _saved(request: StaffRequest, to: str, text: str = "") -> HttpResponse:
    messages.success(request, text or _("Saved."))
    return redirect(to)


def _show(form: Any, error: DomainError) -> None:
    field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
    for line in str(error).splitlines():
        form.add_error(field, line)


def _code(form: Any) -> int:
    return 422 if form.errors else 200
