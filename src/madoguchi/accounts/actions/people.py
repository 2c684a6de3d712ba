"""Who is here and what they are."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.addresses import checked_address
from madoguchi.accounts.actions.passwords import check_password_strength
from madoguchi.accounts.actions.rights import require, require_owner_for, require_self_or
from madoguchi.accounts.actions.sessions import drop_sessions
from madoguchi.accounts.choices import (
    USER_CHANGED,
    USER_CREATED,
    USER_DEACTIVATED,
    USER_REACTIVATED,
    Language,
    Role,
    Theme,
)
from madoguchi.accounts.models import Token, User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: Which values a field may take where it is not free text.
CHOICES: dict[str, type[Role | Language | Theme]] = {"role": Role, "language": Language, "theme": Theme}
LENGTHS = {"name": 100, "public_name": 100, "signature": 4000}


class LastOwner(Invalid):
    """The last owner cannot be removed: nobody could let anybody in any more."""

    code = "last_owner"


@transaction.atomic
def create_user(
    email: str,
    *,
    name: str,
    role: str = Role.AGENT,
    password: str | None = None,
    language: str = Language.JA,
    by: Actor,
) -> User:
    """Add a person. Without a password the account can be entered only by an invitation or a password reset.

    Addresses are kept folded: two spellings of one address are one person.
    """
    require(by, Permission.MANAGE_PEOPLE)
    require_owner_for(by, role)
    user = add_user(email, name=name, role=role, password=password, language=language)
    record(USER_CREATED, f"user:{user.pk}", by=by, data={"role": user.role})
    return user


def add_user(email: str, *, name: str, role: str, password: str | None, language: str) -> User:
    """Insert the row after checking every value; says nothing to anybody."""
    email = checked_address(email)
    values = _checked({"name": name.strip() or email[:100], "role": role, "language": language})
    user = User(email=email, **values)
    if password is not None:
        check_password_strength(password, user=user)
    user.password = make_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("Somebody with this mail address is already here."), field="email") from error
    return user


@transaction.atomic
def change_user(user: User, *, by: Actor, **values: str) -> User:
    """Change name, public_name, role, language, theme or signature; the last owner keeps the role (`LastOwner`).

    People change their own screen and names; for others, and for any role, it takes an administrator.
    """
    if unknown := set(values) - {*CHOICES, *LENGTHS}:
        raise Invalid(f"Unknown fields: {', '.join(sorted(unknown))}")
    require_self_or(by, user, Permission.MANAGE_PEOPLE)
    values = _checked(values)
    if values.get("role", user.role) != user.role:
        require(by, Permission.MANAGE_PEOPLE)
        require_owner_for(by, user.role, values["role"])
        keep_an_owner(user)
    changed = sorted(field for field, value in values.items() if getattr(user, field) != value)
    if not changed:
        return user
    for field in changed:
        setattr(user, field, values[field])
    user.save(update_fields=changed)
    data: dict[str, Any] = {"fields": changed}
    if "role" in changed:
        data["role"] = user.role
    record(USER_CHANGED, f"user:{user.pk}", by=by, data=data)
    return user


def _checked(values: dict[str, str]) -> dict[str, str]:
    """The values as they may be stored: blanks trimmed, choices known, names not empty, nothing too long."""
    checked = {}
    for field, value in values.items():
        text = value if field == "signature" else value.strip()
        if field in CHOICES and text not in CHOICES[field].values:
            raise Invalid(_("This value cannot be chosen here."), field=field)
        if field == "name" and not text:
            raise Invalid(_("Enter a name."), field=field)
        if len(text) > LENGTHS.get(field, len(text)):
            raise Invalid(_("This is too long: at most %d characters.") % LENGTHS[field], field=field)
        checked[field] = text
    return checked


def keep_preference(user: User, key: str, value: str | float | bool) -> None:  # noqa: FBT001 - a value, not a switch
    """Remember a small thing of the screen (pane widths, sort order) for this person; too small for an event."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        fresh.preferences = {**fresh.preferences, key: value}
        fresh.save(update_fields=["preferences"])
    user.preferences = fresh.preferences


@transaction.atomic
def deactivate_user(user: User, *, by: Actor) -> None:
    """Let a person in no longer: sign-in, sessions and tokens end at once; what they wrote stays."""
    require(by, Permission.MANAGE_PEOPLE)
    require_owner_for(by, user.role)
    keep_an_owner(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    user.is_active = False
    drop_sessions(user)
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    record(USER_DEACTIVATED, f"user:{user.pk}", by=by)


@transaction.atomic
def reactivate_user(user: User, *, by: Actor) -> None:
    """Let a person in again with their old password; tokens stay ended."""
    require(by, Permission.MANAGE_PEOPLE)
    require_owner_for(by, user.role)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        record(USER_REACTIVATED, f"user:{user.pk}", by=by)


def keep_an_owner(user: User) -> None:
    """Raise LastOwner when nobody else could be owner; locks the owners, so that two cannot leave at once."""
    owners = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True, invited_at=None).order_by("pk")
    if user.role == Role.OWNER and [owner.pk for owner in owners] == [user.pk]:
        raise LastOwner(_("This is the last owner. Make somebody else an owner first."))
