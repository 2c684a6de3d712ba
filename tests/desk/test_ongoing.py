"""The tab 契約 of a customer's page."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.commerce.models import Contract, OnboardingStep, RevenueEntry, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def customer():
    return make_conversation().customer


@pytest.fixture
def browser():
    return browser_of(make_user(language="en"))


def page_of(browser, customer) -> str:
    return text_of(browser.get(url("customer", customer.pk) + "?tab=contracts"))


def test_a_contract_is_written_down_and_changed(browser, customer):
    given = {"name": "標準プラン", "mrr": "30000", "starts_on": "2026-01-01"}
    made = browser.post(url("contract-new", customer.pk), given)
    row = Contract.objects.get()
    form = text_of(browser.get(url("contract", customer.pk, row.pk), headers=HTMX))
    changed = browser.post(url("contract", customer.pk, row.pk), given | {"mrr": "50000", "version": "1"}, headers=HTMX)
    late = browser.post(url("contract", customer.pk, row.pk), given | {"version": "1"}, headers=HTMX)

    page = page_of(browser, customer)
    assert (made.status_code, changed.status_code, late.status_code) == (302, 204, 422)
    assert 'value="標準プラン"' in form
    assert "Somebody else has changed this meanwhile" in text_of(late)
    assert "MRR ¥50,000" in page
    assert "¥30,000 (2026-01-01) → ¥50,000" in page


def test_a_subscription_is_written_down(browser, customer):
    given = {"plan": "あさひブレンド定期便", "amount": "3240", "interval": "month", "state": "active",
             "started_on": "2026-01-01", "next_on": "2026-12-01"}  # fmt: skip
    browser.post(url("subscription-new", customer.pk), given)

    page = page_of(browser, customer)
    assert Subscription.objects.get().amount == 3240
    assert "¥3,240 every month" in page
    assert "next on 2026-12-01" in page


def test_wrong_values_are_said_at_their_field(browser, customer):
    answer = browser.post(url("subscription-new", customer.pk), {"plan": "x", "amount": "-1"}, headers=HTMX)

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_revenue_and_steps_are_written_down_and_taken_back(browser, customer):
    browser.post(url("revenue-new", customer.pk), {"kind": "sale", "amount": "5940", "on": "2026-01-01"})
    browser.post(url("onboarding", customer.pk), {"steps": "初期設定\n操作説明", "due_on": "2026-01-02"})
    step = OnboardingStep.objects.get(name="初期設定")
    browser.post(url("onboarding-step", customer.pk, step.pk), {"done": "1"})

    page = page_of(browser, customer)
    assert "¥5,940" in page
    assert "1/2" in page
    assert "Overdue" in page
    browser.post(url("onboarding-step", customer.pk, step.pk), {"open": "1"})
    browser.post(url("revenue-remove", customer.pk, RevenueEntry.objects.get().pk))
    assert (RevenueEntry.objects.count(), OnboardingStep.objects.filter(done_at=None).count()) == (0, 2)


def test_viewers_see_no_buttons_and_write_nothing(customer):
    browser = browser_of(make_user("viewer", language="en"))

    assert 'aria-label="Remove' not in page_of(browser, customer)
    assert browser.get(url("contract-new", customer.pk)).status_code == 403


@pytest.mark.parametrize("amount", [1, 3])
def test_the_tab_asks_as_often_for_one_as_for_three(browser, customer, amount, django_assert_max_num_queries):
    for number in range(amount):
        browser.post(url("contract-new", customer.pk), {"name": f"契約{number}", "mrr": "1", "starts_on": "2026-01-01"})
    page_of(browser, customer)

    with django_assert_max_num_queries(30):
        page_of(browser, customer)
