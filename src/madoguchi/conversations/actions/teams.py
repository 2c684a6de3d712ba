"""Dissolving a team, which rules of approval and shared views may name: `accounts` does not know them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions import teams
from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import Team
from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.uses import StillUsed, uses_of_team
from madoguchi.core.errors import NotFound
from madoguchi.events.actor import Actor


@transaction.atomic
def dissolve_team(team: Team, *, by: Actor) -> None:
    """Delete a team; its people and conversations stay. StillUsed while settings name it.

    The team is held while they are looked at, and whoever makes a rule about it shares it: of the two at once one is
    refused.
    """
    require(by, Permission.MANAGE_PEOPLE)
    if Team.objects.select_for_update().filter(pk=team.pk).first() is None:
        raise NotFound(_("This team has been deleted meanwhile."))
    if uses := uses_of_team(team.pk):
        raise StillUsed(team.name, uses)
    teams.delete_team(team, by=by)
