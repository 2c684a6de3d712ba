"""The categories of ナレッジ: adding, renaming, moving and deleting them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.knowledge import ArticleCategoryForm
from madoguchi.desk.frame import render_page
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.knowledge.actions import categories as actions
from madoguchi.knowledge.models import Category
from madoguchi.knowledge.queries import categories as all_categories
from madoguchi.knowledge.queries import category_tree, get_category

_DONE = "desk:article-categories"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.KEEP_ARTICLES)
def categories(request: StaffRequest) -> HttpResponse:
    """The tree with how many articles each has; posting adds one."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.KEEP_ARTICLES)
def category(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them, to be renamed or put below another one."""
    return _form(request, get_category(pk))


def _form(request: StaffRequest, found: Category | None) -> HttpResponse:
    parents = [each for each in all_categories() if each.parent_id is None and each != found]
    initial = {"name": found.name, "parent": str(found.parent_id or "")} if found else None
    form = ArticleCategoryForm(request.POST or None, parents=parents, initial=initial)
    if form.is_bound and form.is_valid():
        chosen = next((each for each in parents if str(each.pk) == form.cleaned_data["parent"]), None)
        try:
            if found is None:
                actions.create_category(form.cleaned_data["name"], parent=chosen, user=request.user)
            else:
                actions.change_category(found, form.cleaned_data["name"], parent=chosen, user=request.user)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_DONE)
    context = {"form": form, "category": found, "tree": category_tree(request.user)}
    return render_page(request, "desk/article_categories.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(Permission.KEEP_ARTICLES)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    actions.move_category(get_category(pk), by=-1 if request.POST.get("by") == "up" else 1, user=request.user)
    return redirect(_DONE)


@require_POST
@allowed(Permission.KEEP_ARTICLES)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a category in which nothing lies."""
    actions.delete_category(get_category(pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(_DONE)
