"""Letting new people in by a link that is valid for seven days and once."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.passwords import check_password_strength
from madoguchi.accounts.actions.people import add_user
from madoguchi.accounts.actions.rights import require, require_owner_for
from madoguchi.accounts.choices import INVITATION_ACCEPTED, USER_INVITED, Language, Role
from madoguchi.accounts.invitations import InvitationEnded, is_valid, user_id_of
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


@transaction.atomic
def invite_user(
    email: str,
    *,
    name: str = "",
    role: str = Role.AGENT,
    language: str = Language.JA,
    teams: Iterable[int] = (),
    by: Actor,
) -> User:
    """Add a person who chooses the password themselves; the link is `invitations.invitation_token` of the row."""
    require(by, Permission.MANAGE_PEOPLE)
    require_owner_for(by, role)
    user = add_user(email, name=name, role=role, password=None, language=language)
    user.invited_at = timezone.now()
    user.save(update_fields=["invited_at"])
    user.teams.set(Team.objects.filter(pk__in=list(teams)))
    record(USER_INVITED, f"user:{user.pk}", by=by, data={"role": user.role})
    return user


@transaction.atomic
def renew_invitation(user: User, *, by: Actor) -> User:
    """Start the seven days anew; links given out before stop working."""
    require(by, Permission.MANAGE_PEOPLE)
    require_owner_for(by, user.role)
    if not user.is_invited or not user.is_active:
        raise Invalid(_("This person is not waiting for an invitation any more."))
    user.invited_at = timezone.now()
    user.password = make_password(None)
    user.save(update_fields=["invited_at", "password"])
    record(USER_INVITED, f"user:{user.pk}", by=by, data={"role": user.role, "again": True})
    return user


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Let an invited person choose name and password, and end the link.

    Raises InvitationEnded, or Invalid with the field that needs another look.
    """
    user = User.objects.select_for_update().filter(pk=user_id_of(token)).first()
    if user is None or not is_valid(user, token):
        raise InvitationEnded
    if not name.strip():
        raise Invalid(_("Enter a name."), field="name")
    user.name = name.strip()[:100]
    check_password_strength(password, user=user)
    user.set_password(password)
    user.invited_at = None
    user.save(update_fields=["name", "password", "invited_at"])
    record(INVITATION_ACCEPTED, f"user:{user.pk}", by=user.actor)
    return user
