"""後で対応 and リマインダー on the screen."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.hours import next_start
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.notifications.models import Reminder

pytestmark = pytest.mark.django_db


def field(**ahead):
    return (timezone.localtime() + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def test_a_conversation_is_put_off_with_a_way_back():
    conversation, client = make_conversation(), browser_of(make_user(name="中村 大輔"))
    url = f"/c/{conversation.pk}/later"

    asked = text_of(client.get(url, headers=HTMX))
    response = client.post(url, {"when": "next_day", "why": "回答待ち"}, headers=HTMX)

    conversation.refresh_from_db()
    assert "お客様の返信があるまで" in asked
    assert (conversation.status, conversation.hold_reason) == (Status.HOLD, "回答待ち (中村 大輔)")
    assert "/undo/" in text_of(response)


@pytest.mark.parametrize("resume_at", ["", "2020-01-01T10:00"])
def test_a_time_of_ones_own_must_be_ahead(resume_at):
    conversation = make_conversation()

    response = browser_of(make_user()).post(
        f"/c/{conversation.pk}/later", {"when": "own", "resume_at": resume_at}, headers=HTMX
    )

    conversation.refresh_from_db()
    assert (response.status_code, conversation.status) == (422, Status.NEW)


def test_a_reminder_is_set_listed_and_deleted():
    conversation, client = make_conversation(), browser_of(make_user())

    refused = client.post(f"/c/{conversation.pk}/reminder", {"at": "2020-01-01T10:00", "note": "x"}, headers=HTMX)
    client.post(f"/c/{conversation.pk}/reminder", {"at": field(days=1), "note": "在庫を確認"}, headers=HTMX)
    listed = text_of(client.get("/reminders"))
    client.post(f"/reminders/{Reminder.objects.get().pk}/forget")

    assert refused.status_code == 422
    assert "在庫を確認" in listed
    assert "リマインダーはありません" in text_of(client.get("/reminders"))


def test_the_list_asks_as_often_for_three_as_for_one():
    agent = make_user()
    client, at = browser_of(agent), timezone.now() + timedelta(days=1)
    Reminder.objects.create(user=agent, conversation=make_conversation(), at=at)
    client.get("/reminders")
    with CaptureQueriesContext(connection) as one:
        client.get("/reminders")
    for _each in range(2):
        Reminder.objects.create(user=agent, conversation=make_conversation(), at=at)

    with CaptureQueriesContext(connection) as three:
        client.get("/reminders")

    assert len(three) == len(one)


def test_several_are_put_off_at_once_each_in_the_hours_of_its_desk_and_come_back_at_once():
    agent = make_user(name="中村 大輔")
    client, inbox = browser_of(agent), make_inbox(calendar=make_calendar())
    chosen = [make_conversation(inbox), make_conversation(inbox), make_conversation()]
    numbers = [each.pk for each in chosen]
    query = "&".join(f"conversation={number}" for number in numbers)

    asked = text_of(client.get(f"/bulk/later?{query}", headers=HTMX))
    values = {"when": "next_day", "why": "入荷待ち", "conversation": numbers}
    response = client.post("/bulk/later", values, headers=HTMX)

    assert all(f'name="conversation" value="{number}"' in asked for number in numbers)
    rows = {each.pk: each for each in Conversation.objects.filter(pk__in=numbers)}
    now = timezone.now()
    assert {each.status for each in rows.values()} == {Status.HOLD}
    assert [rows[number].resume_at for number in numbers[:2]] == [next_start(inbox, now)] * 2
    assert rows[numbers[2]].resume_at.astimezone(timezone.get_current_timezone()).hour == 9
    client.post(re.search(r'action="(/undo/\d+)', text_of(response))[1], headers=HTMX)
    assert set(Conversation.objects.filter(pk__in=numbers).values_list("status", flat=True)) == {Status.NEW}


def test_putting_several_off_into_the_past_keeps_what_was_typed():
    numbers = [make_conversation().pk, make_conversation().pk]
    values = {"when": "own", "resume_at": "2020-01-01T10:00", "why": "入荷待ち", "conversation": numbers}

    response = browser_of(make_user()).post("/bulk/later", values, headers=HTMX)

    assert (response.status_code, "入荷待ち" in text_of(response)) == (422, True)
    assert set(Conversation.objects.values_list("status", flat=True)) == {Status.NEW}


def test_nothing_chosen_is_said():
    assert browser_of(make_user()).get("/bulk/later", headers=HTMX).status_code == 422


def test_a_time_that_was_typed_is_meant_whatever_is_chosen():
    conversation = make_conversation()

    values = {"when": "next_day", "resume_at": field(days=31)}
    browser_of(make_user()).post(f"/c/{conversation.pk}/later", values, headers=HTMX)

    conversation.refresh_from_db()
    assert timezone.localtime(conversation.resume_at).strftime("%Y-%m-%dT%H:%M") == field(days=31)


def test_a_reminder_is_chosen_in_one_click_and_has_a_default():
    conversation, client = make_conversation(), browser_of(make_user())
    url = f"/c/{conversation.pk}/reminder"

    asked = text_of(client.get(url, headers=HTMX))
    nothing = client.post(url, {"when": "own", "at": ""}, headers=HTMX)
    client.post(url, {"when": "later", "note": "在庫"}, headers=HTMX)

    assert re.search(r'<input type="radio" name="when" value="next_day"[^>]* checked', asked)
    assert nothing.status_code == 422
    assert Reminder.objects.get().at > timezone.now() + timedelta(hours=1)
