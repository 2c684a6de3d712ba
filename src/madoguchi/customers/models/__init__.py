"""Tables of the customers."""

from madoguchi.customers.models.completing import DismissedCompletion
from madoguchi.customers.models.customer import (
    Customer,
    CustomerTag,
    Identity,
    Organisation,
    OrganisationDomain,
    is_latin,
    label_of,
    shown_name,
)
from madoguchi.customers.models.hiding import HiddenText
from madoguchi.customers.models.merging import CustomerMerge, MatchKey, Suggestion
from madoguchi.customers.models.record import Consent, CustomerFile, PostalAddress, RecordChange

__all__ = [
    "Consent",
    "Customer",
    "CustomerFile",
    "CustomerMerge",
    "CustomerTag",
    "DismissedCompletion",
    "HiddenText",
    "Identity",
    "MatchKey",
    "Organisation",
    "OrganisationDomain",
    "PostalAddress",
    "RecordChange",
    "Suggestion",
    "is_latin",
    "label_of",
    "shown_name",
]
