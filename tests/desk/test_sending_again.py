"""もう一度送信 on the screen: what happened since is shown first, then what the check before sending finds."""

import re

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


def test_sending_again_shows_what_happened_and_asks_why(client, agent):
    conversation = make_conversation()
    failed = reply_to(conversation, agent)
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    add_note(conversation, "返信しないでください", user=make_user(name="佐々木 恵"))
    url = f"/m/{failed.pk}/resend"

    asked = text_of(client.post(url, headers=HTMX))
    seen = re.search(r'name="seen_event_id" value="(\d+)"', asked)[1]
    without = client.post(url, {"seen_event_id": seen, "reason": ""}, headers=HTMX)
    failed.refresh_from_db()
    still = failed.state
    client.post(url, {"seen_event_id": seen, "reason": "電話で確認した"}, headers=HTMX)

    failed.refresh_from_db()
    assert "佐々木 恵 added an internal note" in asked
    assert "佐々木 恵" in text_of(without)
    assert (without.status_code, still, failed.state) == (422, MessageState.FAILED, MessageState.QUEUED)


def test_sending_again_keeps_the_reason_while_findings_are_looked_at(client, agent):
    conversation = make_conversation()
    failed = reply_to(conversation, agent)
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    add_note(conversation, "確認済み", user=make_user())
    add_watch_words([("発送いたします", "")], inbox=None, level=Level.WARN, user=make_admin())
    url = f"/m/{failed.pk}/resend"

    asked = text_of(client.post(url, headers=HTMX))
    seen = {"seen_event_id": re.search(r'name="seen_event_id" value="(\d+)"', asked)[1], "reason": "電話で確認した"}
    found = text_of(client.post(url, seen, headers=HTMX))
    keys = re.findall(r'name="acknowledge" value="([^"]+)"', found)
    client.post(url, {**seen, "acknowledge": keys}, headers=HTMX)

    failed.refresh_from_db()
    assert "電話で確認した" in found
    assert seen["seen_event_id"] in found
    assert failed.state == MessageState.QUEUED
