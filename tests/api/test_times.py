"""Reminders and due times by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.conversations import make_conversation, make_inbox

pytestmark = pytest.mark.django_db


def test_a_reminder_is_set_listed_and_deleted(caller):
    number, at = make_conversation().pk, (timezone.now() + timedelta(days=1)).isoformat()

    made = caller.post(f"/conversations/{number}/reminders", {"at": at, "note": "在庫"}).json()

    assert (made["conversation"], made["note"]) == (number, "在庫")
    assert caller.get("/me/reminders").json()["items"] == [made]
    assert caller.delete(f"/me/reminders/{made['id']}").status_code == 204
    assert caller.get("/me/reminders").json()["items"] == []


def test_a_reminder_in_the_past_names_its_field(caller):
    response = caller.post(f"/conversations/{make_conversation().pk}/reminders", {"at": "2020-01-01T00:00:00Z"})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "at")


def test_a_desk_is_told_its_due_times(admin):
    wanted = {
        "reply_within_by_priority": {"3": 60, "2": 240},
        "reply_rule": "end",
        "reply_days": 2,
        "warn_before_minutes": 30,
        "warn_at_percent": 80,
        "escalations": [
            {"after": 30, "assignee": True, "leaders": False, "people": []},
            {"after": 90, "assignee": False, "leaders": True, "people": []},
        ],
    }
    pk = make_inbox().pk

    shown = admin.patch(f"/inboxes/{pk}", wanted).json()

    assert {name: shown[name] for name in wanted} == wanted
    assert admin.patch(f"/inboxes/{pk}", {"reply_within_by_priority": {"9": 60}}).status_code == 422
    nobody = {"escalations": [{"after": 30}]}
    assert admin.patch(f"/inboxes/{pk}", nobody).json()["error"]["field"] == "escalations"
    gone = {"escalations": [{"after": 30, "people": [999_999]}]}
    assert admin.patch(f"/inboxes/{pk}", gone).json()["error"]["field"] == "escalations"


def test_business_days_that_nothing_counts_are_refused(admin):
    pk = make_inbox().pk

    refused = admin.patch(f"/inboxes/{pk}", {"reply_days": 3})
    taken = admin.patch(f"/inboxes/{pk}", {"reply_days": 3, "reply_rule": "end"})
    off = admin.patch(f"/inboxes/{pk}", {"reply_rule": ""})

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "reply_rule")
    assert (taken.status_code, off.status_code) == (200, 200)


@pytest.mark.parametrize("year", [2020, 2029, 2199])
def test_putting_off_into_the_past_or_for_years_is_refused_as_on_the_screen(caller, year):
    conversation = make_conversation()

    answer = caller.patch(
        f"/conversations/{conversation.pk}", {"status": "hold", "resume_at": f"{year}-01-01T00:00:00Z"}
    )

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "resume_at")
