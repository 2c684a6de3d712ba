"""宛先を直して再送 on the screen."""

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db

WRONG, RIGHT = "yumiko@gmial.com", "yumiko@gmail.com"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def failed(agent):
    message = reply_to(make_conversation(sender=Address(WRONG, "髙橋 由美子")), agent, to=(Address(WRONG),))
    report = [{"recipient": WRONG, "status": "5.1.1", "diagnostic": "no such user"}]
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, bounced_at=timezone.now(), bounce=report)
    return message


def test_a_mail_that_came_back_offers_it_with_the_likely_address(agent, failed):
    browser = browser_of(agent)

    timeline = text_of(browser.get(f"/c/{failed.conversation_id}"))
    asked = text_of(browser.get(f"/m/{failed.pk}/readdress", headers=HTMX))

    assert f"/m/{failed.pk}/readdress" in timeline
    assert f'value="{RIGHT}"' in asked


def test_the_composer_opens_and_what_is_sent_is_linked_both_ways(agent, failed):
    browser, number = browser_of(agent), failed.conversation_id

    opened = browser.post(f"/m/{failed.pk}/readdress", {"address_0": RIGHT, "is_customers": "on"}, headers=HTMX)
    values = {
        "mode": "reply", "to": RIGHT, "subject": "Re: x", "text": "発送します", "resends": str(failed.pk),
        "seen_event_id": str(latest_event_id(failed.conversation)), "request_key": "k", "status_after": "wait",
    }  # fmt: skip
    browser.post(f"/c/{number}/write", values, headers=HTMX)

    again = Message.objects.get(about=failed)
    timeline = text_of(browser.get(f"/c/{number}"))
    assert f'name="resends" value="{failed.pk}"' in text_of(opened)
    assert RIGHT in text_of(opened)
    assert f'href="/m/{again.pk}">Sent again to a corrected address' in timeline
    assert f'href="/m/{failed.pk}">Sent again what had not arrived' in timeline


def test_a_broken_address_is_said_in_the_dialog(agent, failed):
    answer = browser_of(agent).post(f"/m/{failed.pk}/readdress", {"address_0": "yumiko@"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Check the format of the mail address" in text_of(answer)


def test_an_address_of_somebody_else_can_still_be_written_to_once(agent, failed):
    make_conversation(sender=Address(RIGHT, "別の お客様"))
    browser, place = browser_of(agent), f"/m/{failed.pk}/readdress"

    refused = browser.post(place, {"address_0": RIGHT, "is_customers": "on"}, headers=HTMX)
    opened = browser.post(place, {"address_0": RIGHT}, headers=HTMX)

    assert refused.status_code == 422
    assert "Without this tick only this mail goes there." in text_of(refused)
    assert (opened.status_code, RIGHT in text_of(opened)) == (200, True)
