"""Custom fields of customers on the screen: under 設定, on the page, in the form, hidden from some."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.customers import BY, make_customer, make_customer_field, value_of
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import set_customer_fields
from madoguchi.customers.models import CustomerField

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return browser_of(make_admin(language="en"))


def test_a_field_is_added_changed_retired_and_deleted(browser):
    made = browser.post(url("customer-field-new"), {"name": "会員", "kind": "choice", "new_options": "金\n銀"})
    field = CustomerField.objects.get()
    changed = {"version": "1", "name": "会員種別", "kind": "choice", "is_personal": "on", "option-1-name": "ゴールド"}
    browser.post(url("customer-field", field.pk), {**changed, "option-1-place": "2", "option-2-name": "銀"})
    field.refresh_from_db()
    options = [(each.id, each.name) for each in field.all_options]

    assert made.status_code == 302
    assert (field.name, field.is_personal, options) == ("会員種別", True, [(1, "ゴールド"), (2, "銀")])
    assert "会員種別" in text_of(browser.get(url("customer-fields")))
    browser.post(url("customer-option-delete", field.pk, 2))
    browser.post(url("customer-field-retire", field.pk))
    assert "Retired" in text_of(browser.get(url("customer-fields")))
    browser.post(url("customer-field-retire", field.pk))
    browser.post(url("customer-field-delete", field.pk))
    assert not CustomerField.objects.exists()


def test_a_mistake_is_said_at_the_form(browser):
    answer = browser.post(url("customer-field-new"), {"name": "会員", "kind": "choice"})

    assert answer.status_code == 422
    assert "Add at least one choice." in text_of(answer)


def test_the_list_asks_as_often_for_three_fields_as_for_one(browser):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(url("customer-fields"))
        return len(asked)

    make_customer_field()
    queries()
    one = queries()
    make_customer_field()
    make_customer_field()

    assert queries() == one


def test_the_record_shows_and_changes_them(browser):
    customer = make_customer()
    number, likes = (
        make_customer_field("会員番号", section="会員"),
        make_customer_field("好み", FieldKind.MULTI, "赤", "青"),
    )
    saved = browser.post(
        url("customer-edit", customer.pk),
        {
            "version": "1",
            "family_name": "髙橋",
            "honorific": "様",
            f"field-{number.pk}": "A-1",
            f"field-{likes.pk}": ["2"],
        },
    )

    assert saved.status_code == 302
    assert (value_of(customer, number), value_of(customer, likes)) == ("A-1", [2])
    page = text_of(browser.get(url("customer", customer.pk)))
    assert "会員番号" in page
    assert "A-1" in page
    history = text_of(browser.get(url("customer", customer.pk) + "?tab=changes"))
    assert "会員番号" in history
    assert "青" in history


def test_what_cannot_be_read_is_said_and_nothing_is_saved(browser):
    customer, born = make_customer(), make_customer_field("誕生日", FieldKind.DATE)
    typed = {"version": "1", "family_name": "高梨", "honorific": "様", f"field-{born.pk}": "2026-02-30"}

    answer = browser.post(url("customer-edit", customer.pk), typed)

    assert answer.status_code == 422
    assert "There is no such day in “誕生日”" in text_of(answer)
    customer.refresh_from_db()
    assert customer.family_name == "髙橋"


def test_both_values_are_shown_where_somebody_was_faster(browser):
    customer, field = make_customer(), make_customer_field("会員番号")
    set_customer_fields(customer, {field.pk: "theirs"}, by=BY)
    typed = {"version": "1", "family_name": "髙橋", "given_name": "由美子", "honorific": "様"}

    answer = browser.post(url("customer-edit", customer.pk), typed | {f"field-{field.pk}": "mine"})

    assert answer.status_code == 409
    assert "has changed this to “theirs” meanwhile" in text_of(answer)


def test_a_personal_field_is_dots_for_who_reads_masked_and_survives_their_change():
    limit_role(Role.SUPERVISOR, masks_contacts=True, keeps_files=False, user=make_admin())
    customer = make_conversation().customer
    field = make_customer_field("誕生日", FieldKind.DATE, is_personal=True)
    set_customer_fields(customer, {field.pk: "1988-04-01"}, by=BY)
    browser = browser_of(make_user(Role.SUPERVISOR, language="en"))
    browser.post(url("customer-edit", customer.pk), {"version": "2", "family_name": "高梨", "honorific": "様"})

    page = url("customer", customer.pk)
    pages = [browser.get(each) for each in (page, f"{page}?tab=changes", url("customer-edit", customer.pk))]

    assert ["1988" in page.content.decode() for page in pages] == [False] * 3
    assert "<dt>誕生日</dt><dd>•••</dd>" in pages[0].content.decode()
    assert value_of(customer, field) == "1988-04-01"


def test_only_administrators_keep_them():
    browser = browser_of(make_user(Role.SUPERVISOR))

    assert browser.get(url("customer-fields")).status_code == 403
