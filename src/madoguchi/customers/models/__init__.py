"""Tables of the customers."""

from madoguchi.customers.models.customer import (
    Customer,
    CustomerTag,
    Identity,
    Organisation,
    is_latin,
    label_of,
    shown_name,
)
from madoguchi.customers.models.record import Consent, CustomerFile, PostalAddress, RecordChange

__all__ = [
    "Consent",
    "Customer",
    "CustomerFile",
    "CustomerTag",
    "Identity",
    "Organisation",
    "PostalAddress",
    "RecordChange",
    "is_latin",
    "label_of",
    "shown_name",
]
