"""Whom an @ in a note may mean: the staff, found however the name is written."""

from dataclasses import dataclass

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import active_users
from madoguchi.search.folding import fold

_MOST = 8


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person to choose, and what choosing them writes."""

    name: str
    local_part: str
    mention: str


def colleagues_like(begun: str) -> list[Colleague]:
    """Active people whose name or address holds what was typed after the @, those that begin with it first."""
    sought = _bare(begun)
    found = [(_rank(person, sought), _colleague(person)) for person in active_users()]
    ranked = sorted((each for each in found if each[0] is not None), key=lambda each: each[0] or 0)
    return [colleague for _place, colleague in ranked[:_MOST]]


def _colleague(person: User) -> Colleague:
    return Colleague(person.name, person.email.partition("@")[0], f"@{''.join(person.name.split())} ")


def _rank(person: User, sought: str) -> int | None:
    """0 when it begins with what is sought, 1 when it holds it, else None."""
    words = (_bare(person.name), _bare(person.email.partition("@")[0]))
    if any(word.startswith(sought) for word in words):
        return 0
    return 1 if any(sought in word for word in words) else None


def _bare(text: str) -> str:
    return "".join(fold(text).split())
