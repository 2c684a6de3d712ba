"""May the one who acts do this? The system (command line, demo, intake) may; a person needs the role."""

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.core.errors import NotAllowed
from madoguchi.events.actor import Actor, ActorKind

REFUSAL = _("You do not have the right to do this. Ask an administrator.")


def require(by: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the one who acts has this right now; roles are read afresh."""
    if by.kind != ActorKind.SYSTEM and not may_now(by, permission):
        raise NotAllowed(REFUSAL)


def require_self(by: Actor, user: User) -> None:
    """Raise NotAllowed when one person acts for another."""
    if by.kind != ActorKind.SYSTEM and not _is(by, user):
        raise NotAllowed(REFUSAL)


def require_self_or(by: Actor, user: User, permission: Permission) -> None:
    """Raise NotAllowed unless a person acts on themselves or has this right."""
    if not _is(by, user):
        require(by, permission)


def require_owner_for(by: Actor, *roles: str) -> None:
    """Raise NotAllowed when an owner's role is given, taken or touched by somebody who is not an owner."""
    if Role.OWNER in roles and by.kind != ActorKind.SYSTEM and _role_now(by) != Role.OWNER:
        raise NotAllowed(_("Only an owner can do this to an owner. Ask one of the owners."))


def may_now(by: Actor, permission: Permission) -> bool:
    """True if the acting person is active and their role gives the permission."""
    user = User.objects.filter(pk=by.id or 0).first() if by.kind == ActorKind.USER else None
    return user is not None and may(user, permission)


def _is(by: Actor, user: User) -> bool:
    return (by.kind, by.id) == (ActorKind.USER, user.pk)


def _role_now(by: Actor) -> str | None:
    return User.objects.filter(pk=by.id or 0, is_active=True).values_list("role", flat=True).first()
