"""よく使う条件: narrowing a list down, and keeping the conditions under a name."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import all_teams
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.actions.views import (
    ViewChanges,
    change_view,
    copy_view,
    delete_view,
    may_change,
    save_view,
    set_default_view,
)
from madoguchi.conversations.fields import all_fields
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import SavedView
from madoguchi.conversations.saved_views import default_view, get_view, views_of, views_to_show
from madoguchi.conversations.table import USUAL, columns_offered
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.conditions import (
    Vocabulary,
    condition_groups,
    conditions_of,
    mended,
    typed_conditions,
    typed_groups,
)
from madoguchi.desk.forms.narrowing import NarrowForm, ViewForm
from madoguchi.desk.frame import asked_filter, chosen_filter, render_page, wants_fragment
from madoguchi.desk.rail_counts import STANDING, count_lists, view_filters
from madoguchi.desk.rail_items import list_url
from madoguchi.desk.settings_frame import render_settings
from madoguchi.desk.views.triage import dialog

CURRENT = "desk:views"


@require_safe
@allowed(Permission.READ)
def counts(request: StaffRequest) -> HttpResponse:
    """The figures of the rail that are counted apart, each for its place."""
    inbox_ids = {each.pk for each in remember_inboxes(request.user)}
    lists = STANDING | view_filters(views_to_show(request.user), inbox_ids)
    return render(request, "desk/rail_counts.html", {"counts": count_lists(request.user, lists)})


@require_safe
@allowed(Permission.READ)
def narrow(request: StaffRequest) -> HttpResponse:
    """The conditions of a list as a form; sent (`apply`) it leads to the list, or says what cannot be understood."""
    vocabulary = Vocabulary(request.user)
    chosen, _broken = mended(asked_filter(request))
    is_sent = "apply" in request.GET
    form = NarrowForm(request.GET if is_sent else None, user=request.user, initial=chosen.values())
    if is_sent and form.is_valid():
        try:
            return redirect(list_url(_typed(request.GET, form, chosen, vocabulary)))
        except Invalid as error:
            form.add_error(None, str(error.user_message))
    context = {
        "form": form,
        "query": "?" + urlencode(chosen.values()) if chosen.values() else "",
        "groups": typed_groups(request.GET, vocabulary) if is_sent else condition_groups(chosen, vocabulary),
        "vocabulary": vocabulary,
        "beyond": [(name, value) for name, value in chosen.values().items() if name not in (*form.fields, *_TYPED)],
        "is_table": bool(chosen.columns),
        "dialog": "desk/narrow.html",
        "dialog_title": _("Narrow down"),
    }
    if wants_fragment(request):
        return render(request, "desk/narrow.html", context)
    return render_page(request, "desk/dialog_page.html", context, status=422 if form.errors else 200)


#: What the lines of conditions and the tick for a table say, beside the fields of the form.
_TYPED = ("all_of", "any_of", "columns")


def _typed(posted: QueryDict, form: NarrowForm, present: Filter, vocabulary: Vocabulary) -> Filter:
    """The conditions of the form, those of the lines, and the columns."""
    said = form.conditions(present.values())
    columns = tuple(posted.getlist("columns")) or (present.columns or USUAL if posted.get("as_table") else ())
    return replace(
        said,
        all_of=typed_conditions(posted, "all", vocabulary),
        any_of=typed_conditions(posted, "any", vocabulary),
        columns=columns,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def keep(request: StaffRequest) -> HttpResponse:
    """Keep the conditions in the address under a name."""
    chosen = chosen_filter(request)
    form = ViewForm(request.POST or None, may_share=may(request.user, Permission.SHARE_VIEWS), teams=all_teams())
    if request.method == "POST" and form.is_valid():
        save_view(
            form.cleaned_data["name"], chosen, user=request.user, is_shared=form.is_shared, team=form.chosen_team()
        )
        messages.success(request, _("The view was saved."))
        return _to_list(request, list_url(chosen))
    return dialog(
        request,
        form,
        _("Save these conditions"),
        f"{reverse('desk:save-view')}?{urlencode(chosen.values())}",
        _("Save"),
    )


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
    lines = [(each, list_url(conditions_of(each))) for each in views_of(request.user)]
    changeable = {each.pk for each, _url in lines if may_change(each, request.user)}
    greeting = default_view(request.user)
    context = {"lines": lines, "changeable": changeable, "default": greeting.pk if greeting else None}
    return render_settings(request, "desk/views.html", context, current=CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a view something else, or narrow by something else."""
    found = get_view(request.user, pk)
    if not may_change(found, request.user):
        raise NotAllowed(_("You do not have the right to change this view. Ask a supervisor."))
    data, vocabulary = request.POST or None, Vocabulary(request.user)
    present, broken = mended(conditions_of(found))
    named = {
        "name": found.name,
        "shared": found.owner_id is None,
        "team": found.team_id,
        "position": found.position,
    }
    form = ViewForm(data, may_share=may(request.user, Permission.SHARE_VIEWS), teams=all_teams(), initial=named)
    narrowing = NarrowForm(data, user=request.user, initial=found.conditions)
    if data and form.is_valid() and narrowing.is_valid():
        try:
            _change(request, found, form, _typed(request.POST, narrowing, present, vocabulary))
        except Invalid as error:
            narrowing.add_error(None, str(error.user_message))
        else:
            messages.success(request, _("Saved."))
            return redirect(CURRENT)
    context = {
        "view": found,
        "form": form,
        "narrowing": narrowing,
        "groups": typed_groups(request.POST, vocabulary) if data else condition_groups(present, vocabulary),
        "vocabulary": vocabulary,
        "offered": [(key, word, key in present.columns) for key, word in columns_offered(all_fields())],
        "broken": broken,
    }
    return render_settings(
        request, "desk/view.html", context, current=CURRENT, status=422 if form.errors or narrowing.errors else 200
    )


def _change(request: StaffRequest, view: SavedView, form: ViewForm, chosen: Filter) -> None:
    changes = ViewChanges(
        name=form.cleaned_data["name"],
        chosen=chosen,
        is_shared=form.is_shared,
        team=form.chosen_team(),
        position=form.cleaned_data["position"] or 0,
    )
    change_view(view, changes, user=request.user)


@require_POST
@allowed(Permission.READ)
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Make one's own copy of a view."""
    made = copy_view(get_view(request.user, pk), user=request.user)
    messages.success(request, _("Saved."))
    return redirect("desk:view", made.pk)


@require_POST
@allowed(Permission.READ)
def make_default(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a view greet oneself after logging in, or not any more."""
    view, present = get_view(request.user, pk), default_view(request.user)
    set_default_view(None if present == view else view, user=request.user)
    messages.success(request, _("Saved."))
    return redirect(CURRENT)


@require_POST
@allowed(Permission.READ)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a saved view."""
    delete_view(get_view(request.user, pk), user=request.user)
    messages.success(request, _("The view was deleted."))
    return redirect(CURRENT)
