"""Reads of the staff."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, Token, User, Workspace, token_digest
from madoguchi.core.errors import NotFound


def get_user(pk: int) -> User:
    """One active or former person of the staff; NotFound otherwise."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    return user


def get_user_by_email(email: str) -> User:
    """The person of a mail address, whatever its case; NotFound otherwise."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotFound(_("There is no user with this mail address."))
    return user


def active_users() -> QuerySet[User]:
    """Everybody who can sign in, by name."""
    return User.objects.filter(is_active=True).order_by("name", "pk")


def all_users() -> QuerySet[User]:
    """Everybody who is or was here, active first."""
    return User.objects.order_by("-is_active", "name", "pk")


def all_teams() -> QuerySet[Team]:
    """All teams with their members."""
    return Team.objects.order_by("name").prefetch_related("members")


def find_workspace() -> Workspace | None:
    """The shop, or None before the first run was finished."""
    return Workspace.objects.filter(pk=1).first()


def user_of_token(text: str) -> User | None:
    """The active person a token acts as, or None; notes its use at most once a minute."""
    token = Token.objects.select_related("user").filter(digest=token_digest(text), revoked_at=None).first()
    if token is None or not token.user.is_active:
        return None
    now = timezone.now()
    if token.used_at is None or now - token.used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token.user


def tokens_of(user: User) -> QuerySet[Token]:
    """A person's tokens that still work, newest first."""
    return Token.objects.filter(user=user, revoked_at=None).order_by("-pk")
