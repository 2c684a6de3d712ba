"""The staff: people and teams."""

from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.people import (
    NewPersonIn,
    PersonIn,
    PersonOut,
    TeamIn,
    TeamOut,
    show_person,
    show_team,
)
from madoguchi.conversations.actions.teams import dissolve_team
from madoguchi.core.errors import Invalid, NotAllowed

router = Router(tags=["People"])

USER = "/users/{int:user_id}"
TEAM = "/teams/{int:team_id}"


class PeoplePaging(Paging):
    """Which people."""

    former: bool = False
    """True to list those who have left too."""
    role: Annotated[Role | None, Field()] = None
    """Only of this role."""


def _check_colleague(user: User) -> None:
    """Guests come from outside; who works here is not their business."""
    if user.role == Role.GUEST:
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


@router.get("/users", response={200: Page[PersonOut], **READ}, operation_id="list_users", summary="List the staff")
def list_users(request: ApiRequest, paging: Query[PeoplePaging]) -> Page[PersonOut]:
    """Everybody who works here, newest first."""
    _check_colleague(request.auth)
    rows = queries.all_users() if paging.former else queries.active_users()
    if paging.role is not None:
        rows = rows.filter(role=paging.role)
    return newest_page(rows.prefetch_related("teams"), paging, show=show_person)


@router.get(USER, response={200: PersonOut, **READ}, operation_id="get_user", summary="Read one person")
def get_user(request: ApiRequest, user_id: Id) -> PersonOut:
    """One person, also one who has left."""
    _check_colleague(request.auth)
    return show_person(queries.get_user(user_id))


@router.post("/users", response={201: PersonOut, **WRITE}, operation_id="invite_user", summary="Invite a person")
def invite_user(request: ApiRequest, wanted: NewPersonIn) -> Status[PersonOut]:
    """Add a person and send them an invitation; they choose their password themselves."""
    user = actions.invite_user(
        wanted.email,
        name=wanted.name,
        role=wanted.role.value,
        language=wanted.language.value,
        teams=wanted.teams,
        by=request.auth.actor,
    )
    return Status(201, show_person(user))


@router.post(
    USER + "/invitation",
    response={200: PersonOut, **WRITE},
    operation_id="renew_invitation",
    summary="Send an invitation anew",
)
def renew_invitation(request: ApiRequest, user_id: Id) -> PersonOut:
    """Start the seven days anew; links given out before stop working."""
    return show_person(actions.renew_invitation(queries.get_user(user_id), by=request.auth.actor))


@router.patch(USER, response={200: PersonOut, **WRITE}, operation_id="change_user", summary="Change a person")
def change_user(request: ApiRequest, user_id: Id, changes: PersonIn) -> PersonOut:
    """Names, role, language, teams; leaving and coming back. All or none."""
    user, by = queries.get_user(user_id), request.auth.actor
    values = changes.model_dump(exclude_none=True, exclude={"teams", "is_active"}, mode="json")
    with transaction.atomic():
        actions.change_user(user, by=by, **values)
        if changes.teams is not None:
            actions.set_teams_of(user, changes.teams, by=by)
        if changes.is_active is True:
            actions.reactivate_user(user, by=by)
        if changes.is_active is False:
            actions.deactivate_user(user, by=by)
    return show_person(queries.get_user(user_id))


@router.get("/teams", response={200: Page[TeamOut], **READ}, operation_id="list_teams", summary="List teams")
def list_teams(request: ApiRequest) -> Page[TeamOut]:
    """All teams with their members."""
    _check_colleague(request.auth)
    return whole([show_team(team) for team in queries.all_teams()])


@router.post("/teams", response={201: TeamOut, **WRITE}, operation_id="create_team", summary="Add a team")
def create_team(request: ApiRequest, wanted: TeamIn) -> Status[TeamOut]:
    """People who work together; conversations and desks can be given to a team."""
    if wanted.name is None:
        raise Invalid(_("Enter a name."), field="name")
    team = actions.create_team(wanted.name, members=wanted.members or [], by=request.auth.actor)
    return Status(201, show_team(team))


@router.patch(TEAM, response={200: TeamOut, **WRITE}, operation_id="change_team", summary="Change a team")
def change_team(request: ApiRequest, team_id: Id, wanted: TeamIn) -> TeamOut:
    """Its name and who belongs to it; what they see through it changes at once."""
    team, by = queries.get_team(team_id), request.auth.actor
    with transaction.atomic():
        if wanted.name is not None:
            actions.rename_team(team, wanted.name, by=by)
        if wanted.members is not None:
            actions.set_team_members(team, wanted.members, by=by)
    return show_team(queries.get_team(team_id))


@router.delete(TEAM, response={204: None, **WRITE}, operation_id="delete_team", summary="Dissolve a team")
def delete_team(request: ApiRequest, team_id: Id) -> Status[None]:
    """Its people and their conversations stay. 409 `in_use` while approval rules or shared views name it."""
    dissolve_team(queries.get_team(team_id), by=request.auth.actor)
    return Status(204, None)
