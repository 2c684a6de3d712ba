"""What people bought and agreed to pay for, as rows for their one timeline (`flows.timeline`).

Patterns of prepared reads about the customers of the slot `people`; guests see conversations they were asked to
follow, and nothing of what was bought.
"""

from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, Func, QuerySet, Value

from madoguchi.accounts.sight import Sight
from madoguchi.commerce.choices import NOT_SHIPPED, OrderState
from madoguchi.commerce.models import Contract, Order, Subscription
from madoguchi.core.prepared import OneOf, Slot

#: What is neither with the customer yet nor called off.
UNDER_WAY = (*NOT_SHIPPED, OrderState.SHIPPED)


def orders_by(sight: Sight) -> QuerySet[Order]:
    """Their orders of which the moment is known."""
    return _seen(sight, Order.objects.filter(ordered_at__isnull=False))


def orders_under_way(sight: Sight) -> QuerySet[Order]:
    """Their orders that have not arrived."""
    return _seen(sight, Order.objects.filter(state__in=UNDER_WAY))


def subscriptions_begun(sight: Sight) -> QuerySet[Subscription]:
    """Their subscriptions, each `at` the beginning of its first day."""
    return _seen(sight, Subscription.objects.annotate(at=_beginning("started_on")))


def subscriptions_ended(sight: Sight) -> QuerySet[Subscription]:
    """Those that ended, each `at` the beginning of its last day."""
    rows = Subscription.objects.filter(ended_on__isnull=False)
    return _seen(sight, rows.annotate(at=_beginning("ended_on")))


def contracts_begun(sight: Sight) -> QuerySet[Contract]:
    """Their contracts, each `at` the beginning of its first day."""
    return _seen(sight, Contract.objects.annotate(at=_beginning("starts_on")))


def contracts_ended(sight: Sight) -> QuerySet[Contract]:
    """Those whose last day has come (the slot `today`), each `at` its beginning."""
    rows = Contract.objects.filter(ends_on__lte=Slot("today"))
    return _seen(sight, rows.annotate(at=_beginning("ends_on")))


def _seen[R: QuerySet[Any]](sight: Sight, rows: R) -> R:
    if sight not in (Sight.EVERYTHING, Sight.DESKS):
        return rows.none()
    return rows.filter(OneOf(F("customer_id"), Slot("people")))


def _beginning(day: str) -> Func:
    """Midnight of a day where the desk is: days and moments stand in one order."""
    midnight = Func(F(day), template="(%(expressions)s)::timestamp", output_field=DateTimeField())
    return Func(Value(settings.TIME_ZONE), midnight, function="timezone", output_field=DateTimeField())
