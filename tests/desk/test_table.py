"""Tables: columns, sorting, conditions, views with columns, what greets after logging in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_team
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.fields import make_field

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.views import save_view
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import CustomField, SavedView
from madoguchi.core.conditions import Condition
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import change_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def browser(admin):
    return browser_of(admin)


def test_a_table_shows_its_columns_and_sorts(browser, admin):
    field, conversation = make_field("返金額", FieldKind.NUMBER), make_conversation(subject="<返品>")
    set_fields([conversation], {field.pk: "12800"}, user=admin)
    columns = f"number,subject,field-{field.pk}"

    page = text_of(browser.get(url("table"), {"columns": columns, "sort": f"-field-{field.pk}"}))
    rows = text_of(browser.get(url("table"), {"columns": columns}, headers=HTMX))

    assert 'aria-sort="descending"' in page
    assert ("&lt;返品&gt;" in page, "12,800" in page, "返金額" in page) == (True, True, True)
    assert ("<tr" in rows, "<html" in rows) == (True, False)


def test_a_table_asks_as_often_for_three_as_for_one(browser, admin):
    field, counts = make_field("注文番号"), []
    for number in range(3):
        set_fields([make_conversation()], {field.pk: f"A-{number}"}, user=admin)
        browser.get(url("table"), {"columns": f"number,tags,field-{field.pk}"})
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("table"), {"columns": f"number,tags,field-{field.pk}"})
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_conditions_are_typed_by_name_and_lead_to_the_list(browser):
    make_field("希望", FieldKind.CHOICE, "返金", "交換")
    field = CustomField.objects.get()
    typed = {
        "apply": "1",
        "sort": "newest",
        "all-what": ["priority", f"field-{field.pk}", ""],
        "all-how": ["is", "is", "is"],
        "all-value": ["high", "交換", ""],
        "any-what": ["subject"],
        "any-how": ["has"],
        "any-value": ["土鍋"],
        "as_table": "1",
    }

    answer = browser.get(url("filter"), typed)
    page = text_of(browser.get(answer.url.replace("/table", "/filter"), headers=HTMX))

    assert answer.url.startswith("/table?")
    assert ('value="交換"' in page, 'value="High"' in page, 'value="土鍋"' in page) == (True, True, True)
    assert text_of(browser.get(answer.url))


@pytest.mark.parametrize(
    ("what", "value", "said"),
    [
        ("tag", "無い", "knows no “無い”"),
        ("created", "来週", "is no day"),
        ("created", "2026-02-30", "is no day"),
        ("field-999", "x", "has been deleted"),
    ],
)
def test_a_condition_that_cannot_be_understood_is_said_and_stays_typed(browser, what, value, said):
    typed = {"apply": "1", "all-what": what, "all-how": "is", "all-value": value}

    answer = browser.get(url("filter"), typed)

    assert (answer.status_code, said in text_of(answer), f'value="{value}"' in text_of(answer)) == (422, True, True)


def test_numbers_days_and_ticks_are_typed_as_people_write_them(browser):
    amount, day = make_field("返金額", FieldKind.NUMBER), make_field("発生日", FieldKind.DATE)
    tick, several = make_field("至急", FieldKind.CHECK), make_field("商品", FieldKind.MULTI, "土鍋")
    keys = [f"field-{field.pk}" for field in (amount, day, tick, several)]
    typed = {"apply": "1", "all-what": keys, "all-how": ["more", "less", "is", "is"]}

    answer = browser.get(url("filter"), typed | {"all-value": ["１,２００円", "令和8年11月20日", "", "土鍋"]})
    refused = browser.get(url("filter"), typed | {"all-value": ["多め", "11/20", "", "土鍋"]})

    assert answer.status_code == 302
    assert (refused.status_code, "must be a number" in text_of(refused)) == (422, True)


def test_a_view_keeps_conditions_columns_team_and_place(browser, admin):
    team = make_team("返品チーム", admin)
    view = save_view("返品", Filter(vip=True), user=admin)
    typed = {
        "name": "返品の表",
        "team": team.pk,
        "position": "3",
        "all-what": "subject",
        "all-how": "has",
        "all-value": "土鍋",
        "columns": ["number", "subject"],
    }

    browser.post(url("view", view.pk), typed)

    view.refresh_from_db()
    assert (view.name, view.owner, view.team, view.position) == ("返品の表", None, team, 3)
    chosen = Filter.from_values(view.conditions)
    assert (chosen.all_of, chosen.columns) == ((Condition("subject", "has", "土鍋"),), ("number", "subject"))
    page = text_of(browser.get(url("inbox")))
    assert ("返品の表" in page, "/table?" in page) == (True, True)
    assert "返品チーム" in text_of(browser.get(url("views")))
    assert browser.post(url("view", view.pk), typed | {"all-what": "tag"}).status_code == 422


def test_a_view_whose_field_was_deleted_opens_and_says_so(browser, admin):
    field = make_field("色")
    key = f"field-{field.pk}"
    conditions = (Condition(key, "is", "t:青"),)
    view = save_view("色", Filter(all_of=conditions, columns=("number", key)), user=admin)
    conversation = make_conversation()
    CustomField.objects.all().delete()

    table = text_of(browser.get(url("table"), view.conditions))
    inbox = text_of(browser.get(url("inbox"), {"all_of": view.conditions["all_of"]}))
    page = text_of(browser.get(url("view", view.pk)))

    assert ("have been deleted" in table, f"/c/{conversation.pk}" in table) == (True, True)
    assert (f"/c/{conversation.pk}" in inbox, "have been deleted" in inbox) == (True, True)
    assert "have been deleted" in page


def test_a_view_nobody_understands_opens_as_the_plain_list(browser, admin):
    SavedView.objects.create(owner=admin, name="古い", conditions={"sort": "???"})

    assert "古い" in text_of(browser.get(url("inbox")))
    assert "古い" in text_of(browser.get(url("views")))


def test_a_view_is_copied_and_greets_after_logging_in(browser, admin):
    view = save_view("返品", Filter(vip=True), user=admin)

    browser.post(url("copy-view", view.pk))
    browser.post(url("default-view", view.pk))
    assert browser_of(admin).get(url("inbox")).url == "/?vip=1"
    assert browser.get(url("inbox"), follow=True).redirect_chain == [("/?vip=1", 302)]
    assert browser.get(url("inbox")).status_code == 200
    browser.post(url("default-view", view.pk))
    assert browser_of(admin).get(url("inbox")).status_code == 200
    assert SavedView.objects.filter(name__contains="copy").exists()


def test_customers_stand_in_the_order_of_how_their_names_are_read(browser, admin):
    for number, (name, kana) in enumerate((("三浦", "ミウラ"), ("上田", "ウエダ"), ("青木", "アオキ"))):
        made = make_conversation(sender=Address(f"{number}@mail.example"))
        change_customer(made.customer, by=admin.actor, family_name=name, family_kana=kana)

    page = text_of(browser.get(url("table"), {"columns": "customer", "sort": "customer"}))

    assert page.index("青木") < page.index("上田") < page.index("三浦")
