"""Who did it: a person of the staff, a customer, or the system; kept as plain values, never as a foreign key."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of party acts."""

    USER = "user"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something; `label` is the name to show when the row behind `id` is gone."""

    kind: ActorKind
    id: int | None
    label: str

    @classmethod
    def system(cls, label: str) -> "Actor":
        """A part of the product that acts by itself, e.g. "intake"."""
        return cls(ActorKind.SYSTEM, None, label)
