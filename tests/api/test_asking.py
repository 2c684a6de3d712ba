"""Requests to others by the API."""

import pytest
from tests.factories.accounts import make_admin
from tests.factories.conversations import make_conversation, receive_mail

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level
from madoguchi.preflight.models import CheckPlan

pytestmark = pytest.mark.django_db
ASKED = {"to": {"email": "ito@touki.example", "name": "伊藤製陶所"}, "subject": "在庫", "text": "ありますか。"}


def test_ask_and_read_the_answer(caller):
    parent = make_conversation()

    made = caller.post(f"/conversations/{parent.pk}/sides", {**ASKED, "wanted_on": "2199-01-01"})
    side = caller.get(f"/conversations/{made.json()['number']}").json()
    mail = caller.get(f"/messages/{made.json()['message']}").json()
    receive_mail(parent.inbox, sender=Address("ito@touki.example"), subject=f"Re: {mail['subject']}", text="あります。")
    shown = caller.get(f"/conversations/{parent.pk}/sides").json()["items"][0]

    assert (made.status_code, side["side_of"], side["status"]) == (201, parent.pk, "wait")
    assert (shown["answer"], shown["is_unread"], shown["wanted_on"]) == ("あります。", True, "2199-01-01")
    assert [row["number"] for row in caller.get("/conversations").json()["items"]] == [parent.pk]


def test_files_of_other_conversations_are_refused(caller):
    parent = make_conversation()

    answer = caller.post(f"/conversations/{parent.pk}/sides", {**ASKED, "attachments": [1]})

    assert (answer.status_code, answer.json()["error"]["facts"]) == (404, {"attachments": [1]})


def test_a_page_for_a_guest_is_opened_and_closed(caller):
    parent = make_conversation()
    shared = parent.messages.get().pk

    made = caller.post(
        f"/conversations/{parent.pk}/sides", {**ASKED, "on_page": True, "shared_messages": [shared]}
    ).json()
    opened = caller.get(f"/conversations/{parent.pk}/sides").json()["items"][0]["page_until"]
    closed = caller.delete(f"/conversations/{made['number']}/guest-page")

    assert opened is not None
    assert closed.status_code == 204
    assert caller.get(f"/conversations/{parent.pk}/sides").json()["items"][0]["page_until"] is None


def test_a_role_that_ticks_asks_with_what_was_ticked(caller_of):
    caller, parent = caller_of(Role.TRAINEE), make_conversation()
    CheckPlan.objects.create(inbox=None, role=Role.TRAINEE, levels={"ticks": "block"}, version=1)
    path = f"/conversations/{parent.pk}/sides"

    refused = caller.post(path, ASKED)
    words = [each["words"] for each in refused.json()["error"]["facts"]["findings"] if each["check"] == "ticks"]
    asked = caller.post(path, {**ASKED, "ticked": words})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "preflight")
    assert words == ["ito@touki.example"]
    assert asked.status_code == 201
    assert Message.objects.get(pk=asked.json()["message"]).state == MessageState.AWAITING_APPROVAL


def test_what_asks_has_to_be_acknowledged_where_the_caller_says_what_was_seen(caller):
    parent = make_conversation()
    add_watch_words([("ありますか", "")], inbox=None, level=Level.WARN, user=make_admin())
    path = f"/conversations/{parent.pk}/sides"

    refused = caller.post(path, {**ASKED, "acknowledged": []})
    keys = [each["key"] for each in refused.json()["error"]["facts"]["findings"]]

    assert refused.status_code == 409
    assert caller.post(path, {**ASKED, "acknowledged": keys}).status_code == 201
