"""Sparing colleagues a customer, and ending it: whose wish it is, and who agrees, whoever asks for it has looked at."""

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import NotAllowed
from madoguchi.customers.models import Customer, CustomerSpared


def spare_customer(customer: Customer, person: User, *, source: str) -> None:
    """Show a person none of this customer's conversations from now on; twice is once."""
    CustomerSpared.objects.update_or_create(person=person, source=source, defaults={"customer": customer})


def spare_no_more(person: User, *, source: str) -> None:
    """End what `source` asked for; what asks for the same besides it stands."""
    CustomerSpared.objects.filter(person=person, source=source).delete()


def check_not_spared(customer_id: int, user: User) -> None:
    """Raise NotAllowed where somebody writes to whom they are spared: the answer would not reach them."""
    if CustomerSpared.objects.filter(customer=customer_id, person=user).exists():
        raise NotAllowed(
            _("You are spared this customer, so an answer would not reach you. Ask a supervisor to write.")
        )
