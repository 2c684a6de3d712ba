"""Customers and their custom fields for tests, made by the product's own door."""

from itertools import count

from madoguchi.core.fields.kinds import FieldKind, Option, Plain
from madoguchi.customers.actions import create_customer
from madoguchi.customers.actions.field_keeping import CustomerDefinition, create_customer_field
from madoguchi.customers.fields import customer_values
from madoguchi.customers.models import Customer, CustomerField
from madoguchi.events.actor import Actor

BY = Actor.system("test")
_numbers = count(1)


def make_customer(*emails: str, **values) -> Customer:
    """A customer of this name; 髙橋 由美子 if nothing is said."""
    named = {} if values.keys() & {"display_name", "family_name"} else {"family_name": "髙橋", "given_name": "由美子"}
    return create_customer(by=BY, emails=list(emails), **named | values)


def make_customer_field(name: str = "", kind: str = FieldKind.TEXT, *options: str, **values) -> CustomerField:
    """A field; options by name get the ids 1, 2, 3 …"""
    offered = [Option(0, each) for each in options]
    wanted = CustomerDefinition(name or f"顧客項目{next(_numbers)}", kind, options=offered, **values)
    return create_customer_field(wanted, by=BY)


def value_of(customer: Customer, field: CustomerField) -> Plain:
    """What stands in a field of a customer; None where nothing does."""
    return customer_values([customer.pk]).get(customer.pk, {}).get(field.pk)
