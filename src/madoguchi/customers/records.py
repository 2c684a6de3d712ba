"""One record with what nearly every page shows of it, read in one round trip."""

from typing import Any

from django.db.models import QuerySet

from madoguchi.core.prepared import Prepared, Slot
from madoguchi.core.together import fetch_together
from madoguchi.customers.models import Customer, CustomerTag, Identity, PostalAddress

_BESIDE: dict[str, Prepared[QuerySet[Any, Any]]] = {
    "identities": Prepared(lambda: Identity.objects.filter(customer=Slot("pk"))),
    "addresses": Prepared(lambda: PostalAddress.objects.filter(customer=Slot("pk"))),
    "tags": Prepared(lambda: CustomerTag.objects.filter(customers=Slot("pk"))),
}


def read_record(rows: QuerySet[Customer], pk: int) -> Customer | None:
    """The one row of a prepared read, which has narrowed it to who may see it, with identities, addresses and tags."""
    beside = {name: prepared(pk=pk) for name, prepared in _BESIDE.items()}
    fetch_together(rows, *beside.values())
    customer = next(iter(rows), None)
    if customer is None:
        return None
    for name, found in beside.items():
        known: QuerySet[Any] = getattr(customer, name).all()  # one that may be narrowed, unlike a prepared read
        vars(known).update(_result_cache=list(found), _prefetch_done=True)
        vars(customer).setdefault("_prefetched_objects_cache", {})[name] = known
    row: Any
    for row in (*customer.identities.all(), *customer.addresses.all()):
        row.customer = customer
    return customer
