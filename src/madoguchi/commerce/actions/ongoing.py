"""Subscriptions, contracts with their price, revenue, onboarding: written down by people who may reply.

Every change is checked against the version that was looked at; prices are only added, so that past months stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.choices import (
    CONTRACT_KEPT,
    ONBOARDING_STARTED,
    ONBOARDING_STEP_DONE,
    ONBOARDING_STEP_UNDONE,
    REVENUE_NOTED,
    REVENUE_REMOVED,
    SUBSCRIPTION_KEPT,
    Interval,
    RevenueKind,
    SubscriptionState,
)
from madoguchi.commerce.models import (
    Contract,
    ContractPrice,
    OnboardingStep,
    Order,
    RevenueEntry,
    Subscription,
)
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.models import Customer
from madoguchi.events.record import record

MAX_STEPS = 50
_MOST = Decimal(10) ** 11
_EARLIEST, _AHEAD = date(1990, 1, 1), timedelta(days=30 * 366)


class KeptSince(DomainError):
    """Somebody else has changed it since it was looked at."""

    code = "changed_since"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this meanwhile. Look at how it stands now."))


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """A 定期購入 as a person writes it down."""

    plan: str
    amount: Decimal
    started_on: date
    interval: str = Interval.MONTH
    state: str = SubscriptionState.ACTIVE
    number: str = ""
    currency: str = "JPY"
    next_on: date | None = None
    ended_on: date | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class ContractDraft:
    """A contract as a person writes it down; its MRR holds from `starts_on`, or from `since_on` when it changes."""

    name: str
    mrr: Decimal
    starts_on: date
    number: str = ""
    currency: str = "JPY"
    since_on: date | None = None
    ends_on: date | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class RevenueDraft:
    """Money of one day."""

    amount: Decimal
    on: date
    kind: str = RevenueKind.SALE
    currency: str = "JPY"
    note: str = ""
    order: Order | None = None


@transaction.atomic
def keep_subscription(
    customer: Customer,
    draft: SubscriptionDraft,
    *,
    user: User,
    subscription: Subscription | None = None,
    seen: int | None = None,
) -> Subscription:
    """Write down a subscription, or change one that was `seen` in this version. Records `subscription_kept`."""
    _check_right(user)
    _check_days(draft.started_on, draft.ended_on, draft.next_on)
    is_over = draft.state == SubscriptionState.ENDED
    values: dict[str, Any] = {
        "plan": _text(draft.plan, 200, "plan"),
        "amount": _money(draft.amount, "amount"),
        "currency": _currency(draft.currency),
        "interval": draft.interval,
        "state": draft.state,
        "number": draft.number.strip()[:60],
        "started_on": draft.started_on,
        "next_on": None if is_over else draft.next_on,
        "ended_on": (draft.ended_on or timezone.localdate()) if is_over else None,
        "end_reason": draft.end_reason.strip()[:200] if is_over else "",
    }
    row = _written(Subscription(customer=customer), subscription, values, seen)
    _tell(SUBSCRIPTION_KEPT, customer, user, subscription=row.pk)
    return row


@transaction.atomic
def keep_contract(
    customer: Customer, draft: ContractDraft, *, user: User, contract: Contract | None = None, seen: int | None = None
) -> Contract:
    """Write down a contract, or change one: another MRR is a new price from `since_on` on. Records `contract_kept`."""
    _check_right(user)
    _check_days(draft.starts_on, draft.ends_on, draft.since_on)
    values = {
        "name": _text(draft.name, 200, "name"),
        "number": draft.number.strip()[:60],
        "currency": _currency(draft.currency),
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "end_reason": draft.end_reason.strip()[:200] if draft.ends_on else "",
    }
    row = _written(Contract(customer=customer), contract, values, seen)
    _price(row, _money(draft.mrr, "mrr"), draft, user)
    _tell(CONTRACT_KEPT, customer, user, contract=row.pk)
    return row


def _price(row: Contract, mrr: Decimal, draft: ContractDraft, user: User) -> None:
    since = draft.since_on or (draft.starts_on if not row.prices.exists() else timezone.localdate())
    latest = row.prices.filter(since_on__lte=since).order_by("-since_on").first()
    if latest is None or latest.mrr != mrr:
        given = {"mrr": mrr, "by_label": user.name[:200]}
        ContractPrice.objects.update_or_create(contract=row, since_on=since, defaults=given)


@transaction.atomic
def note_revenue(customer: Customer, draft: RevenueDraft, *, user: User) -> RevenueEntry:
    """Write down money of one day; a refund is below zero, whatever sign was typed. Records `revenue_noted`."""
    _check_right(user)
    _check_days(draft.on)
    amount = _money(abs(draft.amount), "amount")
    if draft.order is not None and draft.order.customer_id != customer.pk:
        raise Invalid(_("This order belongs to another customer."), field="order_id")
    row = RevenueEntry.objects.create(
        customer=customer,
        order=draft.order,
        kind=draft.kind,
        on=draft.on,
        amount=-amount if draft.kind == RevenueKind.REFUND else amount,
        currency=_currency(draft.currency),
        note=" ".join(draft.note.split())[:200],
        by_label=user.name[:200],
    )
    _tell(REVENUE_NOTED, customer, user, revenue=row.pk)
    return row


@transaction.atomic
def remove_revenue(entry: RevenueEntry, *, user: User) -> None:
    """Take an entry back that was a mistake. Records `revenue_removed`."""
    _check_right(user)
    if not RevenueEntry.objects.filter(pk=entry.pk).delete()[0]:
        raise KeptSince
    _tell(REVENUE_REMOVED, entry.customer, user, revenue=entry.pk)


@transaction.atomic
def start_onboarding(customer: Customer, steps: Sequence[str], *, user: User, due_on: date | None = None) -> int:
    """Add steps that a customer has to go until they have settled in; names that are there already are passed over."""
    _check_right(user)
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    here = list(OnboardingStep.objects.filter(customer=customer).values_list("name", flat=True))
    names = dict.fromkeys(name for step in steps if (name := " ".join(step.split())[:100]))
    fresh = [name for name in names if name not in here]
    if not names:
        raise Invalid(_("Write down at least one step."), field="steps")
    if len(here) + len(fresh) > MAX_STEPS:
        raise Invalid(_("A customer has at most 50 steps."), field="steps")
    OnboardingStep.objects.bulk_create(
        OnboardingStep(customer=customer, position=len(here) + place, name=name, due_on=due_on)
        for place, name in enumerate(fresh)
    )
    if fresh:
        _tell(ONBOARDING_STARTED, customer, user, amount=len(fresh))
    return len(fresh)


@transaction.atomic
def tick_step(step: OnboardingStep, *, is_done: bool, user: User) -> OnboardingStep:
    """Say that a step is done, or is not after all; the same again is nothing."""
    _check_right(user)
    values = {"done_at": timezone.now(), "done_by": user} if is_done else {"done_at": None, "done_by": None}
    if OnboardingStep.objects.filter(pk=step.pk, done_at__isnull=is_done).update(**values):
        _tell(ONBOARDING_STEP_DONE if is_done else ONBOARDING_STEP_UNDONE, step.customer, user, step=step.pk)
    step.refresh_from_db()
    return step


def _written[M: (Subscription, Contract)](fresh: M, row: M | None, values: dict[str, Any], seen: int | None) -> M:
    if row is None:
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(force_insert=True)
        return fresh
    version = row.version if seen is None else seen
    changed = type(row)._default_manager.filter(pk=row.pk, version=version)  # noqa: SLF001 - the documented name
    if not changed.update(**values, version=version + 1):
        raise KeptSince
    row.refresh_from_db()
    return row


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _check_days(start: date, *later: date | None) -> None:
    for day in (start, *later):
        if day is not None and not _EARLIEST <= day <= timezone.localdate() + _AHEAD:
            raise Invalid(_("Check the date."), field="")
    if later and later[0] is not None and later[0] < start:
        raise Invalid(_("The end lies before the beginning."), field="ended_on")


def _text(text: str, limit: int, field: str) -> str:
    cleaned = " ".join(text.split())[:limit]
    if not cleaned:
        raise Invalid(_("Enter a name."), field=field)
    return cleaned


def _money(amount: Decimal, field: str) -> Decimal:
    if not amount.is_finite() or not 0 <= amount < _MOST:
        raise Invalid(_("Check the amount."), field=field)
    return amount.quantize(Decimal("0.01"))


def _currency(code: str) -> str:
    code = code.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Invalid(_("A currency has three letters: JPY, USD."), field="currency")
    return code


def _tell(kind: str, customer: Customer, user: User, **data: int) -> None:
    record(kind, f"customer:{customer.pk}", by=user.actor, data=data)
