"""What narrows the list of customers, as it stands in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.conversations.customer_tables import CustomerList
from madoguchi.conversations.customers import CustomerFilter, CustomerSort
from madoguchi.customers.models import CustomerTag, Segment


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that is switched by a click."""

    word: str
    href: str
    is_on: bool


def chosen_customers(values: QueryDict) -> CustomerFilter:
    """The conditions in an address; what makes no sense is none."""
    company = values.get("company", "")
    return CustomerFilter(
        tag=values.get("tag", "").strip()[:50],
        company=int(company) if company.isascii() and company.isdecimal() and len(company) < 19 else None,
        is_vip=values.get("vip") == "1",
        needs_care=values.get("care") == "1",
    )


def list_of(values: QueryDict) -> CustomerList:
    """Everything that narrows the list in an address."""
    segment = values.get("segment", "")
    is_number = segment.isascii() and segment.isdecimal() and len(segment) < 19
    typed = values.get("q", "").strip()[:200]
    return CustomerList(typed, chosen_customers(values), int(segment) if is_number else None)


def said(chosen: CustomerFilter) -> dict[str, Any]:
    """The conditions as they stand in an address."""
    return {
        "tag": chosen.tag,
        "company": chosen.company or "",
        "vip": "1" if chosen.is_vip else "",
        "care": "1" if chosen.needs_care else "",
    }


def list_address(**values: Any) -> str:
    """The list under these conditions; empty ones are left out."""
    kept = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('desk:customers')}?{kept}" if kept else reverse("desk:customers")


def sieve(wanted: CustomerList, sort: str, tags: Iterable[CustomerTag], segments: Iterable[Segment]) -> list[Chip]:
    """Everything one may click on: marks first, then tags, then what is chosen otherwise."""
    chosen = wanted.chosen
    now = {"q": wanted.typed, "sort": sort if sort == CustomerSort.NEWEST else ""} | said(chosen)
    now["segment"] = str(wanted.segment or "")

    def chip(word: str, name: str, value: str) -> Chip:
        is_on = now[name] == value
        return Chip(word, list_address(**now | {name: "" if is_on else value}), is_on)

    chips = [chip(each.name, "segment", str(each.pk)) for each in segments]
    chips += [chip(_("Important customer"), "vip", "1"), chip(_("Handle with care"), "care", "1")]
    chips += [chip(tag.name, "tag", tag.name) for tag in tags]
    if chosen.company is not None:
        chips.append(Chip(_("One company"), list_address(**now | {"company": ""}), is_on=True))
    return chips
