"""Subscriptions, contracts, revenue and onboarding in words."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.commerce.choices import SubscriptionState
from madoguchi.commerce.models import Contract, OnboardingStep, RevenueEntry, Subscription
from madoguchi.commerce.ongoing import mrr_on, ongoing_of
from madoguchi.customers.models import Customer
from madoguchi.desk.order_lines import money
from madoguchi.ui.dates import Words

_TONES = {
    SubscriptionState.ACTIVE: "wakatake",
    SubscriptionState.PAUSED: "yamabuki",
    SubscriptionState.ENDED: "outline",
}


@dataclass(frozen=True, slots=True)
class OngoingLine:
    """One line of a list."""

    pk: int
    name: str
    amount: str
    when: str
    state: str = ""
    tone: str = ""
    remark: str = ""
    is_done: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class OngoingPage:
    """The tab 契約 of a customer's page."""

    subscriptions: list[OngoingLine]
    contracts: list[OngoingLine]
    revenue: list[OngoingLine]
    steps: list[OngoingLine]
    done: int
    mrr: str


def ongoing_page(user: User, customer: Customer, words: Words) -> OngoingPage:
    """What goes on with a customer, in words."""
    found = ongoing_of(user, customer)
    today = timezone.localdate()
    sums: dict[str, str] = {}
    for currency in dict.fromkeys(row.currency for row in found.contracts):
        total = sum(mrr_on(row, today) for row in found.contracts if row.currency == currency)
        sums[currency] = money(total, currency, words) if total else ""
    return OngoingPage(
        [_subscription(row, words) for row in found.subscriptions],
        [_contract(row, words) for row in found.contracts],
        [_revenue(row, words) for row in found.revenue],
        [_step(row, words) for row in found.steps],
        found.done,
        " + ".join(text for text in sums.values() if text),
    )


def _subscription(row: Subscription, words: Words) -> OngoingLine:
    state = SubscriptionState(row.state)
    when = _("since %(day)s") % {"day": row.started_on}
    if row.ended_on:
        when = _("%(start)s to %(end)s") % {"start": row.started_on, "end": row.ended_on}
    remark = row.end_reason or (_("next on %(day)s") % {"day": row.next_on} if row.next_on else "")
    amount = f"{money(row.amount, row.currency, words)} {row.get_interval_display()}"
    return OngoingLine(row.pk, row.plan, amount, when, str(state.label), _TONES[state], remark)


def _contract(row: Contract, words: Words) -> OngoingLine:
    today = timezone.localdate()
    is_over = row.ends_on is not None and row.ends_on < today
    when = _("since %(day)s") % {"day": row.starts_on}
    if row.ends_on:
        when = _("%(start)s to %(end)s") % {"start": row.starts_on, "end": row.ends_on}
    prices = sorted(row.prices.all(), key=lambda price: price.since_on)
    history = " → ".join(f"{money(price.mrr, row.currency, words)} ({price.since_on})" for price in prices[-5:])
    remark = " · ".join(part for part in (row.number, row.end_reason, history if len(prices) > 1 else "") if part)
    state, tone = (_("Ended"), "outline") if is_over else (_("Running"), "wakatake")
    return OngoingLine(row.pk, row.name, money(mrr_on(row, today), row.currency, words), when, state, tone, remark)


def _revenue(row: RevenueEntry, words: Words) -> OngoingLine:
    remark = " · ".join(part for part in (row.order.number if row.order else "", row.note) if part)
    amount = money(row.amount, row.currency, words)
    return OngoingLine(row.pk, row.get_kind_display(), amount, str(row.on), remark=remark)


def _step(row: OnboardingStep, words: Words) -> OngoingLine:
    is_done = row.done_at is not None
    when = _("by %(day)s") % {"day": row.due_on} if row.due_on else ""
    if row.done_at:
        who = row.done_by.name if row.done_by else ""
        when = f"{words.date(row.done_at)} {who}".strip()
    is_late = not is_done and row.due_on is not None and row.due_on < timezone.localdate()
    return OngoingLine(row.pk, row.name, "", when, is_done=is_done, is_late=is_late)
