"""Where a record went that was merged into another."""

from madoguchi.core.errors import DomainError
from madoguchi.customers.models import Customer


class MergedCustomer(DomainError):
    """The record was merged into another; `facts["into"]` says into which."""

    code = "merged"


def surviving_id(pk: int) -> int:
    """Where a merged customer went on."""
    while (into := Customer.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()) is not None:
        pk = into
    return pk
