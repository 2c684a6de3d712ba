"""Calendars by the API: added, changed, tried, deleted, given to a desk."""

import pytest
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_inbox

from madoguchi.calendars.models import BusinessCalendar
from madoguchi.channels.models import Inbox

pytestmark = pytest.mark.django_db

SPELL = [{"opens": "10:00", "closes": "17:00"}]
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), SPELL)
NEW = {
    "name": "平日10時〜17時",
    "week": WEEK,
    "closures": [{"first": "2026-08-13", "last": "2026-08-15", "name": "夏季休業"}],
    "yearly_closures": [{"first": "12-29", "last": "01-03", "name": "年末年始"}],
    "openings": [{"on": "2026-11-23", "hours": [{"opens": "10:00", "closes": "24:00"}], "name": "祝日営業"}],
}


def test_a_calendar_is_added_and_read_as_it_was_said(admin, caller):
    response = admin.post("/calendars", NEW)

    shown = response.json()
    assert response.status_code == 201
    assert {name: shown[name] for name in NEW if name != "week"} == {k: v for k, v in NEW.items() if k != "week"}
    assert shown["week"] == WEEK | {"saturday": [], "sunday": []}
    assert (shown["time_zone"], shown["has_japanese_holidays"], shown["version"]) == ("Asia/Tokyo", True, 1)
    assert caller.get(f"/calendars/{shown['id']}").json() == shown
    assert caller.get("/calendars").json()["items"] == [shown]


def test_what_is_left_out_of_a_change_stays(admin):
    before = admin.post("/calendars", NEW).json()

    after = admin.patch(f"/calendars/{before['id']}", {"has_japanese_holidays": False, "openings": []}).json()

    assert after == before | {"has_japanese_holidays": False, "openings": [], "version": 2}


def test_everything_can_be_changed(admin):
    calendar = make_calendar()
    changes = NEW | {"time_zone": "America/New_York", "has_japanese_holidays": False, "version": 1}

    after = admin.patch(f"/calendars/{calendar.pk}", changes).json()

    assert {name: after[name] for name in changes if name not in ("week", "version")} == {
        name: changes[name] for name in changes if name not in ("week", "version")
    }


def test_a_change_of_what_has_changed_is_refused(admin):
    calendar = make_calendar(version=3)

    response = admin.patch(f"/calendars/{calendar.pk}", {"name": "後", "version": 2})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "changed_meanwhile")
    assert BusinessCalendar.objects.get().version == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"week": {}}, "week"),
        ({"week": {"monday": [{"opens": "22:00", "closes": "02:00"}]}}, "week"),
        ({"week": {"monday": [{"opens": "25:00", "closes": "26:00"}]}}, "week.monday.0.opens"),
        ({"name": " "}, "name"),
        ({"time_zone": "Asia/Atlantis"}, "time_zone"),
        ({"yearly_closures": [{"first": "02-30", "last": "03-01"}]}, "yearly_closures"),
        ({"yearly_closures": [{"first": "13-01", "last": "03-01"}]}, "yearly_closures.0.first"),
        ({"closures": [{"first": "2026-08-15", "last": "2026-08-13"}]}, "closures"),
        ({"openings": [{"on": "2026-11-23", "hours": []}]}, "openings.0.hours"),
        ({"version": 1}, "version"),
    ],
)
def test_impossible_calendar_is_not_added(admin, values, field):
    response = admin.post("/calendars", NEW | values)

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)
    assert BusinessCalendar.objects.count() == 0


def test_days_say_why(caller):
    calendar = make_calendar()

    days = caller.get(f"/calendars/{calendar.pk}/days", first="2026-11-21", last="2026-11-24").json()

    assert [(day["on"], day["reason"], day["name"]) for day in days] == [
        ("2026-11-21", "weekday", ""),
        ("2026-11-22", "weekday", ""),
        ("2026-11-23", "holiday", "勤労感謝の日"),
        ("2026-11-24", "hours", ""),
    ]
    assert (days[2]["hours"], days[3]["hours"]) == ([], SPELL)


@pytest.mark.parametrize(("first", "last"), [("2026-11-24", "2026-11-23"), ("2026-01-01", "2027-01-02")])
def test_too_many_days_are_refused(caller, first, last):
    response = caller.get(f"/calendars/{make_calendar().pk}/days", first=first, last=last)

    assert (response.status_code, response.json()["error"]["field"]) == (422, "last")


def test_a_deadline_is_tried(caller):
    calendar = make_calendar()
    asked = {"start": "2026-04-28T16:50:00+09:00", "minutes": 420}

    assert caller.get(f"/calendars/{calendar.pk}/deadline", **asked).json() == {
        "is_open": True,
        "starts_at": "2026-04-28T07:50:00Z",
        "due_at": "2026-04-30T07:50:00Z",
        "one_day_length": "2026-04-30T07:50:00Z",
        "one_day_end": "2026-04-30T08:00:00Z",
    }
    assert caller.get(f"/calendars/{calendar.pk}/deadline").status_code == 200


def test_a_deadline_out_of_reach_is_said(caller):
    response = caller.get(f"/calendars/{make_calendar().pk}/deadline", start="1950-01-01T00:00:00Z")

    assert (response.status_code, response.json()["error"]["field"]) == (422, "minutes")


def test_one_in_use_stays_and_a_free_one_goes(admin):
    used, free = make_calendar(), make_calendar()
    make_inbox(name="サポート窓口", calendar=used)

    refused, done = (admin.delete(f"/calendars/{each.pk}") for each in (used, free))

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_use")
    assert "サポート窓口" in refused.json()["error"]["message"]
    assert done.status_code == 204
    assert BusinessCalendar.objects.get() == used


@pytest.mark.parametrize("role", ["supervisor", "agent"])
def test_only_administrators_change_them(caller_of, role):
    caller, calendar = caller_of(role), make_calendar()

    assert caller.post("/calendars", NEW).status_code == 403
    assert caller.patch(f"/calendars/{calendar.pk}", {"name": "x"}).status_code == 403
    assert caller.delete(f"/calendars/{calendar.pk}").status_code == 403


def test_what_is_not_there_is_not_found(admin):
    for path in ("", "/days?first=2026-01-01&last=2026-01-02", "/deadline"):
        assert admin.get(f"/calendars/999999{path}").status_code == 404
    assert admin.patch("/calendars/999999", {"name": "x"}).status_code == 404
    assert admin.delete("/calendars/999999").status_code == 404


def test_a_desk_is_given_a_calendar_and_loses_it_again(admin):
    calendar, inbox = make_calendar(name="平日"), make_inbox()

    given = admin.patch(f"/inboxes/{inbox.pk}", {"calendar": calendar.pk}).json()
    kept = admin.patch(f"/inboxes/{inbox.pk}", {"reply_within_minutes": 420}).json()
    unknown = admin.patch(f"/inboxes/{inbox.pk}", {"calendar": 999_999})
    taken = admin.patch(f"/inboxes/{inbox.pk}", {"calendar": None}).json()

    assert given["calendar"] == kept["calendar"] == {"id": calendar.pk, "name": "平日"}
    assert (unknown.status_code, unknown.json()["error"]["field"]) == (422, "calendar")
    assert taken["calendar"] is None
    assert Inbox.objects.get().calendar is None


def test_a_new_desk_has_the_calendar_it_was_given(admin):
    calendar = make_calendar()

    made = admin.post("/inboxes", {"name": "窓口", "address": "desk@shop.example", "calendar": calendar.pk}).json()

    assert made["calendar"]["id"] == calendar.pk
