"""Subscriptions, contracts, revenue, onboarding."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories.accounts import make_user
from tests.factories.commerce import an_order, make_order
from tests.factories.conversations import make_conversation
from tests.factories.together import together

from madoguchi.commerce.actions.ongoing import (
    ContractDraft,
    KeptSince,
    RevenueDraft,
    SubscriptionDraft,
    keep_contract,
    keep_subscription,
    note_revenue,
    remove_revenue,
    start_onboarding,
    tick_step,
)
from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Contract, OnboardingStep, RevenueEntry
from madoguchi.commerce.ongoing import get_contract, mrr_by_customer, mrr_on, ongoing_of
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
START = date(2026, 1, 1)


@pytest.fixture
def customer():
    return make_conversation().customer


@pytest.fixture
def user():
    return make_user()


def contract(customer, user, **values) -> Contract:
    defaults = {"name": "標準プラン", "mrr": Decimal(30_000), "starts_on": START}
    return keep_contract(customer, ContractDraft(**defaults | values), user=user)


def test_mrr_of_past_months_does_not_move(customer, user):
    row = contract(customer, user)
    draft = ContractDraft("標準プラン", Decimal(50_000), START, since_on=date(2026, 6, 1))
    keep_contract(customer, draft, user=user, contract=row, seen=1)

    row = get_contract(customer, row.pk)
    assert [mrr_on(row, day) for day in (date(2025, 12, 31), date(2026, 5, 31), date(2026, 6, 1))] == [
        0,
        30_000,
        50_000,
    ]
    assert mrr_by_customer(date(2026, 5, 31)) == {customer.pk: 30_000}
    assert mrr_by_customer(date(2026, 6, 1)) == {customer.pk: 50_000}
    assert mrr_by_customer(date(2025, 12, 31)) == {}


def test_a_contract_that_has_ended_earns_nothing_from_the_next_day_on(customer, user):
    contract(customer, user, ends_on=date(2026, 3, 31))
    contract(customer, user, mrr=Decimal(100), currency="USD")

    assert mrr_by_customer(date(2026, 3, 31)) == {customer.pk: 30_000}
    assert mrr_by_customer(date(2026, 4, 1)) == {}
    assert mrr_by_customer(date(2026, 4, 1), currency="USD") == {customer.pk: 100}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(customer, user):
    row = contract(customer, user)
    draft = ContractDraft("別名", Decimal(30_000), START)
    keep_contract(customer, draft, user=user, contract=row, seen=1)

    with pytest.raises(KeptSince):
        keep_contract(customer, ContractDraft("もう一つ", Decimal(1), START), user=user, contract=row, seen=1)

    assert Contract.objects.get().name == "別名"
    assert Contract.objects.get().prices.count() == 1


def test_two_people_at_once_change_a_subscription_once(transactional_db):
    customer, one, two = make_conversation().customer, make_user(), make_user()
    row = keep_subscription(customer, SubscriptionDraft("定期便", Decimal(3240), START), user=one)

    def change(who, plan):
        draft = SubscriptionDraft(plan, Decimal(3240), START)
        return lambda: keep_subscription(customer, draft, user=who, subscription=row, seen=1).plan

    outcomes = together(change(one, "甲"), change(two, "乙"))

    assert sorted(outcome in ("甲", "乙") for outcome in outcomes) == [False, True]
    assert "changed_since" in outcomes


def test_a_subscription_that_ends_says_when_and_why(customer, user):
    draft = SubscriptionDraft("定期便", Decimal(3240), START, state="ended", end_reason="使いきれない", next_on=START)

    row = keep_subscription(customer, draft, user=user)

    assert (row.ended_on is not None, row.next_on, row.end_reason) == (True, None, "使いきれない")
    assert Event.objects.get(kind="subscription_kept").data == {"subscription": row.pk}


@pytest.mark.parametrize(
    "values",
    [
        {"amount": Decimal(-1)},
        {"amount": Decimal("NaN")},
        {"amount": Decimal(10) ** 12},
        {"started_on": date(1850, 1, 1)},
        {"ended_on": date(2025, 1, 1), "state": "ended"},
        {"plan": "  "},
        {"currency": "円"},
    ],
)
def test_what_cannot_be_is_refused(customer, user, values):
    draft = SubscriptionDraft(**{"plan": "定期便", "amount": Decimal(1), "started_on": START} | values)

    with pytest.raises(Invalid):
        keep_subscription(customer, draft, user=user)


def test_a_refund_is_below_zero(customer, user):
    order = make_order()
    sale = note_revenue(customer, RevenueDraft(Decimal(5940), START, order=order), user=user)
    refund = note_revenue(customer, RevenueDraft(Decimal(5940), START, "refund"), user=user)
    remove_revenue(sale, user=user)

    assert (sale.amount, refund.amount, RevenueEntry.objects.get()) == (5940, -5940, refund)


def test_an_order_of_somebody_else_brings_no_revenue_here(customer, user):
    other = make_order(found=an_order(buyer=Buyer(mail="kenji@mail.example")))

    with pytest.raises(Invalid, match="another customer"):
        note_revenue(customer, RevenueDraft(Decimal(1), START, order=other), user=user)


def test_steps_are_added_once_and_ticked(customer, user):
    added = [
        start_onboarding(customer, steps, user=user) for steps in (["初期設定", "操作説明"], ["操作説明", "定例会"])
    ]
    step = OnboardingStep.objects.get(name="操作説明")
    tick_step(step, is_done=True, user=user)
    tick_step(step, is_done=True, user=user)

    found = ongoing_of(user, customer)
    assert added == [2, 1]
    assert ([each.name for each in found.steps], found.done) == (["初期設定", "操作説明", "定例会"], 1)
    assert Event.objects.filter(kind="onboarding_step_done").count() == 1


def test_too_many_steps_are_refused(customer, user):
    with pytest.raises(Invalid, match="at most 50"):
        start_onboarding(customer, [f"手順{n}" for n in range(51)], user=user)


def test_who_may_not_reply_writes_nothing_down(customer):
    with pytest.raises(NotAllowed):
        contract(customer, make_user("viewer"))


def test_guests_see_nothing_of_it(customer, user):
    contract(customer, user)

    assert ongoing_of(make_user("guest"), customer).contracts == []
