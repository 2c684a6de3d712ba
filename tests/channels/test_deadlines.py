"""By when a customer should have an answer: through the door, in the calendar of the 窓口."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.calendars import TEN_TO_FIVE, WEEKDAYS, make_calendar
from tests.factories.conversations import make_conversation, make_inbound, make_inbox, reply_to

from madoguchi.channels.contract import Address
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.delivery import mark_failed
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.flows.inbound import Arrival, receive, receive_all

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")


def jst(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def desk(**values):
    return make_inbox(**{"calendar": make_calendar(), "reply_within_minutes": 7 * 60} | values)


def due_of(message):
    return Conversation.objects.get(pk=message.conversation_id).due_at


def test_without_a_calendar_every_minute_counts():
    message = receive(make_inbox(), make_inbound(), at=jst("2026-04-28 16:50"))

    assert due_of(message) == jst("2026-04-29 16:50")


def test_a_message_is_due_in_business_minutes():
    message = receive(desk(), make_inbound(), at=jst("2026-04-28 16:50"))

    assert due_of(message) == jst("2026-04-30 16:50")


def test_what_comes_at_night_counts_from_the_opening():
    message = receive(desk(reply_within_minutes=60), make_inbound(), at=jst("2026-09-18 17:30"))

    assert due_of(message) == jst("2026-09-24 11:00")


def test_an_answer_that_opens_the_conversation_again_counts_anew():
    inbox = desk()
    first = receive(inbox, make_inbound(), at=jst("2026-11-24 11:00"))
    close(first)

    receive(inbox, make_inbound(in_reply_to=first.external_id), at=jst("2026-12-28 16:59"))

    assert due_of(first) == jst("2027-01-04 16:59")


def close(message):
    conversation = Conversation.objects.get(pk=message.conversation_id)
    conversation.set_status(Status.DONE)
    conversation.set_due(None)
    conversation.save()


def test_a_reply_that_fails_and_had_no_deadline_counts_in_the_calendar():
    with time_machine.travel(jst("2026-11-27 16:30"), tick=False):
        conversation = make_conversation(desk(reply_within_minutes=60))
        reply = reply_to(conversation, make_user())
        Message.objects.filter(pk=reply.pk).update(state=MessageState.SENDING, before={})

        mark_failed(Message.objects.get(pk=reply.pk), reason="No such address", detail="550")

    assert due_of(reply) == jst("2026-11-30 10:30")


def test_a_deadline_the_calendar_never_reaches_counts_every_minute():
    rarely = make_calendar(replace(WEEKDAYS, week=(((600, 601),),) + ((),) * 6))
    inbox = desk(calendar=rarely, reply_within_minutes=60 * 24)
    start = jst("2026-11-24 10:00")

    assert reply_due_at(inbox, start) == start + timedelta(days=1)


def test_a_batch_asks_once_for_the_calendars():
    """The intake reads the 窓口 with their calendars, as here; no further question a message."""
    inbox = desk()
    counts = []
    for amount in (1, 4):
        fresh = [Inbox.objects.select_related("calendar").get(pk=inbox.pk) for _number in range(amount)]
        mails = [make_inbound(sender=Address(f"c{amount}-{number}@mail.example")) for number in range(amount)]
        with CaptureQueriesContext(connection) as asked:
            receive_all([Arrival(each, mail) for each, mail in zip(fresh, mails, strict=True)])
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_long_day_counts_its_own_hours():
    plan = replace(WEEKDAYS, week=(TEN_TO_FIVE,) * 4 + (((600, 1200),), (), ()))
    message = receive(desk(calendar=make_calendar(plan)), make_inbound(), at=jst("2026-11-27 16:00"))

    assert due_of(message) == jst("2026-11-30 13:00")
