"""Two people who locked each other out: PostgreSQL ends one of the two, and nothing of theirs was written."""

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from madoguchi.core.errors import DomainError

#: deadlock_detected and serialization_failure (PostgreSQL, appendix A).
_COLLISIONS = ("40P01", "40001")


class Collision(DomainError):
    """Doing the same again goes through."""

    code = "collision"

    def __init__(self) -> None:
        """What to do is to do it again."""
        super().__init__(
            _("Somebody changed the same thing at this very moment. Nothing was lost: please do it again.")
        )


def collision_of(error: BaseException) -> Collision | None:
    """What to tell a person of this error of the database; None when it is no collision."""
    is_one = isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in _COLLISIONS
    return Collision() if is_one else None
