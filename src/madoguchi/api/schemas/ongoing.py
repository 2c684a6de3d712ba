"""What goes on with a customer: subscriptions, contracts, revenue, onboarding."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.commerce.choices import Interval, RevenueKind, SubscriptionState
from madoguchi.commerce.models import Contract, OnboardingStep, RevenueEntry, Subscription
from madoguchi.commerce.ongoing import mrr_on

type MoneyAmount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2, examples=["3240"])]
type CurrencyCode = Annotated[str, Field(min_length=3, max_length=3, examples=["JPY"])]
type PlanName = Annotated[str, Field(min_length=1, max_length=200)]
type ShortRemark = Annotated[str, Field(max_length=200)]
type ContractNumber = Annotated[str, Field(max_length=60)]


class SubscriptionIn(In):
    """A subscription (定期購入) as a whole."""

    plan: PlanName
    """What is delivered or served."""
    amount: MoneyAmount
    """What is charged each time."""
    started_on: date
    """When it began."""
    interval: Interval = Interval.MONTH
    """How often."""
    state: SubscriptionState = SubscriptionState.ACTIVE
    """Whether it goes on."""
    number: ContractNumber = ""
    """Its number in the shop."""
    currency: CurrencyCode = "JPY"
    """Of the amount (ISO 4217)."""
    next_on: date | None = None
    """The next delivery."""
    ended_on: date | None = None
    """When it ended; today when it has ended and nothing is said."""
    end_reason: ShortRemark = ""
    """Why it ended."""
    version: int | None = None
    """The version that was looked at, when one is changed: another one by now is 409."""


class SubscriptionOut(Out):
    """A subscription (定期購入)."""

    id: int
    """Its id."""
    plan: str
    """What is delivered or served."""
    amount: Decimal
    """What is charged each time."""
    currency: str
    """Of the amount (ISO 4217)."""
    interval: Interval
    """How often."""
    state: SubscriptionState
    """Whether it goes on."""
    number: str
    """Its number in the shop."""
    started_on: date
    """When it began."""
    next_on: date | None
    """The next delivery."""
    ended_on: date | None
    """When it ended."""
    end_reason: str
    """Why it ended."""
    version: int
    """Grows with every change."""


class ContractIn(In):
    """A contract as a whole."""

    name: PlanName
    """What is agreed."""
    mrr: MoneyAmount
    """Monthly recurring revenue, without tax."""
    starts_on: date
    """Its first day."""
    since_on: date | None = None
    """From when this MRR holds; the first day of a new contract, today when one is changed."""
    ends_on: date | None = None
    """Its last day."""
    number: ContractNumber = ""
    """Its number."""
    currency: CurrencyCode = "JPY"
    """Of the MRR (ISO 4217)."""
    end_reason: ShortRemark = ""
    """Why it ended."""
    version: int | None = None
    """The version that was looked at, when one is changed: another one by now is 409."""


class PriceOut(Out):
    """MRR from a day on."""

    since_on: date
    """From when."""
    mrr: Decimal
    """Monthly recurring revenue, without tax."""


class ContractOut(Out):
    """A contract."""

    id: int
    """Its id."""
    name: str
    """What is agreed."""
    number: str
    """Its number."""
    currency: str
    """Of its MRR (ISO 4217)."""
    starts_on: date
    """Its first day."""
    ends_on: date | None
    """Its last day; null: until somebody ends it."""
    end_reason: str
    """Why it ended."""
    mrr: Decimal
    """Monthly recurring revenue today, without tax; 0 when it does not run."""
    prices: list[PriceOut]
    """Its MRR over time, the newest first; past months do not move."""
    version: int
    """Grows with every change."""


class RevenueIn(In):
    """Money of one day."""

    amount: MoneyAmount
    """How much; a refund is kept below zero."""
    on: date
    """On which day."""
    kind: RevenueKind = RevenueKind.SALE
    """What it is."""
    currency: CurrencyCode = "JPY"
    """Of the amount (ISO 4217)."""
    note: ShortRemark = ""
    """A remark."""
    order_id: Id | None = None
    """The order it is of."""


class RevenueOut(Out):
    """Money of one day."""

    id: int
    """Its id."""
    amount: Decimal
    """How much; below zero for a refund."""
    currency: str
    """Of the amount (ISO 4217)."""
    on: date
    """On which day."""
    kind: RevenueKind
    """What it is."""
    note: str
    """A remark."""
    order: Ref | None
    """The order it is of."""
    noted_by: str
    """Who wrote it down."""


class OnboardingIn(In):
    """Steps to add."""

    steps: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1, max_length=50)]
    """In their order; names that are there already are passed over."""
    due_on: date | None = None
    """By when they are to be done."""


class OnboardingStepIn(In):
    """Whether a step is done."""

    is_done: bool
    """True when it is."""


class OnboardingStepOut(Out):
    """One step until a customer has settled in."""

    id: int
    """Its id."""
    name: str
    """What is to be done."""
    due_on: date | None
    """By when."""
    done_at: datetime | None
    """When it was done."""
    done_by: Ref | None
    """Who ticked it."""


class MrrAsked(In):
    """Of which day."""

    on: date
    """The day."""
    currency: Annotated[str, Field(min_length=3, max_length=3, examples=["JPY"])] = "JPY"
    """Of which contracts (ISO 4217)."""


class MrrOut(Out):
    """MRR of one customer."""

    customer_id: int
    """The customer."""
    mrr: Decimal
    """The sum over their contracts."""


def show_subscription(row: Subscription) -> SubscriptionOut:
    """A subscription."""
    return SubscriptionOut.model_validate(row, from_attributes=True)


def show_contract(row: Contract, today: date) -> ContractOut:
    """A contract whose prices are fetched."""
    return ContractOut(
        id=row.pk,
        name=row.name,
        number=row.number,
        currency=row.currency,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        end_reason=row.end_reason,
        mrr=mrr_on(row, today),
        prices=[PriceOut(since_on=each.since_on, mrr=each.mrr) for each in row.prices.all()],
        version=row.version,
    )


def show_revenue(row: RevenueEntry) -> RevenueOut:
    """An entry of revenue."""
    return RevenueOut(
        id=row.pk,
        amount=row.amount,
        currency=row.currency,
        on=row.on,
        kind=RevenueKind(row.kind),
        note=row.note,
        order=Ref(id=row.order.pk, name=row.order.number) if row.order else None,
        noted_by=row.by_label,
    )


def show_step(row: OnboardingStep) -> OnboardingStepOut:
    """A step."""
    return OnboardingStepOut(
        id=row.pk,
        name=row.name,
        due_on=row.due_on,
        done_at=row.done_at,
        done_by=Ref(id=row.done_by.pk, name=row.done_by.name) if row.done_by else None,
    )
