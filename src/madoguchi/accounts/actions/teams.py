"""Teams: people who work together."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.choices import TEAM_CHANGED, TEAM_CREATED, TEAM_DELETED
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


@transaction.atomic
def create_team(name: str, *, members: Iterable[int] = (), by: Actor) -> Team:
    """Add a team; its name is its own."""
    require(by, Permission.MANAGE_PEOPLE)
    team = Team(name=_checked_name(name))
    _save(team)
    team.members.set(User.objects.filter(pk__in=list(members)))
    record(TEAM_CREATED, f"team:{team.pk}", by=by)
    return team


@transaction.atomic
def rename_team(team: Team, name: str, *, by: Actor) -> Team:
    """Call a team something else."""
    require(by, Permission.MANAGE_PEOPLE)
    team.name = _checked_name(name)
    _save(team)
    record(TEAM_CHANGED, f"team:{team.pk}", by=by, data={"fields": ["name"]})
    return team


@transaction.atomic
def set_team_members(team: Team, members: Iterable[int], *, by: Actor) -> None:
    """Say who belongs to a team; what they may see through it changes at once."""
    require(by, Permission.MANAGE_PEOPLE)
    team.members.set(User.objects.filter(pk__in=list(members)))
    record(TEAM_CHANGED, f"team:{team.pk}", by=by, data={"fields": ["members"]})


@transaction.atomic
def set_teams_of(user: User, teams: Iterable[int], *, by: Actor) -> None:
    """Say to which teams a person belongs; one event for each team that changes."""
    require(by, Permission.MANAGE_PEOPLE)
    before = set(user.teams.values_list("pk", flat=True))
    after = set(Team.objects.filter(pk__in=list(teams)).values_list("pk", flat=True))
    user.teams.set(after)
    for pk in sorted(before ^ after):
        record(TEAM_CHANGED, f"team:{pk}", by=by, data={"fields": ["members"]})


@transaction.atomic
def delete_team(team: Team, *, by: Actor) -> None:
    """Dissolve a team; its people and their conversations stay."""
    require(by, Permission.MANAGE_PEOPLE)
    record(TEAM_DELETED, f"team:{team.pk}", by=by, data={"name": team.name})
    team.delete()


def _checked_name(name: str) -> str:
    if not name.strip():
        raise Invalid(_("Enter a name."), field="name")
    if len(name.strip()) > 60:
        raise Invalid(_("This is too long: at most %d characters.") % 60, field="name")
    return name.strip()


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            if team.pk:
                team.save(update_fields=["name"])
            else:
                team.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("There is a team of this name already."), field="name") from error
