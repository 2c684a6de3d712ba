"""Reads of what goes on: subscriptions, contracts and their MRR, revenue, onboarding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.commerce.models import Contract, ContractPrice, OnboardingStep, RevenueEntry, Subscription
from madoguchi.core.errors import NotFound
from madoguchi.customers.models import Customer

#: Entries shown of one customer; the API pages through all.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Ongoing:
    """What goes on with a customer."""

    subscriptions: list[Subscription]
    contracts: list[Contract]
    revenue: list[RevenueEntry]
    steps: list[OnboardingStep]

    @property
    def done(self) -> int:
        """How many steps of the onboarding are done."""
        return sum(step.done_at is not None for step in self.steps)


def ongoing_of(user: User, customer: Customer) -> Ongoing:
    """What goes on with a customer whom the caller has got for this person; guests see nothing of it."""
    if not _sees(user):
        return Ongoing([], [], [], [])
    return Ongoing(
        list(Subscription.objects.filter(customer=customer)[:SHOWN]),
        list(Contract.objects.filter(customer=customer).prefetch_related("prices")[:SHOWN]),
        list(revenue_of(user, customer).order_by("-on", "-pk")[:SHOWN]),
        list(OnboardingStep.objects.filter(customer=customer).select_related("done_by")),
    )


def revenue_of(user: User, customer: Customer) -> QuerySet[RevenueEntry]:
    """The entries of revenue of a customer whom the caller has got for this person."""
    rows = RevenueEntry.objects.filter(customer=customer).select_related("order")
    return rows if _sees(user) else rows.none()


def _sees(user: User) -> bool:
    return sight_of(user) in (Sight.EVERYTHING, Sight.DESKS)


def get_subscription(customer: Customer, pk: int) -> Subscription:
    """One subscription of this customer."""
    return _one(Subscription.objects.filter(customer=customer, pk=pk).first())


def get_contract(customer: Customer, pk: int) -> Contract:
    """One contract of this customer."""
    return _one(Contract.objects.prefetch_related("prices").filter(customer=customer, pk=pk).first())


def get_revenue(customer: Customer, pk: int) -> RevenueEntry:
    """One entry of this customer."""
    return _one(RevenueEntry.objects.select_related("customer").filter(customer=customer, pk=pk).first())


def get_step(customer: Customer, pk: int) -> OnboardingStep:
    """One step of this customer."""
    return _one(OnboardingStep.objects.select_related("customer").filter(customer=customer, pk=pk).first())


def _one[M](found: M | None) -> M:
    if found is None:
        raise NotFound(_("There is no such thing at this customer."))
    return found


def mrr_on(contract: Contract, day: date) -> Decimal:
    """MRR of a contract whose prices are fetched, on a day; 0 outside of its days."""
    if contract.starts_on > day or (contract.ends_on is not None and contract.ends_on < day):
        return Decimal(0)
    return _price_on(contract.prices.all(), day)


def _price_on(prices: Iterable[ContractPrice], day: date) -> Decimal:
    known = [price for price in prices if price.since_on <= day]
    return max(known, key=lambda price: price.since_on).mrr if known else Decimal(0)


def mrr_by_customer(day: date, *, currency: str = "JPY") -> dict[int, Decimal]:
    """MRR (月次経常収益, without tax) of each customer with a running contract on a day; for retention, churn and NRR.

    The sum over contracts of the price that held on that day. Yesterday's answer for last March is today's.
    """
    prices = ContractPrice.objects.filter(contract=OuterRef("pk"), since_on__lte=day).order_by("-since_on")
    running = Contract.objects.filter(starts_on__lte=day, currency=currency).filter(
        Q(ends_on=None) | Q(ends_on__gte=day)
    )
    priced = running.annotate(now=Subquery(prices.values("mrr")[:1])).exclude(now=None).order_by()
    return dict(priced.values_list("customer").annotate(Sum("now")))
