"""Staff for tests: plain rows, no events, Argon2 only where a password is wanted."""

from itertools import count

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team, User, Workspace


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 as in the product, only cheap: for tests that hash dozens of passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


PASSWORD = "haruno-kaze-2026"

_numbers = count(1)


def make_user(role: str = Role.AGENT, *, password: str | None = None, **values: object) -> User:
    number = next(_numbers)
    user = User(role=role, **({"email": f"staff{number}@harukaze.example", "name": f"小林 あかり{number}"} | values))
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    return user


def make_owner(**values: object) -> User:
    return make_user(Role.OWNER, **values)


def make_admin(**values: object) -> User:
    return make_user(Role.ADMIN, **values)


def make_team(name: str = "", *members: User) -> Team:
    team = Team.objects.create(name=name or f"チーム{next(_numbers)}")
    team.members.set(members)
    return team


def make_workspace(name: str = "はるかぜ日用品店", **values: object) -> Workspace:
    return Workspace.objects.create(pk=1, name=name, **({"set_up_at": timezone.now()} | values))
