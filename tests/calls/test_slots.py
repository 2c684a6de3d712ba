"""When customers can be called: half hours within business hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.factories.accounts import make_user
from tests.factories.calendars import make_calendar
from tests.factories.calls import callback_at
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.calls.slots import next_slots, slot_at

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
#: A Tuesday; Monday the 23rd was a holiday.
TUESDAY = datetime(2026, 11, 24, 15, 50, tzinfo=TOKYO)


def local(slots):
    return [each.starts_at.astimezone(TOKYO).strftime("%d %H:%M") for each in slots]


def test_slots_are_whole_half_hours_of_open_time():
    inbox = make_inbox(calendar=make_calendar())

    slots = next_slots(inbox, TUESDAY, days=2)

    assert local(slots) == ["24 16:30", *[f"25 {hour}:{minute}" for hour in range(10, 17) for minute in ("00", "30")]]


def test_a_weekend_has_none():
    inbox = make_inbox(calendar=make_calendar())

    slots = next_slots(inbox, datetime(2026, 11, 27, 16, 40, tzinfo=TOKYO), days=1)

    assert local(slots)[0] == "30 10:00"


def test_without_a_calendar_weekdays_from_nine_to_six():
    slots = next_slots(make_inbox(), datetime(2026, 11, 27, 17, 0, tzinfo=TOKYO), days=2)

    assert local(slots)[:3] == ["27 17:30", "30 09:00", "30 09:30"]


def test_a_slot_tells_how_many_it_has():
    inbox, now = make_inbox(), datetime.now(UTC)
    slot = next_slots(inbox, now)[3]
    for number in range(3):
        conversation = make_conversation(inbox, subject=f"件{number}")
        callback_at(conversation, make_user(), slot.starts_at + timedelta(minutes=number * 5))

    found = slot_at(inbox, slot.starts_at, now)

    assert (found.taken, found.is_full) == (3, True)


@pytest.mark.parametrize("aside", [timedelta(minutes=7), timedelta(days=60), timedelta(days=-1)])
def test_no_other_moment_is_a_slot(aside):
    inbox, now = make_inbox(), datetime.now(UTC)
    slot = next_slots(inbox, now)[0]

    assert slot_at(inbox, slot.starts_at + aside, now) is None
