"""What happened to the records of people, as rows for their one timeline (`flows.timeline`).

Patterns of prepared reads about the records of the slot `people`.
"""

from collections.abc import Collection

from django.db.models import F, QuerySet

from madoguchi.core.prepared import OneOf, Prepared, Slot
from madoguchi.customers.models import Customer, CustomerMerge, RecordChange


def with_merged(customers: Collection[int]) -> list[int]:
    """These records and those that went into them, however far back: they keep their own history."""
    found, new = list(customers), list(customers)
    while new:
        new = list(_MERGED(people=new))
        found += new
    return found


def changes_to() -> QuerySet[RecordChange]:
    """Changes of these records that still stand, consents among them."""
    return RecordChange.objects.filter(OneOf(F("customer_id"), Slot("people")), undone_at=None)


def merges_into() -> QuerySet[CustomerMerge]:
    """Records that went into these ones and are part of them still."""
    return CustomerMerge.objects.filter(OneOf(F("survivor_id"), Slot("people")), undone_at=None)


def records_of() -> QuerySet[Customer]:
    """The records themselves, for when each was made."""
    return Customer.objects.filter(OneOf(F("pk"), Slot("people")))


_MERGED: Prepared[QuerySet[Customer, int]] = Prepared(
    lambda: Customer.objects.filter(OneOf(F("merged_into_id"), Slot("people"))).values_list("pk", flat=True)
)
