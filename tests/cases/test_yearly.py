"""The yearly report: amounts without names; small ones, and what would tell them, are left out."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.cases import make_complaint, make_harassment
from tests.factories.desk import browser_of, text_of, url

from madoguchi.accounts.choices import Role
from madoguchi.cases.models import Harassment
from madoguchi.cases.yearly import yearly_report
from madoguchi.core.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db
LAST = datetime(2025, 12, 31, 14, 59, tzinfo=UTC)  #: 23:59 in Tokyo
NEXT = datetime(2025, 12, 31, 15, 1, tzinfo=UTC)


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def leader():
    return make_user(Role.SUPERVISOR)


def harassments(leader, conduct, amount, at=LAST):
    second = make_user(Role.SUPERVISOR)
    for _each in range(amount):
        case = make_harassment(leader, second, received_at=at)
        Harassment.objects.filter(case=case).update(conduct=conduct)


def amounts(report, key):
    group = next(each for each in report.groups if each.key == key)
    return {name: amount for name, _word, amount in group.lines if amount != 0}


def test_amounts_of_a_year_in_the_time_zone_of_the_desk(admin, leader):
    harassments(leader, "violence", 3)
    harassments(leader, "recording", 4)
    harassments(leader, "recording", 3, at=NEXT)
    make_complaint(leader, received_at=LAST)

    report = yearly_report(admin, 2025)

    assert report.total == 7
    assert amounts(report, "kind") == {"violence": 3, "recording": 4}
    assert amounts(report, "month") == {"12": 7}
    assert amounts(report, "judgement") == {"undecided": 7}
    assert amounts(report, "measure") == {}
    assert yearly_report(admin, 2026).total == 3


def test_small_amounts_and_what_tells_them_are_left_out(admin, leader):
    harassments(leader, "violence", 1)
    harassments(leader, "recording", 3)
    harassments(leader, "detention", 5)

    report = yearly_report(admin, 2025)

    assert report.total == 9
    assert amounts(report, "kind") == {"violence": None, "recording": None, "detention": 5}


def test_where_all_is_small_the_sum_is_left_out_too(admin, leader):
    for conduct in ("violence", "recording", "detention"):
        harassments(leader, conduct, 1)

    report = yearly_report(admin, 2025)

    assert report.total is None
    assert amounts(report, "kind") == dict.fromkeys(("violence", "recording", "detention"))


def test_a_year_without_any_says_none(admin):
    assert yearly_report(admin, 2025).total == 0


@pytest.mark.parametrize("year", [0, 1999, 3000])
def test_years_have_bounds(admin, year):
    with pytest.raises(Invalid):
        yearly_report(admin, year)


def test_only_those_who_oversee_cases_read_it(leader):
    with pytest.raises(NotAllowed):
        yearly_report(leader, 2025)
    assert browser_of(leader).get(url("harassment-report")).status_code == 403


def test_the_screen_and_the_table_name_nobody(admin, leader):
    harassments(leader, "violence", 3)
    browser = browser_of(admin)

    page = text_of(browser.get(url("harassment-report"), {"year": "2025"}))
    table = browser.get(url("harassment-report"), {"year": "2025", "format": "csv"})

    lines = table.content.decode("utf-8-sig").splitlines()
    assert "2025,すべて,,3" in lines
    assert "2025,類型別,暴力・脅迫,3" in lines
    assert leader.name not in page.split("</header>", 1)[1].replace(admin.name, "")
    assert table["Content-Disposition"] == 'attachment; filename="harassment-2025.csv"'
    assert browser.get(url("harassment-report"), {"year": "x" * 50}).status_code == 200


def test_it_asks_as_often_for_one_as_for_three(admin, leader):
    harassments(leader, "violence", 1)
    with CaptureQueriesContext(connection) as one:
        yearly_report(admin, 2025)
    harassments(leader, "recording", 2)

    with CaptureQueriesContext(connection) as three:
        yearly_report(admin, 2025)

    assert len(three) == len(one) == 2
