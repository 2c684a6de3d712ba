"""What is kept of a conversation's customer, as reads that go together with the conversation's own."""

from django.db.models import QuerySet

from madoguchi.conversations.queries import pointer
from madoguchi.core.prepared import Prepared
from madoguchi.customers.models import CustomerTag, PostalAddress


def addresses_beside(number: int) -> QuerySet[PostalAddress]:
    """The postal addresses of a conversation's customer, the primary one first."""
    return _ADDRESSES(number=number)


def tags_beside(number: int) -> QuerySet[CustomerTag]:
    """The tags of a conversation's customer."""
    return _TAGS(number=number)


_ADDRESSES = Prepared(lambda: PostalAddress.objects.filter(customer=pointer("customer")))
_TAGS = Prepared(lambda: CustomerTag.objects.filter(customers=pointer("customer")))
