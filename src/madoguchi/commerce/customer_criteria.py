"""What customers can be told apart by from what they bought: how many orders, for how much, when, and what.

Cancelled orders do not count. Guests see nothing of what was bought, and so find nobody by it.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.commerce.choices import OrderState
from madoguchi.commerce.models import Order
from madoguchi.commerce.of_person import UNDER_WAY
from madoguchi.core.conditions import EMPTY, FILLED, HAS, LESS, MORE, Condition, on_day
from madoguchi.customers.criteria import DAY, NUMBER, TEXT, YES, Criterion


def _bought(user: User) -> QuerySet[Order]:
    """The orders that count, as far as the person may know of orders at all."""
    rows = Order.objects.filter(customer__isnull=False).exclude(state=OrderState.CANCELLED).order_by()
    return rows if sight_of(user) in (Sight.EVERYTHING, Sight.DESKS) else rows.none()


def _figure(figure: Any) -> Callable[[Condition, User], Q]:
    """A figure of all orders of each; whoever bought nothing has 0."""

    def condition(asked: Condition, user: User) -> Q:
        if asked.how in (EMPTY, FILLED):
            return Q(pk__in=_bought(user).values("customer"))
        wanted = int(asked.value)
        counted = _bought(user).values("customer").annotate(figure=figure)
        if asked.how == MORE:
            return Q(pk__in=counted.filter(figure__gt=wanted).values("customer"))
        if asked.how == LESS:
            return ~Q(pk__in=counted.filter(figure__gte=wanted).values("customer"))
        if wanted == 0:
            return ~Q(pk__in=_bought(user).values("customer"))
        return Q(pk__in=counted.filter(figure=wanted).values("customer"))

    return condition


def _moment(moment: Max | Min) -> Callable[[Condition, User], Q]:
    """The first or last order of each."""

    def condition(asked: Condition, user: User) -> Q:
        if asked.how in (EMPTY, FILLED):
            return Q(pk__in=_bought(user).values("customer"))
        dated = _bought(user).values("customer").annotate(moment=moment)
        return Q(pk__in=dated.filter(on_day("moment", asked.how, asked.value)).values("customer"))

    return condition


def _item(asked: Condition, user: User) -> Q:
    """What somebody bought, by a part of its name or by its number."""
    rows = _bought(user)
    if asked.how not in (EMPTY, FILLED):
        name = Q(items__name__icontains=asked.value) if asked.how == HAS else Q(items__name__iexact=asked.value)
        rows = rows.filter(name | Q(items__sku__iexact=asked.value))
    return Q(pk__in=rows.values("customer"))


def _under_way(_asked: Condition, user: User) -> Q:
    return Q(pk__in=_bought(user).filter(state__in=UNDER_WAY).values("customer"))


ORDERS = (
    Criterion("orders", _("Number of orders"), NUMBER, _figure(Count("pk"))),
    Criterion("order_total", _("Total of all orders"), NUMBER, _figure(Sum("total"))),
    Criterion("first_order", _("First order on"), DAY, _moment(Min("ordered_at"))),
    Criterion("last_order", _("Last order on"), DAY, _moment(Max("ordered_at"))),
    Criterion("bought", _("Bought the item"), TEXT, _item),
    Criterion("order_under_way", _("Has an order under way"), YES, _under_way),
)
