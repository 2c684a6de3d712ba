"""会社, and what mails offer for a record, on the screen."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.customers.test_signing import CARD
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.customers import actions
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.models import Customer, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="en")


@pytest.fixture
def company(me):
    customer = make_conversation(sender=Address("aya@co-aozora.example", "中島 綾")).customer
    made = find_or_make_company("株式会社あおぞら企画")
    actions.change_customer(customer, by=me.actor, organisation=made)
    return made


def test_a_company_leads_to_the_timeline_of_its_people(me, company):
    page = text_of(browser_of(me).get(url("company", company.pk)))

    assert f'href="{url("company-timeline", company.pk)}"' in page


def test_companies_are_listed_and_found(me, company):
    find_or_make_company("北風商事")
    browser = browser_of(me)

    assert "株式会社あおぞら企画" in text_of(browser.get(url("companies")))
    found = text_of(browser.get(url("companies"), {"q": "あおぞら"}))
    assert "株式会社あおぞら企画" in found
    assert "北風商事" not in found
    assert "No company is called that" in text_of(browser.get(url("companies"), {"q": "存在しない"}))


def test_a_domain_brings_people_who_join_with_one_click(me, company):
    make_conversation(sender=Address("ken@co-aozora.example", "森 健"))
    while actions.refresh_stale():
        pass
    browser = browser_of(me)

    before = text_of(browser.get(url("company", company.pk)))
    browser.post(url("company-domain", company.pk), {"domain": "co-aozora.example"})
    page = text_of(browser.get(url("company", company.pk)))
    chosen = re.findall(r'name="customer" value="(\d+)"', page)
    browser.post(url("company-adopt", company.pk), {"customer": chosen})

    assert "May belong to this company" not in before
    assert "co-aozora.example</button>" in before
    assert "森 健" in page
    assert Customer.objects.filter(organisation=company).count() == 2


def test_a_company_is_changed_or_the_form_says_why_not(me, company):
    find_or_make_company("北風商事")
    browser = browser_of(me)

    refused = browser.post(url("company", company.pk), {"name": "北風商事"})
    browser.post(url("company", company.pk), {"name": "株式会社ゆうやけ", "kana": "ユウヤケ", "note": "月末締め"})

    assert refused.status_code == 422
    assert "another company of this name" in text_of(refused)
    company.refresh_from_db()
    assert (company.name, company.kana, company.note) == ("株式会社ゆうやけ", "ユウヤケ", "月末締め")


def test_a_company_of_whom_one_may_see_nobody_does_not_exist(me):
    hidden = make_conversation(make_inbox(is_open_to_all=False), sender=Address("s@secret.example")).customer
    company = find_or_make_company("秘密商事")
    actions.change_customer(hidden, by=me.actor, organisation=company)

    assert browser_of(me).get(url("company", company.pk)).status_code == 404
    assert "秘密商事" not in text_of(browser_of(me).get(url("companies")))
    assert browser_of(make_user(Role.OWNER)).get(url("company", company.pk)).status_code == 200


def test_a_viewer_changes_no_company(company):
    browser = browser_of(make_user(Role.VIEWER, language="en"))

    assert 'name="domain"' not in text_of(browser.get(url("company", company.pk)))
    assert browser.post(url("company-domain", company.pk), {"domain": "x.example"}).status_code == 403
    browser.post(url("company", company.pk), {"name": "x"})
    assert Organisation.objects.get().name == "株式会社あおぞら企画"


def test_what_a_mail_says_is_offered_taken_over_and_put_aside(me):
    customer = make_conversation(
        sender=Address("aya@co-aozora.example", "中島"), text=f"見積をお願いします。\n{CARD}"
    ).customer
    browser = browser_of(me)
    place = url("customer-completions", customer.pk)

    shown = text_of(browser.get(place, headers=HTMX))
    keys = re.findall(r'name="key" value="([^"]+)"', shown)
    company = next(key for key in keys if key.startswith("company:"))
    phone = next(key for key in keys if key.startswith("phone:"))
    browser.post(place, {"key": company, "accept": "1"}, headers=HTMX)
    rest = text_of(browser.post(place, {"key": phone, "dismiss": "1"}, headers=HTMX))

    customer.refresh_from_db()
    assert customer.organisation.name == "株式会社あおぞら企画"
    assert [key for key in (company, phone) if f'value="{key}"' in rest] == []
    assert "Found in mail" in rest
    assert f'hx-get="{place}"' in text_of(browser.get(url("customer", customer.pk)))
    assert f'hx-get="{place}"' in text_of(browser.get(f"/c/{customer.conversations.get().pk}"))
    assert browser.post(place, {"key": "phone:nothing"}, headers=HTMX).status_code == 404


def test_the_list_asks_as_often_for_three_as_for_one(me, company):
    browser = browser_of(me)
    counts = []
    for number in range(3):
        customer = make_conversation(sender=Address(f"a{number}@mail.example", f"客{number}")).customer
        made = find_or_make_company(f"会社{number}")
        actions.change_customer(customer, by=me.actor, organisation=made)
        actions.add_domain(made, f"d{number}.example", by=me.actor)
        browser.get(url("companies"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("companies"))
        counts.append(len(queries))

    assert counts[0] == counts[2]
