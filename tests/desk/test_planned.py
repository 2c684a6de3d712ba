"""送信予約 on the screen: choosing a time, the list, and what is done with a mail that waits for it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.accounts import make_admin, make_user
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.writing import letter

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.planning import stop_disturbed
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.customers.actions import change_customer
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level

pytestmark = pytest.mark.django_db

#: Monday 2026-11-23 is a holiday; the desk opens on Tuesday at 10:00 in Tokyo.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "ご注文の品を発送いたします。"
OPENING = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def conversation():
    return make_conversation(make_inbox(calendar=make_calendar()))


def sheet_of(browser, conversation, **values):
    return browser.post(f"/c/{conversation.pk}/write", letter(conversation, **{"text": TEXT} | values), headers=HTMX)


def planned(conversation: Conversation, user, at=OPENING) -> Message:
    wanted = make_letter(text=f"髙橋 由美子 様\n\n{TEXT}")
    return write_reply(conversation, wanted, user=user, sending=Sending(latest_event_id(conversation), send_at=at))


def hold_back(message: Message) -> None:
    first = message.conversation.messages.order_by("pk")[0]
    receive_mail(message.inbox, sender=Address(first.sender_address), in_reply_to=first.external_id, text="まだですか")
    stop_disturbed(message.conversation_id)


def sent() -> Message:
    return Message.objects.get(kind=MessageKind.OUTBOUND)


def test_the_composer_offers_the_next_opening_and_tomorrow_morning(agent, conversation):
    change_customer(conversation.customer, by=agent.actor, time_zone="America/New_York")

    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert 'name="send_at" value="2026-11-24T01:00Z"' in sheet
    assert "Today 20:00 for the customer (New York)" in sheet
    assert 'name="send_at" value="2026-11-24T00:00Z"' in sheet
    assert "outside of business hours" in sheet
    assert 'value="America/New_York">New York (UTC-5) the customer’s</option>' in sheet


def test_a_note_has_no_menu_of_times(agent, conversation):
    sheet = text_of(browser_of(agent).get(f"/c/{conversation.pk}/write?mode=note", headers=HTMX))

    assert "send-menu" not in sheet


def test_an_offer_plans_the_mail_and_says_when_it_leaves(agent, conversation):
    answer = sheet_of(browser_of(agent), conversation, send_at="2026-11-24T01:00Z")

    assert sent().planned_at == OPENING
    assert "The mail leaves Tomorrow 10:00." in text_of(answer)
    assert f"/m/{sent().pk}/cancel" in text_of(answer)


def test_a_time_of_ones_own_is_read_in_the_zone_chosen(agent, conversation):
    own = {"send_at": "own", "send_at_own": "2026-11-24T09:30", "send_zone": "America/New_York"}

    sheet_of(browser_of(agent), conversation, **own)

    assert sent().planned_at == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "zone", "said"),
    [
        ("2026-11-20T10:00", "Asia/Tokyo", "has already passed"),
        ("2029-11-20T10:00", "Asia/Tokyo", "up to a year ahead"),
        ("", "Asia/Tokyo", "Enter the date and the time"),
        ("tomorrow", "Asia/Tokyo", "Enter the date and the time"),
        ("2027-03-14T02:30", "America/New_York", "the clocks are put forward"),
        ("2026-11-24T10:00", "Asia/Nowhere", "There is no such time zone."),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_the_letter_stays(agent, conversation, own, zone, said):
    answer = sheet_of(browser_of(agent), conversation, send_at="own", send_at_own=own, send_zone=zone)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "ご注文の品を発送いたします。" in text_of(answer)
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exists()


def test_a_time_in_the_past_stays_in_its_field_and_not_on_the_button(agent, conversation):
    past = {"send_at": "own", "send_at_own": "2026-11-20T10:00", "send_zone": "Asia/Tokyo"}

    page = text_of(sheet_of(browser_of(agent), conversation, **past))

    assert 'value="2026-11-20T10:00"' in page
    assert not re.search(r'data-send[^>]* name="send_at"', page)


def test_the_times_are_told_while_they_are_chosen(agent, conversation):
    browser = browser_of(agent)

    good = browser.get(f"/planned/times?number={conversation.pk}&send_at_own=2026-11-28T10:00&send_zone=Asia/Tokyo")
    bad = browser.get(f"/planned/times?number={conversation.pk}&send_at_own=2026-11-20T10:00&send_zone=Asia/Tokyo")

    assert "Sat 28 Nov 10:00" in text_of(good)
    assert "outside of business hours" in text_of(good)
    assert "has already passed" in text_of(bad)


def test_edited_again_the_composer_keeps_the_time(agent, conversation):
    message = planned(conversation, agent)

    sheet = text_of(browser_of(agent).post(f"/m/{message.pk}/cancel", headers=HTMX))

    assert 'data-send name="send_at" value="2026-11-24T01:00Z"' in sheet
    assert "Send Tomorrow 10:00" in sheet
    assert "Send now" in sheet


def test_a_new_mail_is_planned_too(agent):
    inbox, browser = make_inbox(), browser_of(agent)
    values = {"to": "a@mail.example", "subject": "年末のご案内", "text": "休業します。", "inbox": str(inbox.pk)}

    browser.post("/new/k1", {**values, "send_at": "2026-11-24T01:00Z"}, headers=HTMX)

    assert sent().planned_at == OPENING


def test_the_list_shows_what_waits_and_what_is_held_back_first(agent, conversation):
    held = planned(make_conversation(conversation.inbox, sender=Address("b@mail.example")), agent, OPENING)
    waits = planned(conversation, make_user(), OPENING - timedelta(hours=3))
    hold_back(held)

    everybody = text_of(browser_of(agent).get("/planned"))
    mine = text_of(browser_of(agent).get("/planned?mine=1"))

    assert everybody.index(f'id="planned-{held.pk}"') < everybody.index(f'id="planned-{waits.pk}"')
    assert "Held back" in everybody
    assert f'id="planned-{waits.pk}"' not in mine


def test_what_one_may_not_see_is_not_in_the_list(agent):
    closed = make_inbox(is_open_to_all=False)
    planned(make_conversation(closed), make_user(Role.SUPERVISOR))

    page = text_of(browser_of(agent).get("/planned"))

    assert "No mail waits for its time" in page


def test_the_list_asks_as_often_for_three_as_for_one(agent):
    inbox, browser = make_inbox(calendar=make_calendar()), browser_of(agent)

    def amount() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get("/planned")
        return len(asked)

    planned(make_conversation(inbox, sender=Address("a@mail.example")), agent)
    amount()
    one = amount()
    for name in ("b", "c"):
        planned(make_conversation(inbox, sender=Address(f"{name}@mail.example")), agent)

    assert amount() == one


def test_moved_sent_now_and_cancelled_on_the_screen(agent, conversation):
    browser, message = browser_of(agent), planned(conversation, agent)
    values = {"send_at": "own", "send_at_own": "2026-11-25T10:00", "send_zone": "Asia/Tokyo"}

    refused = browser.post(f"/m/{message.pk}/plan", values | {"send_at_own": "2026-11-01T10:00"}, headers=HTMX)
    moved = browser.post(f"/m/{message.pk}/plan", values, headers=HTMX)
    message.refresh_from_db()
    assert (refused.status_code, moved.status_code) == (422, 200)
    assert message.planned_at == OPENING + timedelta(days=1)

    browser.post(f"/m/{message.pk}/send-now", headers=HTMX)
    message.refresh_from_db()
    assert message.planned_at == NOW

    browser.post(f"/m/{message.pk}/unplan", headers=HTMX)
    assert Draft.objects.get(user=agent).text == message.text


def test_held_back_it_shows_what_happened_and_leaves_with_a_reason(agent, conversation):
    browser, message = browser_of(agent), planned(conversation, agent)
    hold_back(message)

    timeline = text_of(browser.get(f"/c/{conversation.pk}"))
    asked = text_of(browser.get(f"/m/{message.pk}/release", headers=HTMX))
    values = {"seen_event_id": str(latest_event_id(conversation)), "reason": "内容は変わらない"}
    without = browser.post(f"/m/{message.pk}/release", values | {"reason": ""}, headers=HTMX)
    released = browser.post(f"/m/{message.pk}/release", values, headers=HTMX)

    message.refresh_from_db()
    assert "Something has happened since this mail was planned." in timeline
    assert "wrote again at" in asked
    assert "What happened since it was planned" in asked
    assert (without.status_code, released.status_code) == (422, 200)
    assert (message.state, message.send_after) == (MessageState.QUEUED, OPENING)


def test_a_row_of_the_inbox_says_when_its_mail_leaves(agent, conversation):
    planned(conversation, agent)

    assert "Leaves Tomorrow 10:00" in text_of(browser_of(agent).get("/"))


@pytest.mark.parametrize("path", ["send-now", "resend"])
def test_what_the_check_finds_now_is_shown_and_acknowledged_before_it_leaves(agent, conversation, path):
    message, browser = planned(conversation, agent), browser_of(agent)
    if path == "resend":
        Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED)
    add_watch_words([("発送いたします", "")], inbox=None, level=Level.WARN, user=make_admin())

    shown = text_of(browser.post(reverse(f"desk:{path}", args=[message.pk]), headers=HTMX))
    keys = re.search(r'name="acknowledge" value="([^"]+)"', shown).group(1)
    browser.post(reverse(f"desk:{path}", args=[message.pk]), {"acknowledge": keys}, headers=HTMX)

    message.refresh_from_db()
    assert "Send all the same" in shown
    assert message.state == MessageState.QUEUED


def test_the_dialog_of_another_time_tells_what_a_time_means_while_one_chooses(agent, conversation):
    browser, message = browser_of(agent), planned(conversation, agent)

    page = text_of(browser.get(f"/m/{message.pk}/plan", headers=HTMX))
    asked = re.search(r'hx-get="([^"]+)"', page).group(1)
    told = text_of(browser.get(f"{asked}&send_at_own=2020-01-01T10:00&send_zone=Europe/London"))

    assert 'id="id_send_zone_helptext"' in page
    assert "already passed" in told
