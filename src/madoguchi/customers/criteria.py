"""What customers can be told apart by: each criterion with its values and how the database understands it.

A room above adds criteria of its own, such as orders, by handing them to `offer` when Django has loaded it
(`AppConfig.ready`); lists, exports and broadcasts then have them without knowing the room.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.conditions import EMPTY, FILLED, HAS, IS, LESS, MORE, NOT, Condition

TEXT, NUMBER, DAY, CHOICE, YES = "text", "number", "day", "choice", "yes"
#: How values of each kind can be compared.
HOWS_OF = {
    TEXT: (IS, NOT, HAS, EMPTY, FILLED),
    NUMBER: (IS, NOT, LESS, MORE, EMPTY, FILLED),
    DAY: (IS, NOT, LESS, MORE, EMPTY, FILLED),
    CHOICE: (IS, NOT, EMPTY, FILLED),
    YES: (IS, NOT, EMPTY, FILLED),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to compare. `condition` says what must hold; for `not` and `empty` the contrary is taken."""

    key: str
    word: str | Promise
    kind: str
    condition: Callable[[Condition, User], Q]
    choices: Callable[[User], Iterable[tuple[str, Any]]] | None = None  #: of CHOICE: values as kept, and in words

    def words(self, user: User) -> dict[str, str]:
        """The values one may choose, by what is kept."""
        if self.kind == YES:
            return {"1": _("Yes"), "0": _("No")}
        return {kept: str(word) for kept, word in self.choices(user)} if self.choices else {}


_OFFERED: dict[str, Criterion] = {}


def offer(criteria: Iterable[Criterion]) -> None:
    """Add criteria; of two with one key the later one counts."""
    _OFFERED.update({each.key: each for each in criteria})


def offered() -> dict[str, Criterion]:
    """Every criterion by its key, those of this room first."""
    return _OFFERED


def condition_of(condition: Condition, user: User) -> Q:
    """A condition on a criterion as the database understands it; of one that nobody offers any more nobody is meant."""
    criterion = _OFFERED.get(condition.what)
    if criterion is None:
        return Q(pk__in=[])
    if criterion.kind == YES:
        is_wanted = condition.how == FILLED or (
            condition.how in (IS, NOT) and (condition.value == "1") == (condition.how == IS)
        )
        found = criterion.condition(condition, user)
        return found if is_wanted else ~found
    found = criterion.condition(condition, user)
    return ~found if condition.how in (NOT, EMPTY) else found
