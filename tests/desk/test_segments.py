"""Segments and downloads on the screen."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.customers import make_customer
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.core.conditions import Condition
from madoguchi.customers.actions.segments import save_segment
from madoguchi.customers.models import CustomerExport, Segment
from madoguchi.customers.segments import Conditions
from madoguchi.flows.customer_export import write_export

pytestmark = pytest.mark.django_db

VIP = {"all-what": ["vip"], "all-how": ["is"], "all-value": ["Yes"]}


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def browser(admin):
    make_customer(family_name="甲", is_vip=True)
    make_customer(family_name="乙")
    return browser_of(admin)


def test_a_segment_is_made_and_narrows_the_list(browser):
    saved = browser.post(url("segment-new"), {"name": "重要なお客様", "shared": "1", **VIP})
    segment = Segment.objects.get()
    listed = text_of(browser.get(saved.url))

    assert saved.url == f"/customers?segment={segment.pk}"
    assert ("甲" in listed, "乙" in listed, "重要なお客様" in listed) == (True, False, True)
    assert "1 customers" in text_of(browser.get(url("segment-count", segment.pk))).replace("</b>", "").replace(
        "<b>", ""
    )
    assert "重要なお客様" in text_of(browser.get(url("segments")))


def test_it_is_shown_again_as_it_was_typed_and_changed(browser, admin):
    segment = save_segment("重要", Conditions((Condition("vip", "is", "1"),)), user=admin)
    page = text_of(browser.get(url("segment", segment.pk)))
    changed = {
        "name": "来た日",
        "version": "1",
        "any-what": ["since"],
        "any-how": ["more"],
        "any-value": ["令和8年11月1日"],
    }
    browser.post(url("segment", segment.pk), changed)
    late = browser.post(url("segment", segment.pk), changed)

    segment.refresh_from_db()
    assert 'value="Yes"' in page
    assert (segment.name, segment.all_of, segment.any_of) == ("来た日", [], [["since", "more", "2026-11-01"]])
    assert late.status_code == 422
    assert "Somebody else has changed this segment" in text_of(late)


@pytest.mark.parametrize(
    ("what", "how", "value", "said"),
    [
        ("since", "is", "いつか", "is no day"),
        ("inquiries", "more", "x", "is no number of this sort"),
        ("vip", "has", "Yes", "cannot be compared in this way"),
        ("consent", "is", "全部", "knows no “全部”"),
        ("name", "has", "", "is to be compared with"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_line(browser, what, how, value, said):
    typed = {"name": "x", "all-what": [what], "all-how": [how], "all-value": [value]}
    answer = browser.post(url("segment-new"), typed)
    counted = browser.post(url("segment-count-typed"), typed)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "cannot be understood yet" in text_of(counted)


def test_conditions_are_counted_while_they_are_chosen(browser):
    assert "<b>1</b>" in browser.post(url("segment-count-typed"), VIP).content.decode()
    assert "–" in text_of(browser.post(url("segment-count-typed"), {}))


def test_a_segment_is_deleted(browser, admin):
    segment = save_segment("重要", Conditions((Condition("vip", "is", "1"),)), user=admin)

    browser.post(url("segment-delete", segment.pk))

    assert not Segment.objects.exists()
    assert browser.get(f"{url('customers')}?segment={segment.pk}").status_code == 404


def test_a_list_is_downloaded(browser, admin):
    segment = save_segment("重要", Conditions((Condition("vip", "is", "1"),)), user=admin)
    page = browser.get(url("customer-export") + f"?segment={segment.pk}")
    asked = {"segment": segment.pk, "format": "csv_bom", "column": ["family_name"]}
    browser.post(url("customer-export"), asked)
    row = CustomerExport.objects.get()
    waiting = browser.get(url("customer-exports"), headers=HTMX).content.decode()
    write_export(row.pk)
    ready = browser.get(url("customer-exports"), headers=HTMX).content.decode()
    file = browser.get(url("customer-export-fetch", row.pk))

    assert "1 customers, as the list was narrowed" in text_of(page)
    assert ("every 1s" in waiting, "every 1s" in ready) == (True, False)
    assert file.content.decode("utf-8-sig") == "Family name\r\n甲\r\n"
    assert 'attachment; filename="customers-' in file["Content-Disposition"]


def test_nothing_chosen_is_said(browser):
    answer = browser.post(url("customer-export"), {"format": "csv"})

    assert answer.status_code == 422
    assert "Choose at least one column." in text_of(answer)


def test_agents_download_nothing(browser):
    agent = browser_of(make_user(Role.AGENT, language="en"))

    assert agent.get(url("customer-export")).status_code == 403
    assert "Download…" not in text_of(agent.get(url("customers")))
    assert agent.get(url("segments")).status_code == 200
