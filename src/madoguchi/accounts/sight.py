"""How far a person sees, apart from who they are: so that a read is worked out once for all who see alike."""

from enum import Enum

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User


class Sight(Enum):
    """How far a person sees."""

    NOTHING = "nothing"  #: people who left
    FOLLOWED = "followed"  #: guests: what they were asked to follow
    DESKS = "desks"  #: the 窓口 open to them
    EVERYTHING = "everything"


def sight_of(user: User) -> Sight:
    """How far a person sees; which 窓口 and whom it is about are values of the read."""
    if not user.is_active:
        return Sight.NOTHING
    if user.role == Role.GUEST:
        return Sight.FOLLOWED
    return Sight.EVERYTHING if user.sees_every_inbox else Sight.DESKS
