"""テンプレート: the list with its folders, and what is done to one line of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.wording import FolderForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.desk.wording_page import branches, list_address, template_line
from madoguchi.wording.actions.favourites import mark_favourite
from madoguchi.wording.actions.folders import rename_folder
from madoguchi.wording.actions.templates import (
    archive_template,
    delete_template,
    duplicate_template,
    unarchive_template,
)
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.queries import Narrowing, favourite_ids, folder_tree, get_template, narrowed

ON_A_PAGE = 50
_MOST_PAGES = 200


def _narrowing(request: StaffRequest) -> Narrowing:
    """What the address narrows by; whatever is unknown narrows by nothing."""
    asked = request.GET
    kind, scope, language = asked.get("kind", ""), asked.get("scope", ""), asked.get("language", "")
    show = asked.get("show", "")
    return Narrowing(
        typed=asked.get("q", "").strip()[:200],
        folder=asked.get("folder") or None,
        kind=kind if kind in Kind.values else "",
        scope=scope if scope in Scope.values else "",
        language=language if language in LetterLanguage.values else "",
        is_archived=show == "archived",
        is_due=show == "due",
        is_favourite=show == "favourites",
    )


@require_safe
@allowed(Permission.REPLY)
def templates(request: StaffRequest) -> HttpResponse:
    """The templates that one may use, by folder, narrowed by what is typed and chosen."""
    by, words = _narrowing(request), words_now()
    page = _page(request.GET.get("page", ""))
    rows = list(narrowed(request.user, by)[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1])
    favourites = favourite_ids(request.user)
    kept = {key: value for key, value in request.GET.items() if key != "page"}
    context = {
        "by": by,
        "show": request.GET.get("show", ""),
        "lines": [template_line(each, request.user, words, favourites) for each in rows[:ON_A_PAGE]],
        "more_url": list_address({**kept, "page": page + 1}) if len(rows) > ON_A_PAGE else "",
        "before_url": list_address({**kept, "page": page - 1}) if page > 1 else "",
        "kinds": Kind.choices,
        "scopes": Scope.choices,
        "languages": LetterLanguage.choices,
        "is_narrowed": bool(kept),
    }
    if wants_fragment(request):
        return render(request, "desk/templates.html#found", context)
    folders = folder_tree(request.user)
    context |= {"has_nav": True, "branches": branches(folders, by), "may_share": _may_share(request)}
    return render_page(request, "desk/templates.html", context)


def _page(asked: str) -> int:
    return (
        min(int(asked), _MOST_PAGES)
        if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 5 and int(asked)
        else 1
    )


def _may_share(request: StaffRequest) -> bool:
    return may(request.user, Permission.SHARE_TEMPLATES)


@require_POST
@allowed(Permission.REPLY)
def favourite(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a template as one's favourite, or take the mark off; the star as it is then."""
    found = get_template(request.user, pk)
    is_on = request.POST.get("on") == "1"
    mark_favourite(found, user=request.user, is_on=is_on)
    if wants_fragment(request):
        return render(request, "desk/template_star.html", {"pk": pk, "name": found.name, "is_favourite": is_on})
    return redirect("desk:templates")


@require_POST
@allowed(Permission.REPLY)
def duplicate(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a copy of one's own and open it."""
    made = duplicate_template(get_template(request.user, pk), user=request.user)
    messages.success(request, _("This is a copy of your own. Change it as you like."))
    return redirect("desk:template", made.pk)


@require_POST
@allowed(Permission.REPLY)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a template away; the toast brings it back."""
    found = get_template(request.user, pk)
    archive_template(found, user=request.user)
    text = _("“%(name)s” was archived. It is not offered any more.") % {"name": found.name}
    return _done(request, text, undo_url=reverse("desk:template-unarchive", args=[pk]))


@require_POST
@allowed(Permission.REPLY)
def unarchive(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer a template again."""
    found = get_template(request.user, pk)
    unarchive_template(found, user=request.user)
    return _done(request, _("“%(name)s” is offered again.") % {"name": found.name})


def _done(request: StaffRequest, text: str, *, undo_url: str = "") -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("desk:templates")
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url})
    return trigger(response, "templates-changed")


@require_POST
@allowed(Permission.REPLY)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget an archived template."""
    delete_template(get_template(request.user, pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(list_address({"show": "archived"}))


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def folder(request: StaffRequest) -> HttpResponse:
    """Call a folder something else, or put it into another one."""
    path = request.GET.get("folder", "")[:200]
    form = FolderForm(request.POST or None, initial={"folder": path})
    if form.is_bound and form.is_valid():
        try:
            amount = rename_folder(path, form.cleaned_data["folder"], user=request.user)
        except Invalid as error:
            show_refusal(form, error)
        else:
            text = ngettext("%(amount)d template was moved.", "%(amount)d templates were moved.", amount)
            messages.success(request, text % {"amount": amount})
            response = HttpResponse()
            response["HX-Redirect"] = list_address({"folder": form.cleaned_data["folder"].strip("/ ")})
            return response if wants_fragment(request) else redirect(response["HX-Redirect"])
    url = f"{reverse('desk:template-folder')}?{request.GET.urlencode()}"
    context = {"form": form, "url": url, "dialog_title": _("Rename or move the folder"), "deed": _("Rename")}
    status = 422 if form.errors else 200
    if wants_fragment(request):
        return render(request, "desk/form_dialog.html", context, status=status)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": "desk/form_dialog.html"}, status=status)
