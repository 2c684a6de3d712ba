"""Reads of the staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.addresses import AddressLinkEnded
from madoguchi.accounts.addresses import is_valid as is_address_link
from madoguchi.accounts.choices import TOKEN_USED
from madoguchi.accounts.invitations import InvitationEnded, is_valid, user_id_of
from madoguchi.accounts.limits import LIMITS, limits_of
from madoguchi.accounts.models import SessionInfo, Team, Token, User, Workspace, token_digest
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared
from madoguchi.events.record import record


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


def find_user_by_email(email: str) -> User | None:
    """The person of a mail address, whatever its case, or None."""
    return User.objects.filter(email__iexact=email.strip()).first()


def has_users() -> bool:
    """False only before the first run."""
    return User.objects.exists()


def active_users() -> QuerySet[User]:
    """Everybody who can sign in, by name."""
    return User.objects.filter(is_active=True).order_by("name", "pk")


def all_users() -> QuerySet[User]:
    """Everybody who is or was here, active first."""
    return User.objects.order_by("-is_active", "name", "pk")


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person in the list of the staff."""

    user: User
    teams: list[str]
    has_two_step: bool


def people(*, like: str = "", with_former: bool = False) -> list[StaffLine]:
    """The staff by name, with their teams and whether a second step is set up; three queries however many they are."""
    found = all_users().prefetch_related("teams")
    if not with_former:
        found = found.filter(is_active=True)
    if like:
        found = found.filter(Q(name__icontains=like) | Q(email__icontains=like) | Q(public_name__icontains=like))
    secured = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    secured_ids = set(secured.values_list("user_id", flat=True))
    return [StaffLine(user, [team.name for team in user.teams.all()], user.pk in secured_ids) for user in found]


def names_of_users(ids: Iterable[int]) -> dict[int, str]:
    """The names of people by id, in one query."""
    return dict(User.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def names_of_teams(ids: Iterable[int]) -> dict[int, str]:
    """The names of teams by id, in one query."""
    return dict(Team.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class TwoStep:
    """What a person has set up besides the password."""

    has_app: bool
    passkeys: int

    @property
    def is_on(self) -> bool:
        """True when signing in takes more than the password."""
        return self.has_app or self.passkeys > 0


def two_step_of(user: User) -> TwoStep:
    """What a person has set up besides the password."""
    types = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return TwoStep(Authenticator.Type.TOTP in types, types.count(Authenticator.Type.WEBAUTHN))


def get_team(pk: int) -> Team:
    """One team; NotFound otherwise."""
    team = Team.objects.filter(pk=pk).first()
    if team is None:
        raise NotFound(_("There is no such team."))
    return team


def all_teams() -> QuerySet[Team]:
    """All teams with their members."""
    return Team.objects.order_by("name").prefetch_related("members")


def workspaces() -> QuerySet[Workspace]:
    """The shop, or nothing before the first run was finished."""
    return _WORKSPACES()


_WORKSPACES = Prepared(lambda: Workspace.objects.filter(pk=1))


def find_workspace() -> Workspace | None:
    """The shop, or None before the first run was finished."""
    return next(iter(workspaces()), None)


def workspace_name() -> str:
    """What the shop is called, or the product before it has a name."""
    workspace = find_workspace()
    return workspace.name if workspace else gettext("Madoguchi")


def user_of_invitation(token: str) -> User:
    """The person an invitation is for; raises InvitationEnded when it cannot be used any more."""
    user = User.objects.filter(pk=user_id_of(token)).first()
    if user is None or not is_valid(user, token):
        raise InvitationEnded
    return user


def user_of_address_link(token: str) -> User:
    """The person whose link to a new mail address this is; AddressLinkEnded for any other."""
    user = User.objects.filter(pk=user_id_of(token)).first()
    if user is None or not is_address_link(user, token):
        raise AddressLinkEnded
    return user


def user_of_token(text: str) -> User | None:
    """The active person a token acts as, or None; notes its use to the minute, and once a day in the audit trail."""
    rows = Token.objects.select_related("user").annotate(**limits_of("user__role"))
    token = rows.filter(digest=token_digest(text), revoked_at=None).first()
    if token is None or not token.user.is_active:
        return None
    for limit in LIMITS:
        setattr(token.user, limit, getattr(token, limit))
    now = timezone.now()
    if token.used_at is None or now - token.used_at > timedelta(minutes=1):
        fresh = Token.objects.filter(pk=token.pk, used_at=token.used_at)
        if fresh.update(used_at=now) and (token.used_at is None or token.used_at.date() != now.date()):
            record(TOKEN_USED, f"user:{token.user_id}", by=token.user.actor, data={"token": token.pk})
    return token.user


def tokens_of(user: User) -> QuerySet[Token]:
    """A person's tokens that still work, newest first."""
    return Token.objects.filter(user=user, revoked_at=None).order_by("-pk")


def get_token(user: User, pk: int) -> Token:
    """One working token of a person; NotFound otherwise."""
    token = tokens_of(user).select_related("user").filter(pk=pk).first()
    if token is None:
        raise NotFound(_("This API key does not exist any more."))
    return token


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where a person is signed in."""

    handle: str  #: names the session in forms; the key itself never leaves the server
    device: str
    network: str
    begun_at: datetime
    used_at: datetime
    is_current: bool


def sessions_of(user: User, *, current_key: str) -> list[OpenSession]:
    """Where a person is signed in: the present session first, then by last use."""
    rows = SessionInfo.objects.filter(user=user, key__in=_living_sessions()).order_by("-used_at")
    sessions = [
        OpenSession(
            handle=session_handle(row.key),
            device=row.device,
            network=row.network or "",
            begun_at=row.created_at,
            used_at=row.used_at,
            is_current=row.key == current_key,
        )
        for row in rows
    ]
    return sorted(sessions, key=lambda session: not session.is_current)


def session_key_of(user: User, handle: str) -> str:
    """The key behind a handle of one of this person's sessions; NotFound otherwise."""
    for key in SessionInfo.objects.filter(user=user).values_list("key", flat=True):
        if session_handle(key) == handle:
            return key
    raise NotFound(_("This session has ended already."))


def session_handle(key: str) -> str:
    """A name for a session that gives no access to it."""
    return salted_hmac("madoguchi.session", key, algorithm="sha256").hexdigest()[:32]


def _living_sessions() -> QuerySet[Session]:
    return Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")  # type: ignore[return-value]
