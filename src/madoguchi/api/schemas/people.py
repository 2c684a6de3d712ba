"""People, teams and keys."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.accounts.choices import Language, Role, Theme
from madoguchi.accounts.models import Team, Token, User
from madoguchi.accounts.permissions import PERMISSIONS
from madoguchi.api.schemas.base import Id, In, Out, Ref

type Email = Annotated[str, Field(min_length=3, max_length=254, examples=["kobayashi@harukaze.example"])]
type Name = Annotated[str, Field(max_length=100, examples=["小林 あかり"])]


class PersonOut(Out):
    """One person of the staff."""

    id: int
    """The person's id."""
    email: str
    """The mail address they sign in with."""
    name: str
    """The name colleagues see."""
    public_name: str
    """The name customers see in From; empty is the name of the desk."""
    role: Role
    """What they may do."""
    language: Language
    """The language of their screen, and of answers to their tokens."""
    is_active: bool
    """False for those who have left."""
    is_invited: bool
    """True until an invitation is accepted."""
    teams: list[int]
    """The teams they belong to."""


class MeOut(PersonOut):
    """Who is calling."""

    theme: Theme
    """Light, dark, or as the device says."""
    signature: str
    """What stands below their mails."""
    new_email: str
    """The address that waits to be confirmed; empty when none does."""
    permissions: list[str]
    """What their role allows, e.g. `reply`, `assign`, `manage_people`."""
    inboxes: list[Ref]
    """The desks whose conversations they see."""


class MeIn(In):
    """What one may change of oneself; what is left out stays."""

    name: Name | None = None
    """The name colleagues see."""
    public_name: Name | None = None
    """The name customers see in From."""
    language: Language | None = None
    """The language of the screen."""
    theme: Theme | None = None
    """Light, dark, or as the device says."""
    signature: Annotated[str, Field(max_length=4000)] | None = None
    """What stands below one's mails."""


class NewAddressIn(In):
    """Another mail address to sign in with."""

    email: Email
    """The address; a link that is sent there confirms it."""
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    """The present password: a token alone does not change how its person signs in."""


class NewPersonIn(In):
    """A person to add."""

    email: Email
    """The mail address they will sign in with."""
    name: Name = ""
    """Their name; they may correct it."""
    role: Role = Role.AGENT
    """What they may do; only owners make owners."""
    language: Language = Language.JA
    """The language of their screen."""
    teams: Annotated[list[Id], Field(max_length=200)] = []
    """The teams they belong to."""


class PersonIn(In):
    """What an administrator may change of a person; what is left out stays."""

    name: Name | None = None
    """The name colleagues see."""
    public_name: Name | None = None
    """The name customers see in From."""
    role: Role | None = None
    """What they may do; the last owner stays one."""
    language: Language | None = None
    """The language of their screen."""
    is_active: bool | None = None
    """False ends their sign-in, sessions and tokens at once; true lets them in again."""
    teams: Annotated[list[Id], Field(max_length=200)] | None = None
    """All teams they belong to from now on."""


class TeamOut(Out):
    """People who work together."""

    id: int
    """The team's id."""
    name: str
    """Its name."""
    members: list[Ref]
    """Who belongs to it."""


class TeamIn(In):
    """A team, or what changes of it."""

    name: Annotated[str, Field(max_length=60, examples=["配送チーム"])] | None = None
    """Its name."""
    members: Annotated[list[Id], Field(max_length=1000)] | None = None
    """Everybody who belongs to it from now on."""


class SessionOut(Out):
    """One place where the caller is signed in."""

    handle: str
    """Names the session and gives no access to it."""
    device: str
    """What the browser said of itself."""
    network: str
    """The network it was used from; empty when unknown."""
    begun_at: datetime
    """When they signed in."""
    used_at: datetime
    """When it was used last, to the minute."""
    is_current: bool
    """The session that makes this call."""


class WorkspaceOut(Out):
    """The shop itself."""

    name: str
    """Its name; empty before the first run."""
    language: Language
    """What is written where nobody has chosen a language."""
    is_demo: bool
    """True in the demo: outgoing mail stays inside."""


class WorkspaceIn(In):
    """What changes of the workspace; what is left out stays."""

    name: Annotated[str, Field(max_length=100)] | None = None
    """Its name."""
    language: Language | None = None
    """Its language."""


class TokenOut(Out):
    """A key for the API, without the key itself."""

    id: int
    """The token's id."""
    label: str
    """What it is for."""
    created_at: datetime
    """When it was made."""
    used_at: datetime | None
    """When it was used last, to the minute."""


class NewTokenOut(TokenOut):
    """A key that was just made."""

    token: str
    """The key itself; it is shown this once."""


class TokenIn(In):
    """A key to make."""

    label: Annotated[str, Field(max_length=100, examples=["Nightly export"])]
    """What it is for."""


def show_person(user: User) -> PersonOut:
    """A person whose teams were fetched."""
    return PersonOut(**_person(user))


def show_me(user: User, inboxes: Iterable[Ref]) -> MeOut:
    """The caller."""
    permissions = sorted(PERMISSIONS[user.role])
    return MeOut(
        **_person(user),
        theme=Theme(user.theme),
        signature=user.signature,
        new_email=user.new_email,
        permissions=[permission.value for permission in permissions],
        inboxes=list(inboxes),
    )


def _person(user: User) -> dict[str, Any]:
    names = ("email", "name", "public_name", "role", "language", "is_active", "is_invited")
    return {
        "id": user.pk,
        **{name: getattr(user, name) for name in names},
        "teams": [team.pk for team in user.teams.all()],
    }


def show_team(team: Team) -> TeamOut:
    """A team whose members were fetched."""
    members = [Ref(id=member.pk, name=member.name) for member in team.members.all()]
    return TeamOut(id=team.pk, name=team.name, members=members)


def show_token(token: Token) -> TokenOut:
    """A token without the key."""
    return TokenOut(id=token.pk, label=token.label, created_at=token.created_at, used_at=token.used_at)
