"""Custom fields of customers for programs."""

import pytest
from tests.api.conftest import Caller
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.customers import BY, make_customer_field

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import set_customer_fields
from madoguchi.customers.models import CustomerField

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    return Caller(make_user(Role.SUPERVISOR))


def test_a_field_is_added_changed_and_deleted(admin):
    made = admin.post("/customer-fields", {"name": "会員", "kind": "choice", "options": [{"name": "金"}]}).json()
    path = f"/customer-fields/{made['id']}"
    options = [{"id": 1, "name": "ゴールド"}, {"name": "シルバー"}]
    changed = admin.patch(path, {"options": options, "is_personal": True, "version": made["version"]}).json()

    assert [each["name"] for each in changed["options"]] == ["ゴールド", "シルバー"]
    assert (changed["is_personal"], changed["name"]) == (True, "会員")
    assert admin.get("/customer-fields").json()["items"] == [changed]
    assert admin.post(f"{path}/retire").json()["is_retired"]
    assert not admin.post(f"{path}/restore").json()["is_retired"]
    assert admin.delete(f"{path}/options/1").json() == {"customers": 0}
    assert admin.delete(path).json() == {"customers": 0}
    assert not CustomerField.objects.exists()


def test_values_come_and_go_with_the_customer(admin):
    number, member = make_customer_field("会員番号"), make_customer_field("会員", FieldKind.CHOICE, "金", "銀")
    made = admin.post("/customers", {"family_name": "髙橋", "fields": {"会員番号": "A-1", str(member.pk): "銀"}}).json()
    path = f"/customers/{made['id']}"
    changed = admin.patch(path, {"fields": {"会員番号": None}, "version": made["version"]}).json()

    assert made["fields"] == {str(number.pk): "A-1", str(member.pk): 2}
    assert changed["fields"] == {str(member.pk): 2}
    assert admin.get("/customers").json()["items"][0]["fields"] == {str(member.pk): 2}
    unknown = admin.patch(path, {"fields": {"無い": "x"}})
    assert (unknown.status_code, unknown.json()["error"]["field"]) == (422, "fields")


def test_a_refused_field_adds_no_customer(admin):
    make_customer_field("誕生日", FieldKind.DATE)

    refused = admin.post("/customers", {"family_name": "髙橋", "fields": {"誕生日": "2026-13-01"}})

    assert refused.status_code == 422
    assert admin.get("/customers").json()["items"] == []


def test_a_personal_field_is_dots_and_dots_change_nothing(supervisor):
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=make_admin())
    customer = make_conversation().customer
    field = make_customer_field("誕生日", FieldKind.DATE, is_personal=True)
    set_customer_fields(customer, {field.pk: "1988-04-01"}, by=BY)
    path = f"/customers/{customer.pk}"

    assert supervisor.get(path).json()["fields"] == {str(field.pk): "•••"}
    changed = supervisor.patch(path, {"fields": {str(field.pk): "•••"}})
    assert (changed.status_code, changed.json()["fields"]) == (200, {str(field.pk): "•••"})
    history = supervisor.get(f"{path}/changes").json()
    assert [each["after"] for each in history] == [{str(field.pk): "•••"}]
