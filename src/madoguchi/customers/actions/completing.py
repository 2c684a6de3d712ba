"""Taking over what a signature says, or putting it aside."""

from django.db import transaction

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.customers.actions.addresses import add_postal_address
from madoguchi.customers.actions.changing import hold_customer
from madoguchi.customers.actions.identities import add_identity
from madoguchi.customers.actions.record import change_customer
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.completing import MAIL, PHONE, Completion
from madoguchi.customers.models import Customer, DismissedCompletion
from madoguchi.events.actor import Actor


@transaction.atomic
def accept_completion(customer: Customer, completion: Completion, *, by: Actor) -> None:
    """Write one offered value into the record; the history takes it back."""
    require(by, Permission.REPLY)
    values = completion.values
    match completion.kind:
        case "phone" | "mail":
            kind = {PHONE: IdentityKind.PHONE, MAIL: IdentityKind.MAIL}[completion.kind]
            add_identity(customer, kind, values["address"], label=values.get("label", ""), by=by)
        case "address":
            add_postal_address(customer, by=by, **values)
        case "company":
            change_customer(customer, by=by, organisation=find_or_make_company(values["company"]))
        case _:
            change_customer(customer, by=by, **values)


@transaction.atomic
def dismiss_completion(customer: Customer, completion: Completion, *, by: Actor) -> None:
    """Do not offer this value for this customer again."""
    require(by, Permission.REPLY)
    held = hold_customer(customer)
    DismissedCompletion.objects.get_or_create(customer=held, key=completion.key, defaults={"by_label": by.label[:200]})
