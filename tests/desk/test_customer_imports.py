"""Importing customers on the screen: from the upload to the way back, and who may."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.imports import brought_in, checked, upload, work

from madoguchi.accounts.choices import Role
from madoguchi.customers.models import Customer, CustomerImport
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain

pytestmark = pytest.mark.django_db

TABLE = "氏名,メールアドレス\n山田 太郎,yamada@mail.example\n佐藤,nonsense\n"


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def browser(admin):
    return browser_of(admin)


def test_a_table_goes_all_the_way_and_back(browser):
    file = BytesIO(TABLE.encode("cp932"))
    file.name = "顧客.csv"
    sent = browser.post(url("customer-imports"), {"file": file})
    row = CustomerImport.objects.get()
    page = url("customer-import", row.pk)
    assert sent.url == page
    assert 'hx-trigger="every 1s"' in browser.get(page).content.decode()
    work(row)

    chosen = browser.get(page)
    assert "山田 太郎 ／ 佐藤" in text_of(chosen)
    browser.post(page, {"column-0": "name", "column-1": "mail", "match_by": "mail", "existing": "fill"})
    work(row)
    trial = text_of(browser.get(page))
    assert "Nothing has been written yet" in trial
    assert "“nonsense” is no mail address." in trial
    browser.post(url("customer-import-step", row.pk, "run"))
    work(row)
    assert Customer.objects.get().label == "山田 太郎"
    assert "佐藤,nonsense,3,メールアドレス" in browser.get(url("customer-import-problems", row.pk)).content.decode()
    browser.post(url("customer-import-step", row.pk, "undo"))
    work(row)
    assert "Everything was taken back." in text_of(browser.get(page))
    assert not Customer.objects.exists()
    assert "Undone" in text_of(browser.get(url("customer-imports")))


def test_the_page_goes_on_when_the_work_is_done(browser, admin):
    row = upload(TABLE, admin)

    answer = browser.get(url("customer-import", row.pk), headers=HTMX)

    assert answer["HX-Redirect"] == url("customer-import", row.pk)


def test_mistakes_are_said(browser, admin):
    nothing = browser.post(url("customer-imports"))
    row = upload(TABLE, admin)
    twice = browser.post(url("customer-import", row.pk), {"column-0": "name", "column-1": "name"})
    late = browser.post(url("customer-import-step", row.pk, "run"), follow=True)

    assert (nothing.status_code, twice.status_code) == (422, 422)
    assert "Choose a file first." in text_of(nothing)
    assert "Two columns go to the same place" in text_of(twice)
    assert "at another step meanwhile" in text_of(late)


def test_stopping_and_reading_again(browser, admin):
    row = checked(TABLE, admin)
    browser.post(url("customer-import-step", row.pk, "run"))
    browser.post(url("customer-import-step", row.pk, "stop"))
    row.refresh_from_db()
    assert row.state == "stopped"
    browser.post(url("customer-import-step", row.pk, "go-on"))
    row.refresh_from_db()
    assert row.state == "running"
    other = upload(TABLE, admin)
    browser.post(url("customer-import-step", other.pk, "read"), {"encoding": "cp932", "sheet": "0"})
    other.refresh_from_db()
    assert (other.state, other.encoding) == ("reading", "cp932")


def test_supervisors_do_not_import(admin):
    browser = browser_of(make_user(Role.SUPERVISOR))
    row = upload(TABLE, admin)

    assert browser.get(url("customer-imports")).status_code == 403
    assert browser.get(url("customer-import-problems", row.pk)).status_code == 403
    assert "Import…" not in text_of(browser.get(url("customers")))


def test_the_job_is_planned_by_the_event(admin):
    row = upload(TABLE, admin)
    drain()

    assert Event.objects.filter(kind="customer_import_asked", subject=row.event_subject).count() == 1


def test_a_customer_says_by_which_import_they_came_and_changed_for_who_may_see_it(browser, admin):
    old = make_conversation().customer
    mail = old.identities.get(kind="mail").shown
    row = brought_in(f"氏名,メールアドレス,会社名\n新井 一,arai@mail.example,\n,{mail},つむぎ\n", admin)
    new = Customer.objects.get(family_name="新井")
    link = f'<a class="text-link" href="{url("customer-import", row.pk)}">Import #{row.pk}</a>'
    path = url("customer", old.pk)

    came, kept = (text_of(browser.get(url("customer", new.pk) + end)) for end in ("", "?tab=changes"))
    changed = text_of(browser.get(f"{path}?tab=changes"))
    hidden = text_of(browser_of(make_user(Role.AGENT, language="en")).get(f"{path}?tab=changes"))

    assert f"・{link}" in came
    assert f"Added by {link}" in kept
    assert f"・{link}" in changed
    assert "つむぎ" in hidden
    assert "Import #" not in hidden
    assert "Import #" not in text_of(browser.get(path))


def test_the_history_asks_as_often_for_three_imports_as_for_one(browser, admin):
    row = brought_in("氏名,メールアドレス\n新井 一,arai@mail.example\n", admin)
    path = url("customer", row.imported.get().customer_id) + "?tab=changes"

    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        return len(asked)

    brought_in("メールアドレス,タグ\narai@mail.example,丙\n", admin)
    queries()
    one = queries()
    for tag in ("甲", "乙"):
        brought_in(f"メールアドレス,タグ\narai@mail.example,{tag}\n", admin)

    assert queries() == one
