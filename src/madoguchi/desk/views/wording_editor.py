"""One template: writing it beside its preview, its history with what changed, and its figures."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import active_users, get_user
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.chosen_files import ChosenFiles, read_files, shown_files
from madoguchi.desk.forms.wording import TemplateForm
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.wording_page import (
    differing_deeds,
    field_groups,
    icon_of,
    language_word,
    preview,
    sample,
    scope_word,
    version_line,
)
from madoguchi.search.word_diff import Piece, word_diff
from madoguchi.wording.actions.templates import (
    ChangedMeanwhile,
    change_template,
    create_template,
    give_template,
    restore_version,
)
from madoguchi.wording.choices import MAX_BODY, MAX_SUBJECT, Kind
from madoguchi.wording.deeds import read_deeds, tell_deeds
from madoguchi.wording.models import Template
from madoguchi.wording.queries import (
    files_of,
    files_of_version,
    folder_tree,
    get_template,
    get_version,
    may_change,
    uses_by_month,
    uses_by_person,
    versions_of,
)
from madoguchi.wording.replies import content_of_reply
from madoguchi.wording.surroundings import around_conversation

#: A template has ten files at most.
_MAX_TICKED = 100


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def template(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One template, new or existing: its form beside its preview, or the preview alone for who may not change it."""
    found = get_template(request.user, pk) if pk else None
    if found is not None and not may_change(request.user, found):
        return _readable(request, found)
    kind = request.GET.get("kind", "")
    initial = {"kind": kind if kind in Kind.values else Kind.TEMPLATE.value, "folder": request.GET.get("folder", "")}
    initial |= _of_reply(request)
    form = TemplateForm(request.POST or None, user=request.user, template=found, initial=initial)
    context: dict[str, object] = {}
    chosen = _chosen_files(request, form) if form.is_bound else shown_files(request.user, [], words_now())
    if form.is_bound and form.is_valid():
        try:
            saved = _save(request, found, form, chosen)
        except ChangedMeanwhile as error:
            context = _beside(form, error)
        except Invalid as error:
            show_refusal(form, error)
        except NotAllowed as error:
            form.add_error("scope", str(error.user_message))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:template", saved.pk)
    status = 409 if context else 422 if form.errors else 200
    context |= {"chosen": chosen, "removed": _removed(request)}
    return _edit(request, found, form, context, status=status)


def _of_reply(request: StaffRequest) -> dict[str, str]:
    """What a template made of a reply begins with: its names, numbers and days are fields."""
    pk = request.GET.get("from", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return {}
    reply = get_message(request.user, int(pk))
    content = content_of_reply(reply, request.user)
    return {name: getattr(content, name) for name in ("name", "subject", "body", "folder", "language")}


@transaction.atomic
def _save(request: StaffRequest, found: Template | None, form: TemplateForm, chosen: ChosenFiles) -> Template:
    added = chosen.enclosures
    if found is None:
        return create_template(form.content(), user=request.user, files=added)
    version = form.cleaned_data["version"] or found.version
    removed = _removed(request)
    return change_template(found, form.content(), user=request.user, version=version, added=added, removed=removed)


def _removed(request: StaffRequest) -> set[int]:
    """The files that are ticked to be taken off."""
    ticked = request.POST.getlist("removed")[:_MAX_TICKED]
    return {int(each) for each in ticked if each.isascii() and each.isdecimal() and len(each) < 19}


def _chosen_files(request: StaffRequest, form: TemplateForm) -> ChosenFiles:
    """The files that came along, kept at once: a form that comes back still has them."""
    try:
        return read_files(request, request.user, [], words_now())
    except Invalid as error:
        show_refusal(form, error)
        return shown_files(request.user, [], words_now())


def _beside(form: TemplateForm, error: ChangedMeanwhile) -> dict[str, object]:
    """What somebody else saved beside what was typed here; saving again goes on top of theirs."""
    theirs = error.current
    form.data = {**_plain(form), "version": str(theirs.version)}
    return {
        "meanwhile": str(error.user_message),
        "theirs": theirs,
        "pieces": word_diff(theirs.body, form.cleaned_data["body"].replace("\r\n", "\n").strip("\n")),
    }


def _plain(form: TemplateForm) -> dict[str, object]:
    """What was typed, by the names of the fields."""
    return {name: form[name].value() for name in form.fields}


def _edit(
    request: StaffRequest, found: Template | None, form: TemplateForm, more: Mapping[str, object], *, status: int
) -> HttpResponse:
    values = form.data if form.is_bound else form.initial
    around = sample(request.user, str(values.get("language") or "ja"))
    context = {
        "template": found,
        "form": form,
        "files": _files(found),
        "people": _people(found) if found is not None and found.is_shared else [],
        "folders": [each.path for each in folder_tree(request.user)],
        "groups": field_groups(),
        "preview": preview(str(values.get("subject") or ""), str(values.get("body") or ""), around),
        **more,
    }
    return render_page(request, "desk/template.html", context, status=status)


def _files(found: Template | None) -> list[tuple[int, str, str]]:
    words = words_now()
    return [(each.pk, each.name, words.size(each.blob.size_bytes)) for each in files_of(found)] if found else []


def _people(found: Template) -> list[User]:
    """Who looks after a shared template, and who may do so: whoever may change it."""
    return [each for each in active_users() if each.pk == found.owner_id or may_change(each, found)]


@require_POST
@allowed(Permission.REPLY)
def give(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody else look after a template."""
    found, to = get_template(request.user, pk), request.POST.get("owner", "")
    owner = get_user(int(to) if to.isascii() and to.isdecimal() and len(to) < 19 else 0)
    give_template(found, owner, user=request.user)
    messages.success(request, _("%(name)s looks after this template now.") % {"name": owner.name})
    return redirect("desk:template", pk)


def _readable(request: StaffRequest, found: Template) -> HttpResponse:
    context = {
        "template": found,
        "icon": icon_of(found),
        "scope": scope_word(found),
        "language": language_word(found.language),
        "files": _files(found),
        "told": tell_deeds(read_deeds(found.actions), request.user),
        "preview": preview(found.subject, found.body, sample(request.user, found.language)),
    }
    return render_page(request, "desk/template_read.html", context)


@require_POST
@allowed(Permission.REPLY)
def shown(request: StaffRequest) -> HttpResponse:
    """What the form would become, for a customer who does not exist or for a conversation."""
    number = request.POST.get("for", "").strip().lstrip("#")
    language = request.POST.get("language", "ja")[:10]
    if number.isascii() and number.isdecimal() and len(number) < 19:
        around = around_conversation(get_conversation(request.user, int(number)), request.user)
    else:
        around = sample(request.user, language)
    subject, body = request.POST.get("subject", "")[:MAX_SUBJECT], request.POST.get("body", "")[:MAX_BODY]
    context = {"preview": preview(subject, body.replace("\r\n", "\n"), around)}
    return render(request, "desk/template.html#preview", context)


@require_safe
@allowed(Permission.REPLY)
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what and when, and how often it was sent by whom."""
    found = get_template(request.user, pk)
    versions, words = list(versions_of(found)[:200]), words_now()
    chosen = _chosen(request.GET.get("version", ""), found.version)
    shown_version = get_version(found, chosen)
    before = next((each for each in versions if each.number < chosen), None)
    context = {
        "template": found,
        "versions": [version_line(each, found, words) for each in versions],
        "chosen": version_line(shown_version, found, words),
        "subject": _differing(before.subject if before else "", shown_version.subject, is_first=before is None),
        "pieces": _differing(before.body if before else "", shown_version.body, is_first=before is None),
        "name": _differing(before.name if before else "", shown_version.name, is_first=before is None),
        "files": _files_in(found, chosen, before.number if before else chosen),
        "deeds": differing_deeds(before.actions if before else [], shown_version.actions, is_first=before is None),
        "can_restore": may_change(request.user, found) and chosen != found.version,
        "people": uses_by_person(found),
        "months": uses_by_month(found),
    }
    return render_page(request, "desk/template_history.html", context)


def _chosen(asked: str, newest: int) -> int:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else newest


def _differing(before: str, after: str, *, is_first: bool) -> Sequence[Piece]:
    """What changed since the version before; the first one is simply there."""
    return [Piece("same", after)] if is_first else word_diff(before, after)


def _files_in(template: Template, number: int, before: int) -> list[Piece]:
    """The files of a version, and those that it took away from the one before."""
    now, then = ({each.pk: each.name for each in files_of_version(template, at)} for at in (number, before))
    found = [Piece("same" if pk in then else "added", name) for pk, name in now.items()]
    return found + [Piece("removed", name) for pk, name in then.items() if pk not in now]


@require_POST
@allowed(Permission.REPLY)
def restore(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Let the template say again what this version said."""
    found = get_template(request.user, pk)
    restore_version(found, number, user=request.user, version=found.version)
    messages.success(
        request, _("Version %(number)d stands again. The one before it is in the history.") % {"number": number}
    )
    return redirect("desk:template-history", pk)
