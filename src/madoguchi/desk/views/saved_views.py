"""よく使う条件: narrowing a list down, and keeping the conditions under a name."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.views import change_view, delete_view, may_change, save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.queries import get_view, views_of
from madoguchi.core.errors import NotAllowed
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.narrowing import NarrowForm, ViewForm
from madoguchi.desk.frame import chosen_filter, render_page, wants_fragment
from madoguchi.desk.listing import query_of
from madoguchi.desk.rail import list_url
from madoguchi.desk.settings_frame import render_settings
from madoguchi.desk.views.triage import dialog

CURRENT = "desk:views"


@require_safe
@allowed(Permission.READ)
def narrow(request: StaffRequest) -> HttpResponse:
    """The conditions of a list as a form, whose sending is the list itself."""
    chosen = chosen_filter(request)
    context = {
        "form": NarrowForm(user=request.user, initial=chosen.values()),
        "query": query_of(chosen),
        "dialog": "desk/narrow.html",
    }
    if wants_fragment(request):
        return render(request, "desk/narrow.html", context)
    return render_page(request, "desk/dialog_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def keep(request: StaffRequest) -> HttpResponse:
    """Keep the conditions in the address under a name."""
    chosen = chosen_filter(request)
    form = ViewForm(request.POST or None, may_share=may(request.user, Permission.SHARE_VIEWS))
    if request.method == "POST" and form.is_valid():
        save_view(form.cleaned_data["name"], chosen, user=request.user, is_shared=form.is_shared)
        messages.success(request, _("The view was saved."))
        return _to_list(request, list_url(chosen))
    return dialog(request, form, _("Save these conditions"), reverse("desk:save-view") + query_of(chosen), _("Save"))


def _to_list(request: StaffRequest, url: str) -> HttpResponse:
    if not wants_fragment(request):
        return redirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


@require_safe
@allowed(Permission.READ)
def views(request: StaffRequest) -> HttpResponse:
    """One's own views and the shared ones."""
    lines = [(each, list_url(Filter.from_values(each.conditions))) for each in views_of(request.user)]
    changeable = {each.pk for each, _url in lines if may_change(each, request.user)}
    return render_settings(request, "desk/views.html", {"lines": lines, "changeable": changeable}, current=CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a view something else, or narrow by something else."""
    found = get_view(request.user, pk)
    if not may_change(found, request.user):
        raise NotAllowed(_("You do not have the right to change this view. Ask a supervisor."))
    data = request.POST or None
    named = {"name": found.name, "shared": found.owner_id is None}
    form = ViewForm(data, may_share=may(request.user, Permission.SHARE_VIEWS), initial=named)
    narrowing = NarrowForm(data, user=request.user, initial=found.conditions)
    if data and form.is_valid() and narrowing.is_valid():
        chosen, name = narrowing.conditions(found.conditions), form.cleaned_data["name"]
        change_view(found, user=request.user, name=name, chosen=chosen, is_shared=form.is_shared)
        messages.success(request, _("Saved."))
        return redirect(CURRENT)
    context = {"view": found, "form": form, "narrowing": narrowing}
    return render_settings(
        request, "desk/view.html", context, current=CURRENT, status=422 if form.errors or narrowing.errors else 200
    )


@require_POST
@allowed(Permission.READ)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a saved view."""
    delete_view(get_view(request.user, pk), user=request.user)
    messages.success(request, _("The view was deleted."))
    return redirect(CURRENT)
