"""よく使う条件: narrowing a list down, and keeping the conditions under a name."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.views import delete_view, save_view
from madoguchi.conversations.queries import get_view
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.narrowing import NarrowForm, ViewForm
from madoguchi.desk.frame import chosen_filter, render_page, wants_fragment
from madoguchi.desk.listing import query_of
from madoguchi.desk.rail import list_url
from madoguchi.desk.views.triage import dialog


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


@require_POST
@allowed(Permission.READ)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a saved view."""
    delete_view(get_view(request.user, pk), user=request.user)
    messages.success(request, _("The view was deleted."))
    return _to_list(request, reverse("desk:inbox"))
