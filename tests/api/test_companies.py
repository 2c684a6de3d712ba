"""Companies, and what mails offer, in the API."""

import pytest
from tests.customers.test_signing import CARD
from tests.factories.conversations import make_conversation

from madoguchi.channels.contract import Address
from madoguchi.customers import actions
from madoguchi.customers.companies import find_or_make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return make_conversation(sender=Address("aya@co-aozora.example", "中島"), text=f"見積を。\n{CARD}").customer


def test_a_company_is_found_changed_and_joined(admin, customer):
    company = find_or_make_company("あおぞら企画")
    while actions.refresh_stale():
        pass

    changed = admin.patch(f"/companies/{company.pk}", {"kana": "アオゾラ", "domains": ["co-aozora.example"]}).json()
    joined = admin.post(f"/companies/{company.pk}/people", {"customers": [customer.pk]}).json()

    assert (changed["kana"], changed["domains"]) == ("アオゾラ", ["co-aozora.example"])
    assert joined == {"count": 1}
    assert admin.get("/companies", q="あおぞら").json() == [changed]
    assert admin.get(f"/companies/{company.pk}").json() == changed
    assert [row["id"] for row in admin.get("/customers", company=company.pk).json()["items"]] == [customer.pk]
    assert admin.patch(f"/companies/{company.pk}", {"domains": []}).json()["domains"] == []
    assert admin.patch(f"/companies/{company.pk}", {"domains": ["gmail.com"]}).status_code == 422


def test_what_a_mail_says_is_offered_and_decided(admin, customer):
    path = f"/customers/{customer.pk}/completions"
    offered = {each["kind"]: each for each in admin.get(path).json()}

    admin.post(path, {"key": offered["department"]["key"], "accept": True})
    rest = admin.post(path, {"key": offered["company"]["key"], "accept": False}).json()

    assert admin.get(f"/customers/{customer.pk}").json()["department"] == "総務部"
    assert {"department", "company"} & {each["kind"] for each in rest} == set()
    assert admin.post(path, {"key": "x", "accept": True}).status_code == 404
