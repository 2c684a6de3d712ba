"""ユーザー and チーム: who is here, what they are, and letting new people in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts import actions, queries
from madoguchi.accounts.invitations import VALID_FOR
from madoguchi.accounts.letters import invitation_url
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.channels.actions import set_inbox_access
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.actions.teams import dissolve_team
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.people import InviteForm, PersonForm, TeamForm
from madoguchi.desk.frame import words_now
from madoguchi.desk.settings_frame import render_settings, show_refusal


@require_safe
@allowed(Permission.MANAGE_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """The list of the staff."""
    like, with_former = request.GET.get("q", "").strip(), request.GET.get("former") == "1"
    words = words_now()
    lines = [
        {
            "person": line.user,
            "role": line.user.get_role_display(),
            "teams": line.teams,
            "has_two_step": line.has_two_step,
            "last_seen": words.short(line.user.last_login) if line.user.last_login else "",
        }
        for line in queries.people(like=like, with_former=with_former)
    ]
    amount = ngettext("%(count)d person", "%(count)d people", len(lines)) % {"count": len(lines)}
    context = {"lines": lines, "amount": amount, "like": like, "with_former": with_former}
    return render_settings(request, "desk/people.html", context, current="desk:people")


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_PEOPLE)
def invite(request: StaffRequest) -> HttpResponse:
    """Invite somebody; the answer is their page, where the link stands too."""
    workspace = queries.find_workspace()
    initial = {"language": workspace.language if workspace else request.user.language}
    form = InviteForm(request.POST or None, initial=initial, acting=request.user, teams=queries.all_teams())
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite_user(**form.cleaned_data, by=request.user.actor)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("An invitation is on its way to %s.") % user.email)
            return redirect("desk:person", pk=user.pk)
    status = 422 if form.errors else 200
    return render_settings(request, "desk/people_invite.html", {"form": form}, current="desk:people", status=status)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_PEOPLE)
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: what they are, where they belong, what they may see."""
    user = queries.get_user(pk)
    form = _person_form(request, user)
    if request.method == "POST" and form.is_valid():
        try:
            _save_person(request, user, form.cleaned_data)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:person", pk=pk)
    words = words_now()
    context = {
        "person": user,
        "form": form,
        "last_seen": words.full(user.last_login) if user.last_login else "",
        "two_step": queries.two_step_of(user),
        "link": invitation_url(user) if user.is_invited and user.is_active else "",
        "link_until": words.due(user.invited_at + VALID_FOR) if user.invited_at else "",
    }
    status = 422 if form.errors else 200
    return render_settings(request, "desk/people_person.html", context, current="desk:people", status=status)


def _person_form(request: StaffRequest, user: User) -> PersonForm:
    restricted = list(inboxes_of(request.user).filter(is_open_to_all=False).prefetch_related("users"))
    initial = {
        "name": user.name,
        "public_name": user.public_name,
        "role": user.role,
        "teams": [team.pk for team in user.teams.all()],
        "inboxes": [inbox.pk for inbox in restricted if user in inbox.users.all()],
    }
    teams = queries.all_teams()
    return PersonForm(
        request.POST or None, initial=initial, acting=request.user, person=user, teams=teams, inboxes=restricted
    )


def _save_person(request: StaffRequest, user: User, values: dict[str, Any]) -> None:
    by = request.user.actor
    fields = {name: values[name] for name in ("name", "public_name", "role")}
    actions.change_user(user, by=by, **fields)
    if "teams" in values:
        actions.set_teams_of(user, values["teams"], by=by)
    for inbox in inboxes_of(request.user).filter(is_open_to_all=False).prefetch_related("users", "teams"):
        before = {member.pk for member in inbox.users.all()}
        after = before | {user.pk} if inbox.pk in values.get("inboxes", []) else before - {user.pk}
        if after != before:
            teams = [team.pk for team in inbox.teams.all()]
            set_inbox_access(inbox, is_open_to_all=False, users=sorted(after), teams=teams, by=by)


@require_POST
@allowed(Permission.MANAGE_PEOPLE)
def invite_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the invitation anew; the link of before ends."""
    user = actions.renew_invitation(queries.get_user(pk), by=request.user.actor)
    messages.success(request, _("An invitation is on its way to %s.") % user.email)
    return redirect("desk:person", pk=pk)


@require_POST
@allowed(Permission.MANAGE_PEOPLE)
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody in no longer."""
    user = queries.get_user(pk)
    try:
        actions.deactivate_user(user, by=request.user.actor)
    except Invalid as error:
        messages.error(request, str(error.user_message))
    else:
        messages.success(request, _("%s cannot log in any more.") % user.name)
    return redirect("desk:person", pk=pk)


@require_POST
@allowed(Permission.MANAGE_PEOPLE)
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    user = queries.get_user(pk)
    actions.reactivate_user(user, by=request.user.actor)
    messages.success(request, _("%s can log in again.") % user.name)
    return redirect("desk:person", pk=pk)


@require_safe
@allowed(Permission.MANAGE_PEOPLE)
def teams(request: StaffRequest) -> HttpResponse:
    """The list of teams with their members."""
    lines = [{"team": team, "members": list(team.members.all())} for team in queries.all_teams()]
    return render_settings(request, "desk/people_teams.html", {"lines": lines}, current="desk:teams")


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_PEOPLE)
def team(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """A new team, or one that is there already."""
    found = queries.get_team(pk) if pk else None
    initial = {"name": found.name, "members": [member.pk for member in found.members.all()]} if found else {}
    form = TeamForm(request.POST or None, initial=initial, people=queries.active_users())
    if request.method == "POST" and form.is_valid():
        by, values = request.user.actor, form.cleaned_data
        try:
            if found is None:
                actions.create_team(values["name"], members=values.get("members", []), by=by)
            else:
                actions.rename_team(found, values["name"], by=by)
                actions.set_team_members(found, values.get("members", []), by=by)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:teams")
    context = {"form": form, "team": found}
    status = 422 if form.errors else 200
    return render_settings(request, "desk/people_team.html", context, current="desk:teams", status=status)


@require_POST
@allowed(Permission.MANAGE_PEOPLE)
def delete_team(request: StaffRequest, pk: int) -> HttpResponse:
    """Dissolve a team."""
    dissolve_team(queries.get_team(pk), by=request.user.actor)
    messages.success(request, _("The team was deleted."))
    return redirect("desk:teams")
