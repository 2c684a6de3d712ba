"""What changes the customers. Whoever acts is checked here; a face only hides the button."""

from madoguchi.customers.actions.addresses import (
    MAX_FILE,
    add_postal_address,
    attach_file,
    change_postal_address,
    note_consent,
    remove_file,
    remove_postal_address,
)
from madoguchi.customers.actions.changing import ChangedSince, hold_customer, undo_change
from madoguchi.customers.actions.companies import add_domain, adopt_people, change_company, remove_domain
from madoguchi.customers.actions.completing import accept_completion, dismiss_completion
from madoguchi.customers.actions.fields import set_customer_fields
from madoguchi.customers.actions.identifying import (
    Party,
    identify_customer,
    identify_customers,
    lock_customer,
    lock_customers,
    lock_identities,
)
from madoguchi.customers.actions.identities import (
    AddressTaken,
    add_identity,
    change_identity,
    mark_bounced,
    remove_identity,
    replace_address,
    set_charset,
)
from madoguchi.customers.actions.merging import Unmerged, merge_customers, unmerge_customers
from madoguchi.customers.actions.record import Conflict, change_customer, create_customer, set_tags
from madoguchi.customers.actions.suggesting import decide, refresh_stale, refresh_suggestions
from madoguchi.customers.merged import MergedCustomer

__all__ = [
    "MAX_FILE",
    "AddressTaken",
    "ChangedSince",
    "Conflict",
    "MergedCustomer",
    "Party",
    "Unmerged",
    "accept_completion",
    "add_domain",
    "add_identity",
    "add_postal_address",
    "adopt_people",
    "attach_file",
    "change_company",
    "change_customer",
    "change_identity",
    "change_postal_address",
    "create_customer",
    "decide",
    "dismiss_completion",
    "hold_customer",
    "identify_customer",
    "identify_customers",
    "lock_customer",
    "lock_customers",
    "lock_identities",
    "mark_bounced",
    "merge_customers",
    "note_consent",
    "refresh_stale",
    "refresh_suggestions",
    "remove_domain",
    "remove_file",
    "remove_identity",
    "remove_postal_address",
    "replace_address",
    "set_charset",
    "set_customer_fields",
    "set_tags",
    "undo_change",
    "unmerge_customers",
]
