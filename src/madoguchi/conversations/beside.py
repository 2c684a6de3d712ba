"""What is kept of a conversation's customer, as reads that go together with the conversation's own."""

from django.db.models import QuerySet

from madoguchi.conversations.queries import pointer
from madoguchi.core.prepared import Prepared
from madoguchi.customers.fields import ValueRow, customer_fields, value_rows
from madoguchi.customers.models import CustomerField, CustomerTag, CustomerValue, PostalAddress


def addresses_beside(number: int) -> QuerySet[PostalAddress]:
    """The postal addresses of a conversation's customer, the primary one first."""
    return _ADDRESSES(number=number)


def tags_beside(number: int) -> QuerySet[CustomerTag]:
    """The tags of a conversation's customer."""
    return _TAGS(number=number)


def customer_fields_beside() -> QuerySet[CustomerField]:
    """The custom fields of customers that are offered, in their order."""
    return _FIELDS()


def customer_values_beside(number: int) -> QuerySet[CustomerValue, ValueRow]:
    """What a conversation's customer has in them; `customers.fields.told_values` makes values of it."""
    return _VALUES(number=number)


_FIELDS = Prepared(customer_fields)
_VALUES = Prepared(lambda: value_rows(CustomerValue.objects.filter(customer=pointer("customer"))))
_ADDRESSES = Prepared(lambda: PostalAddress.objects.filter(customer=pointer("customer")))
_TAGS = Prepared(lambda: CustomerTag.objects.filter(customers=pointer("customer")))
