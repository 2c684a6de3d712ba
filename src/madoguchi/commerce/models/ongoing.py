"""What goes on with a customer: subscriptions, contracts and their price, revenue, the steps of a good beginning."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.commerce.choices import Interval, RevenueKind, SubscriptionState
from madoguchi.commerce.models.orders import Order
from madoguchi.customers.models import Customer


class Subscription(models.Model):
    """定期購入: the same again and again until somebody ends it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="subscriptions")
    number = models.CharField(max_length=60, blank=True)
    plan = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)  #: each time
    currency = models.CharField(max_length=3, default="JPY")
    interval = models.CharField(max_length=10, choices=Interval, default=Interval.MONTH)
    state = models.CharField(max_length=10, choices=SubscriptionState, default=SubscriptionState.ACTIVE)
    started_on = models.DateField()
    next_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="subscription_ended",
                condition=models.Q(state=SubscriptionState.ENDED, ended_on__isnull=False)
                | ~models.Q(state=SubscriptionState.ENDED) & models.Q(ended_on=None),
            )
        ]

    def __str__(self) -> str:
        return self.plan


class Contract(models.Model):
    """契約: what a firm has agreed to pay each month; its price over time stands in ContractPrice."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="JPY")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  #: the last day; None: until somebody ends it
    end_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contract_days",
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContractPrice(models.Model):
    """MRR of a contract from a day on. Rows are added, so that the figures of past months do not move."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="prices")
    since_on = models.DateField()
    mrr = models.DecimalField(max_digits=14, decimal_places=2)  #: 月次経常収益, without tax, of the contract's currency
    by_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-since_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "since_on"], name="contract_price_once"),
            models.CheckConstraint(name="contract_price", condition=models.Q(mrr__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.mrr} {self.since_on}"


class RevenueEntry(models.Model):
    """売上: money of one day that a customer paid, or that went back to them (below zero)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="revenue")
    order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, related_name="revenue")
    kind = models.CharField(max_length=12, choices=RevenueKind, default=RevenueKind.SALE)
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="JPY")
    note = models.CharField(max_length=200, blank=True)
    by_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["customer", "-on", "-id"], name="revenue_of")]
        constraints = [
            models.CheckConstraint(
                name="revenue_sign",
                condition=models.Q(kind=RevenueKind.REFUND, amount__lte=0)
                | ~models.Q(kind=RevenueKind.REFUND) & models.Q(amount__gte=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class OnboardingStep(models.Model):
    """導入支援: one thing that has to be done until a customer has settled in."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="onboarding")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100)
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
