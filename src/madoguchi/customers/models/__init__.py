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
from madoguchi.customers.models.merging import CustomerMerge, MatchKey, Suggestion
from madoguchi.customers.models.record import Consent, CustomerFile, PostalAddress, RecordChange

__all__ = [
    "Consent",
    "Customer",
    "CustomerFile",
    "CustomerMerge",
    "CustomerTag",
    "Identity",
    "MatchKey",
    "Organisation",
    "PostalAddress",
    "RecordChange",
    "Suggestion",
    "is_latin",
    "label_of",
    "shown_name",
]
