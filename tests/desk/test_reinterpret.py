"""A garbled mail read again, as a person chooses."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.models import RawMessage
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.searching import search_conversations
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db

MAIL = (
    b"From: yumiko@mail.example\r\nTo: support@shop.example\r\nSubject: test\r\nMessage-ID: <a@mail.example>\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
) + "土鍋のふたが割れていました。交換をお願いします。\r\n".encode("euc-jp")


@pytest.fixture
def message():
    inbox = make_inbox()
    raw = RawMessage.objects.create(inbox=inbox, source="smtp", blob=store_blob(MAIL))
    garbled = receive_mail(inbox, text="ÅÚÆé", subject="test")
    Message.objects.filter(pk=garbled.pk).update(raw=raw)
    garbled.refresh_from_db()
    return garbled


def test_the_readings_are_shown(message):
    client = browser_of(make_user(language="en"))

    dialog = text_of(client.get(f"/m/{message.pk}/reinterpret", headers=HTMX))
    page = text_of(client.get(f"/m/{message.pk}/reinterpret"))

    assert 'value="euc-jp"' in dialog
    assert "土鍋のふたが割れていました。" in dialog
    assert 'id="rail-body"' in page


def test_the_chosen_reading_is_shown_kept_and_found(message):
    agent = make_user(language="en")

    answer = browser_of(agent).post(f"/m/{message.pk}/reinterpret", {"charset": "euc-jp"}, headers=HTMX)

    message.refresh_from_db()
    conversation = Conversation.objects.get()
    assert "dialog-close" in answer["HX-Trigger"]
    assert message.text.startswith("土鍋のふたが割れていました。")
    assert (message.charset, message.raw.charset_override) == ("euc-jp", "euc-jp")
    assert conversation.preview.startswith("土鍋のふた")
    assert [each.conversation for each in search_conversations(agent, "土鍋").found] == [conversation]


def test_without_the_original_there_is_nothing_to_read(message):
    Message.objects.update(raw=None)

    assert browser_of(make_user()).get(f"/m/{message.pk}/reinterpret").status_code == 404


def test_a_viewer_may_only_look(message):
    answer = browser_of(make_user(Role.VIEWER)).post(f"/m/{message.pk}/reinterpret", {"charset": "euc-jp"})

    assert answer.status_code == 403
