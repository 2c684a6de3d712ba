"""設定 › タグ・分類: adding, renaming, merging, moving and deleting what conversations are filed under."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions import filing as actions
from madoguchi.conversations.filed import counted_categories, counted_tags
from madoguchi.conversations.models import Category
from madoguchi.conversations.queries import all_tags, category_tree, get_category, get_tag
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.keeping import CategoryForm, MergeForm, TagForm
from madoguchi.desk.settings_frame import render_settings, show_refusal

CURRENT = "desk:filing-settings"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def filing(request: StaffRequest) -> HttpResponse:
    """Both lists with how much is filed under each."""
    tree = counted_categories()
    context = {
        "tags": counted_tags(),
        "categories": tree,
        "tag_form": TagForm(),
        "category_form": CategoryForm(parents=[each.category for each in tree]),
    }
    return render_settings(request, "desk/filing.html", context, current=CURRENT)


def _done(request: StaffRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(CURRENT)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def tag(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a tag, or rename, merge or delete one."""
    found = get_tag(pk) if pk else None
    form = TagForm(request.POST or None, initial={"name": found.name} if found else None)
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            if found:
                actions.rename_tag(found, name, user=request.user)
            else:
                actions.create_tag(name, user=request.user)
        except Invalid as error:
            show_refusal(form, error)
        else:
            return _done(request)
    others = all_tags().exclude(pk=pk) if pk else []
    context = {"tag": found, "form": form, "merge_form": MergeForm(others=others) if others else None}
    return render_settings(
        request, "desk/filing_tag.html", context, current=CURRENT, status=422 if form.errors else 200
    )


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def merge_tag(request: StaffRequest, pk: int) -> HttpResponse:
    """Let another tag take the place of this one."""
    found = get_tag(pk)
    form = MergeForm(request.POST, others=all_tags().exclude(pk=pk))
    if not form.is_valid():
        raise Invalid(_("Choose another tag."))
    actions.merge_tag(found, get_tag(form.cleaned_data["into"]), user=request.user)
    return _done(request)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_tag(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a tag off every conversation and forget it."""
    actions.delete_tag(get_tag(pk), user=request.user)
    return _done(request)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def category(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a category, or rename, move or delete one."""
    found = get_category(pk) if pk else None
    parents = [each for each in category_tree() if each != found]
    initial = {"name": found.name, "parent": found.parent_id} if found else None
    form = CategoryForm(request.POST or None, initial=initial, parents=parents)
    if form.is_bound and form.is_valid():
        try:
            _save(request, found, form.cleaned_data["name"], form.cleaned_data["parent"])
        except Invalid as error:
            show_refusal(form, error)
        else:
            return _done(request)
    context = {"category": found, "form": form}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/filing_category.html", context, current=CURRENT, status=status)


def _save(request: StaffRequest, found: Category | None, name: str, parent_id: int | None) -> None:
    parent = get_category(parent_id) if parent_id else None
    if found is None:
        actions.create_category(name, parent=parent, user=request.user)
        return
    if parent_id != found.parent_id:
        actions.move_category(found, parent, user=request.user)
    if name != found.name:
        actions.rename_category(found, name, user=request.user)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete_category(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a category and those below it."""
    actions.delete_category(get_category(pk), user=request.user)
    return _done(request)
