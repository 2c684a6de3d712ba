"""Where a record went that was merged into another."""

from django.db.models import QuerySet

from madoguchi.core.errors import DomainError
from madoguchi.core.prepared import Prepared, Slot
from madoguchi.customers.models import Customer

_INTO: Prepared[QuerySet[Customer, int | None]] = Prepared(
    lambda: Customer.objects.filter(pk=Slot("pk")).order_by().values_list("merged_into_id", flat=True)
)


class MergedCustomer(DomainError):
    """The record was merged into another; `facts["into"]` says into which."""

    code = "merged"


def surviving_id(pk: int) -> int:
    """Where a merged customer went on."""
    while (into := next(iter(_INTO(pk=pk)), None)) is not None:
        pk = into
    return pk
