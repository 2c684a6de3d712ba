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
from madoguchi.customers.models.field import CustomerField, CustomerValue
from madoguchi.customers.models.hiding import HiddenText
from madoguchi.customers.models.importing import CustomerImport, ImportedCustomer, ImportedName, ImportProblem
from madoguchi.customers.models.merging import CustomerMerge, MatchKey, Suggestion
from madoguchi.customers.models.record import Consent, CustomerFile, PostalAddress, RecordChange
from madoguchi.customers.models.segment import CustomerExport, Segment
from madoguchi.customers.models.sparing import CustomerSpared

__all__ = [
    "Consent",
    "Customer",
    "CustomerExport",
    "CustomerField",
    "CustomerFile",
    "CustomerImport",
    "CustomerMerge",
    "CustomerSpared",
    "CustomerTag",
    "CustomerValue",
    "DismissedCompletion",
    "HiddenText",
    "Identity",
    "ImportProblem",
    "ImportedCustomer",
    "ImportedName",
    "MatchKey",
    "Organisation",
    "OrganisationDomain",
    "PostalAddress",
    "RecordChange",
    "Segment",
    "Suggestion",
    "is_latin",
    "label_of",
    "shown_name",
]
