"""What changes the staff."""

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import (
    TOKEN_CREATED,
    TOKEN_REVOKED,
    USER_CHANGED,
    USER_CREATED,
    USER_DEACTIVATED,
    WORKSPACE_CHANGED,
    Language,
    Role,
)
from madoguchi.accounts.models import Token, User, Workspace, token_digest
from madoguchi.core.errors import Invalid
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


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
    """Add a person. Without a password the account can be entered only by an invitation or a password reset."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("Check the format of the mail address."), field="email") from error
    if password is not None:
        check_password_strength(password)
    user = User(email=email, name=name.strip() or email, role=Role(role), language=Language(language))
    user.password = make_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("Somebody with this mail address is already here."), field="email") from error
    record(USER_CREATED, f"user:{user.pk}", by=by, data={"role": user.role})
    return user


def check_password_strength(password: str) -> None:
    """Raise Invalid with the reasons when a password is too weak."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error


@transaction.atomic
def change_user(user: User, *, by: Actor, **values: str) -> User:
    """Change name, public_name, role, language, theme or signature; the last owner keeps the role (`LastOwner`)."""
    allowed = {"name", "public_name", "role", "language", "theme", "signature"}
    if unknown := set(values) - allowed:
        raise Invalid(f"Unknown fields: {', '.join(sorted(unknown))}")
    if values.get("role", user.role) != Role.OWNER:
        _keep_an_owner(user)
    for field, value in values.items():
        setattr(user, field, value)
    user.save(update_fields=[*values])
    record(USER_CHANGED, f"user:{user.pk}", by=by, data={"fields": sorted(values)})
    return user


@transaction.atomic
def deactivate_user(user: User, *, by: Actor) -> None:
    """Let a person in no longer: sign-in, sessions and tokens end at once; what they wrote stays."""
    _keep_an_owner(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    record(USER_DEACTIVATED, f"user:{user.pk}", by=by)


def _keep_an_owner(user: User) -> None:
    owners = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True).order_by("pk")
    if user.role == Role.OWNER and [owner.pk for owner in owners] == [user.pk]:
        raise LastOwner(_("This is the last owner. Make somebody else an owner first."))


@transaction.atomic
def create_token(user: User, *, label: str, by: Actor) -> str:
    """Make an API token that acts as this person; the text is returned once and only its hash is kept."""
    text = f"mdg_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(user=user, label=label, digest=token_digest(text))
    record(TOKEN_CREATED, f"user:{user.pk}", by=by, data={"token": token.pk})
    return text


@transaction.atomic
def revoke_token(token: Token, *, by: Actor) -> None:
    """End a token; calls that carry it are refused from now on."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    record(TOKEN_REVOKED, f"user:{token.user_id}", by=by, data={"token": token.pk})


@transaction.atomic
def set_up_workspace(*, name: str, language: str = Language.JA, is_demo: bool = False, by: Actor) -> Workspace:
    """Name the shop; the first call makes its row."""
    workspace, _created = Workspace.objects.update_or_create(
        pk=1, defaults={"name": name.strip(), "language": Language(language), "is_demo": is_demo}
    )
    record(WORKSPACE_CHANGED, "workspace:1", by=by)
    return workspace
