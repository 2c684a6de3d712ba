"""ワークスペース and 操作ログ."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts import actions, queries
from madoguchi.accounts.audit import audit_page
from madoguchi.accounts.permissions import Permission
from madoguchi.cases.queries import hidden_events
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed, signed_in
from madoguchi.desk.audit_words import audit_lines
from madoguchi.desk.forms.workspace import AuditForm, WorkspaceForm, end_of, start_of
from madoguchi.desk.frame import words_now
from madoguchi.desk.settings_frame import render_settings, show_refusal
from madoguchi.flows.audit import GROUPS, kinds_of


@require_safe
@signed_in
def settings(_request: StaffRequest) -> HttpResponse:
    """設定 begins with what concerns everybody: oneself."""
    return redirect("desk:profile")


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def workspace(request: StaffRequest) -> HttpResponse:
    """The name and language of the shop."""
    found = queries.find_workspace()
    initial = {"workspace": found.name, "language": found.language} if found else {}
    form = WorkspaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.set_up_workspace(name=values["workspace"], language=values["language"], by=request.user.actor)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:workspace")
    context = {"form": form, "is_demo": bool(found and found.is_demo)}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/workspace.html", context, current="desk:workspace", status=status)


@require_safe
@allowed(Permission.SEE_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """Who did what, newest first; what cannot be meant by a condition is left out."""
    form = AuditForm(request.GET)
    form.fields["group"].choices = [("", _("Everything")), *((key, word) for key, (word, _kinds) in GROUPS.items())]  # type: ignore[attr-defined]
    form.fields["person"].choices = [("", _("Everybody")), *((user.pk, user.name) for user in queries.all_users())]  # type: ignore[attr-defined]
    form.is_valid()
    chosen = form.cleaned_data
    page = audit_page(
        kinds_of(chosen.get("group", "")),
        within=hidden_events(request.user),
        person=chosen.get("person"),
        since=start_of(chosen.get("since")),
        until=end_of(chosen.get("until")),
        before=chosen.get("before"),
    )
    query = request.GET.copy()
    query["before"] = str(page.before or "")
    context = {
        "form": form,
        "lines": audit_lines(page.events, words_now(), request.user),
        "more_url": f"?{query.urlencode()}" if page.before else "",
        "is_first": not chosen.get("before"),
    }
    return render_settings(request, "desk/audit.html", context, current="desk:audit")
