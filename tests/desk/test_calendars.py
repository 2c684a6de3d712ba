"""設定 › 営業時間: the list, one calendar with its month, saving, deleting, and choosing it at a 窓口."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.calendars import TEN_TO_FIVE, WEEKDAYS, make_calendar
from tests.factories.conversations import make_inbox
from tests.factories.desk import browser_of, text_of, url

from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import USUAL_BREAKS, Closure, Opening, YearlyClosure
from madoguchi.channels.models import Inbox
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "平日10時〜17時",
    "time_zone": "Asia/Tokyo",
    "has_japanese_holidays": "on",
    **{f"day{number}": "10:00-17:00" for number in range(5)},
    "day5": "",
    "day6": "",
    "closures": "12/29 - 1/3 年末年始\n2026-08-13 - 2026-08-15 夏季休業",
    "openings": "2026-11-23 10:00-15:00 祝日営業",
}


@pytest.fixture
def browser():
    return browser_of(make_admin(language="en"))


def test_nothing_yet_says_what_to_do(browser):
    page = text_of(browser.get(url("calendars")))

    assert "There are no business hours yet" in page
    assert url("calendar-new") in page


def test_the_list_shows_hours_closed_days_and_desks(browser):
    calendar = make_calendar(replace(WEEKDAYS, week=(TEN_TO_FIVE,) * 5 + (((600, 720), (780, 900)), ())))
    make_inbox(name="サポート窓口", calendar=calendar)

    page = text_of(browser.get(url("calendars")))

    assert "Mon–Fri 10:00–17:00<br>Sat 10:00–12:00, 13:00–15:00" in page
    assert "Public holidays, 年末年始" in page
    assert "サポート窓口" in page


def test_the_list_shows_what_is_once_and_to_come(browser):
    year = timezone.now().year + 1
    summer = (Closure(date(year, 8, 13), date(year, 8, 15), "夏季休業"), Closure(date(2020, 8, 13), date(2020, 8, 13)))
    opening = Opening(date(year, 11, 23), ((600, 900),), "祝日営業")
    make_calendar(replace(WEEKDAYS, closures=summer, openings=(opening,)))

    page = text_of(browser.get(url("calendars")))

    assert f"{year}/8/13–8/15 夏季休業" in page
    assert f"{year}/11/23 祝日営業 10:00–15:00" in page
    assert "2020/8/13" not in page


def test_the_list_asks_as_often_for_three_as_for_one(browser):
    counts = []
    for _number in range(3):
        make_inbox(calendar=make_calendar())
        browser.get(url("calendars"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(url("calendars"))
        counts.append(len(asked))

    assert counts[0] == counts[2] <= 12


def test_a_new_one_begins_with_what_most_shops_say(browser):
    page = text_of(browser.get(url("calendar-new")))

    assert page.count('value="10:00-17:00"') == 5
    assert "12/29 - 1/3 年末年始" in page
    assert '<option value="Asia/Tokyo" selected>' in page


def test_what_was_typed_is_kept(browser):
    response = browser.post(url("calendar-new"), TYPED)

    calendar = BusinessCalendar.objects.get()
    assert response.headers["Location"] == url("calendar", calendar.pk)
    assert calendar.plan == replace(
        WEEKDAYS,
        closures=(Closure(date(2026, 8, 13), date(2026, 8, 15), "夏季休業"),),
        openings=(Opening(date(2026, 11, 23), ((600, 900),), "祝日営業"),),
    )


def test_usual_breaks_are_added_by_a_tick_and_not_offered_twice(browser):
    new_year, obon = USUAL_BREAKS
    calendar = make_calendar(replace(WEEKDAYS, yearly_closures=(new_year,)))

    offered = browser.get(url("calendar", calendar.pk))
    browser.post(url("calendar", calendar.pk), {**offered.context["form"].initial, "usual": ["1"]})

    after = text_of(browser.get(url("calendar", calendar.pk)))
    assert ("8/13 - 8/16 お盆休み" in text_of(offered), 'name="usual" value="0"' in text_of(offered)) == (True, False)
    assert BusinessCalendar.objects.get().plan.yearly_closures == (new_year, obon)
    assert 'name="usual"' not in after


def test_saving_what_is_shown_changes_nothing_but_the_version(browser):
    calendar = make_calendar(
        replace(
            WEEKDAYS,
            closures=(Closure(date(2026, 8, 13), date(2026, 8, 15), "夏季休業"),),
            yearly_closures=(YearlyClosure((12, 29), (1, 3), "年末年始"), YearlyClosure((4, 1), (4, 1))),
        )
    )
    form = browser.get(url("calendar", calendar.pk)).context["form"]
    shown = {name: value for name, value in form.initial.items() if value is not False}

    response = browser.post(url("calendar", calendar.pk), shown)

    saved = BusinessCalendar.objects.get()
    assert response.status_code == 302
    assert (saved.plan, saved.version) == (calendar.plan, 2)
    assert Event.objects.get(kind="calendar_changed").data == {"fields": []}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({f"day{number}": "" for number in range(5)}, "This calendar has no business hours."),
        ({"day0": "22:00-2:00"}, "For hours past midnight, end this day at 24:00"),
        ({"day1": "ten to five"}, "Write hours like 10:00-17:00"),
        ({"closures": "12/29 - 1/3\nGolden Week"}, "Line 2 cannot be read: Golden Week"),
        ({"closures": "2/30"}, "There is no such day in any year: 2/30"),
        ({"openings": "2026-11-23 15:00-10:00"}, "For hours past midnight"),
        ({"openings": "2026-11-23"}, "Line 1 cannot be read"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"name": "既存"}, "There is a calendar of this name already."),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_typed_is_lost(browser, changes, sentence):
    make_calendar(name="既存")

    response = browser.post(url("calendar-new"), TYPED | changes)

    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "夏季休業" in page or "closures" in changes
    assert BusinessCalendar.objects.count() == 1


def test_whoever_saves_second_is_told_and_keeps_what_they_typed(browser):
    calendar = make_calendar()
    BusinessCalendar.objects.update(version=2, name="先に変わった")

    response = browser.post(url("calendar", calendar.pk), TYPED | {"version": 1, "name": "後から"})

    page = text_of(response)
    assert response.status_code == 422
    assert "Somebody else has changed this calendar since you opened it." in page
    assert 'value="後から"' in page
    assert BusinessCalendar.objects.get().name == "先に変わった"


def cells(page):
    """Day, kind, whether it is closed, and the words of each day of the grid."""
    found = re.findall(
        r'<td data-kind="(\w+)"( data-closed)?[^>]*><time datetime="([\d-]+)">\d+</time>(.*?)</td>', page
    )
    return {day: (kind, bool(closed), re.sub(r"<[^>]+>", " ", words).split()) for kind, closed, day, words in found}


def test_a_month_says_which_days_are_open_and_why_not(browser):
    plan = replace(
        WEEKDAYS,
        closures=(Closure(date(2026, 11, 30), date(2026, 11, 30), "棚卸"),),
        openings=(Opening(date(2026, 11, 3), ((600, 900),), ""),),
    )
    calendar = make_calendar(plan)

    page = text_of(browser.get(url("calendar", calendar.pk) + "?month=2026-11"))

    days = cells(page)
    assert "November 2026" in page
    assert len(days) == 30
    heads = re.findall(r'<th scope="col">([A-Z][a-z]{2})</th>', page)
    assert heads == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    assert days["2026-11-02"] == ("hours", False, ["10:00–17:00"])
    assert days["2026-11-01"] == ("weekday", True, ["Closed", "all", "day"])
    assert days["2026-11-03"] == ("opening", False, ["Special", "opening", "10:00–15:00"])
    assert days["2026-11-23"] == ("holiday", True, ["Labor", "Thanksgiving", "Day", "Closed", "all", "day"])
    assert days["2026-11-30"] == ("closure", True, ["棚卸", "Closed", "all", "day"])


def test_another_month_comes_alone(browser):
    calendar = make_calendar()

    piece = text_of(browser.get(url("calendar-month", calendar.pk) + "?month=2026-12"))

    assert piece.lstrip().startswith('<section class="part" id="month"')
    assert cells(piece)["2026-12-29"] == ("closure", True, ["年末年始", "Closed", "all", "day"])
    assert "month=2026-11" in piece
    assert "month=2027-01" in piece


@pytest.mark.parametrize("asked", ["", "2026-13", "abc", "0001-01", "9999-12"])
def test_a_month_that_is_none_is_the_present_one(browser, asked):
    calendar = make_calendar()

    with time_machine.travel(datetime(2026, 11, 30, 16, tzinfo=ZoneInfo("UTC")), tick=False):  # 12/1 in Tokyo
        piece = text_of(browser.get(url("calendar-month", calendar.pk), {"month": asked}))

    assert "December 2026" in piece
    assert 'aria-current="date"><time datetime="2026-12-01">' in piece


@pytest.mark.parametrize(("month", "missing"), [("2000-01", "1999-12"), ("2199-12", "2200-01")])
def test_the_months_end_somewhere(browser, month, missing):
    piece = text_of(browser.get(url("calendar-month", make_calendar().pk), {"month": month}))

    assert missing not in piece
    assert "?month=" in piece


def test_a_mail_that_comes_now_is_reckoned(browser):
    calendar = make_calendar()

    with time_machine.travel(datetime(2026, 4, 28, 16, 50, tzinfo=ZoneInfo("Asia/Tokyo")), tick=False):
        page = text_of(browser.get(url("calendar", calendar.pk)))

    assert "<dd>Today 16:50</dd>" in page
    assert "<dd>Thu 30 Apr 16:50</dd>" in page
    assert "<dd>Thu 30 Apr 17:00</dd>" in page


def test_a_calendar_that_never_opens_again_is_shown_without_reckoning(browser):
    years = tuple(Closure(date(year, 1, 1), date(year, 12, 31)) for year in range(2020, 2060))

    page = text_of(browser.get(url("calendar", make_calendar(replace(WEEKDAYS, closures=years)).pk)))

    assert "the clock starts" not in page


def test_it_is_deleted(browser):
    calendar = make_calendar()

    response = browser.post(url("calendar-delete", calendar.pk))

    assert response.headers["Location"] == url("calendars")
    assert BusinessCalendar.objects.count() == 0


def test_one_in_use_is_not_deleted_and_the_desk_is_named(browser):
    calendar = make_calendar()
    make_inbox(name="サポート窓口", calendar=calendar)

    response = browser.post(url("calendar-delete", calendar.pk))

    assert response.status_code == 409
    assert "サポート窓口" in text_of(response)
    assert BusinessCalendar.objects.count() == 1


@pytest.mark.parametrize("role", ["supervisor", "agent", "viewer"])
def test_it_is_for_administrators(role):
    calendar = make_calendar()
    browser = browser_of(make_user(role))

    for name, args in (("calendars", ()), ("calendar-new", ()), ("calendar", (calendar.pk,))):
        assert browser.get(url(name, *args)).status_code == 403
    assert browser.post(url("calendar-delete", calendar.pk)).status_code == 403


def test_what_is_not_there_is_not_found(browser):
    assert browser.get(url("calendar", 999_999)).status_code == 404
    assert browser.get(url("calendar-month", 999_999)).status_code == 404


def test_a_desk_is_given_a_calendar_and_loses_it_again(browser):
    calendar = make_calendar(name="平日")
    inbox = make_inbox(settings={"incoming": "listener", "outgoing": "local"})
    page = browser.get(url("mailbox", inbox.pk))
    form = page.context["page"]
    shown = {each.name: each.value() for each in (*form.form, *form.settings)} | {"access": "all"}
    values = {name: "" if value is None else value for name, value in shown.items() if value is not False}

    assert browser.post(url("mailbox", inbox.pk), values | {"calendar": calendar.pk}).status_code == 302
    assert Inbox.objects.get().calendar == calendar
    assert browser.post(url("mailbox", inbox.pk), values | {"calendar": ""}).status_code == 302
    assert Inbox.objects.get().calendar is None
    assert browser.post(url("mailbox", inbox.pk), values | {"calendar": 999_999}).status_code == 422


def test_the_audit_log_knows_what_changed(browser):
    calendar = make_calendar()
    browser.post(url("calendar", calendar.pk), TYPED | {"version": 1})

    page = text_of(browser.get(url("audit")))

    assert "Business hours changed" in page
    assert "平日10時〜17時" in page
    assert "Closed days, Name, Special openings" in page
