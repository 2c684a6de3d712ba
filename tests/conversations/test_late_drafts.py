"""What was being saved while its letter was sent begins no draft of its own."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_letter
from tests.factories.desk import browser_of, url

from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.drafts import AlreadyWritten, save_draft
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Draft

pytestmark = pytest.mark.django_db


def test_a_draft_that_comes_after_its_letter_is_not_begun() -> None:
    me, conversation = make_user(), make_conversation()
    write_reply(conversation, make_letter(), user=me, sending=Sending(latest_event_id(conversation), "key-1"))

    with pytest.raises(AlreadyWritten):
        save_draft(me, conversation, "reply", values={"text": "書きか", "request_key": "key-1"})
    save_draft(me, conversation, "reply", values={"text": "次の返信", "request_key": "key-2"})

    assert list(Draft.objects.values_list("text", flat=True)) == ["次の返信"]


def test_the_screen_says_that_it_is_not_kept() -> None:
    me, conversation = make_user(), make_conversation()
    write_reply(conversation, make_letter(), user=me, sending=Sending(latest_event_id(conversation), "key-1"))

    answer = browser_of(me).post(url("draft", conversation.pk), {"text": "書きか", "request_key": "key-1"})

    assert (answer.status_code, Draft.objects.count()) == (409, 0)


def test_a_letter_taken_back_is_written_on() -> None:
    me, conversation = make_user(), make_conversation()
    sending = Sending(latest_event_id(conversation), "key-1")
    taken_back = cancel_reply(write_reply(conversation, make_letter(), user=me, sending=sending), user=me)

    save_draft(me, conversation, "reply", values={"text": "書き直し", "request_key": taken_back.request_key})

    assert list(Draft.objects.values_list("text", flat=True)) == ["書き直し"]
