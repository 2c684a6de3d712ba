"""People who did the same at once: the database lets one of them through, and nothing of the others was written."""

import logging

from django.core.exceptions import ObjectNotUpdated
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _

from madoguchi.core.errors import DomainError, NotFound

log = logging.getLogger(__name__)

#: deadlock_detected and serialization_failure (PostgreSQL, appendix A).
_COLLISIONS = ("40P01", "40001")
#: foreign_key_violation and unique_violation: a row vanished or appeared after it had been looked for.
_OVERTAKEN = ("23503", "23505")


class Collision(DomainError):
    """Doing the same again goes through."""

    code = "collision"

    def __init__(self) -> None:
        """What to do is to do it again."""
        super().__init__(
            _("Somebody changed the same thing at this very moment. Nothing was lost: please do it again.")
        )


class Overtaken(DomainError):
    """What this builds on was deleted, or what it adds was added, a moment before."""

    code = "overtaken"

    def __init__(self) -> None:
        """What to do is to look first: the same again may not make sense any more."""
        super().__init__(
            _(
                "Somebody else added or deleted something of this at the same moment. "
                "Nothing was saved: load the page again and look before you repeat it."
            )
        )


def collision_of(error: BaseException) -> DomainError | None:
    """What to tell a person of this error of the database; None when it is no collision."""
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, OperationalError) and state in _COLLISIONS:
        return Collision()
    if isinstance(error, IntegrityError) and state in _OVERTAKEN:
        log.warning("a request was overtaken", exc_info=error)  # one that comes back is a defect of ours
        return Overtaken()
    if isinstance(error, ObjectNotUpdated):
        return NotFound(_("What you were changing has been deleted meanwhile."))
    return None
