"""Which customers a list means: what was typed, what was chosen, and a segment; the same for page, API and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.conversations.customers import CustomerFilter, find_customers, narrowed
from madoguchi.customers.models import Customer
from madoguchi.customers.segments import Conditions, conditions_of, get_segment, members, read_segment_conditions


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Everything that narrows a list of customers."""

    typed: str = ""
    chosen: CustomerFilter = field(default_factory=CustomerFilter)
    segment: int | None = None
    asked: Conditions = field(default_factory=Conditions)  #: conditions that are not kept under a name

    def kept(self) -> dict[str, Any]:
        """As an export keeps it; only what narrows."""
        values = {
            "q": self.typed, "tag": self.chosen.tag, "company": self.chosen.company, "vip": self.chosen.is_vip,
            "care": self.chosen.needs_care, "segment": self.segment,
            "all_of": [[each.what, each.how, each.value] for each in self.asked.all_of],
            "any_of": [[each.what, each.how, each.value] for each in self.asked.any_of],
        }  # fmt: skip
        return {name: value for name, value in values.items() if value}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "CustomerList":
        """What `kept` gave."""
        chosen = CustomerFilter(kept.get("tag", ""), kept.get("company"), bool(kept.get("vip")), bool(kept.get("care")))
        asked = Conditions(
            read_segment_conditions(kept.get("all_of", [])), read_segment_conditions(kept.get("any_of", []))
        )
        return cls(kept.get("q", ""), chosen, kept.get("segment"), asked)


def listed_customers(user: User, wanted: CustomerList) -> QuerySet[Customer]:
    """The customers of a list whom this person may see; NotFound for a segment that is gone."""
    rows = narrowed(find_customers(user, wanted.typed), wanted.chosen)
    if wanted.segment is not None:
        rows = members(rows, conditions_of(get_segment(user, wanted.segment)), user)
    return members(rows, wanted.asked, user)
