"""What roles may not see or take along: customers' addresses and numbers masked, files not to be downloaded.

It comes with the person of each request (`limited`), without a query of its own.
"""

from django.db.models import Exists, OuterRef, QuerySet

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import RoleLimit, User

LIMITS = ("masks_contacts", "keeps_files")
#: Who sets the limits has none.
LIMITABLE: tuple[Role, ...] = (Role.GUEST, Role.VIEWER, Role.TRAINEE, Role.AGENT, Role.SUPERVISOR)


def limited(people: QuerySet[User]) -> QuerySet[User]:
    """These people with what their role is limited in: `masks_contacts`, `keeps_files`."""
    return people.annotate(**limits_of("role"))


def limits_of(role: str) -> dict[str, Exists]:
    """The limits of a role as columns of a query; `role` is its path there."""
    rows = RoleLimit.objects.filter(role=OuterRef(role))
    return {name: Exists(rows.filter(**{name: True})) for name in LIMITS}


def role_limits() -> list[RoleLimit]:
    """What each role is limited in, in the order of rights."""
    found = {each.role: each for each in RoleLimit.objects.all()}
    return [found.get(role) or RoleLimit(role=role) for role in LIMITABLE]
