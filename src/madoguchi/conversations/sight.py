"""How far a person sees, apart from who they are: so that a read is worked out once for all who see alike."""

from enum import Enum
from typing import Any

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import visible_inbox_ids


class Sight(Enum):
    """How far a person sees."""

    NOTHING = "nothing"
    FOLLOWED = "followed"  #: guests: what they were asked to follow
    DESKS = "desks"  #: the 窓口 open to them
    EVERYTHING = "everything"


def sight_of(user: User) -> Sight:
    """How far a person sees; which 窓口 and whom it is about says `eyes_of`."""
    if not user.is_active:
        return Sight.NOTHING
    if user.role == Role.GUEST:
        return Sight.FOLLOWED
    return Sight.EVERYTHING if user.sees_every_inbox else Sight.DESKS


def eyes_of(user: User) -> dict[str, Any]:
    """The values that belong to the sight of a person: who they are, and the 窓口 they see if not all."""
    return {"person": user.pk, "inboxes": visible_inbox_ids(user) if sight_of(user) is Sight.DESKS else []}
