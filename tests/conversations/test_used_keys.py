"""A key that is used up stands for one letter: what says something else under it is refused, and never lost."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.anew import begin_anew
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.drafts import AlreadyWritten, save_draft, start_new_mail
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_new_mail, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Draft, Message
from madoguchi.conversations.requests import KeyUsed

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user()


def reply(conversation, me, **values):
    sending = Sending(latest_event_id(conversation), "key-1")
    return write_reply(conversation, make_letter(**values), user=me, sending=sending)


@pytest.mark.parametrize(
    "change", [{"text": "別の大事な文"}, {"subject": "別の件名"}, {"to": (Address("else@mail.example"),)}]
)
def test_another_letter_under_a_used_key_is_refused(me, change) -> None:
    conversation = make_conversation()
    first = reply(conversation, me)

    assert reply(conversation, me) == first
    with pytest.raises(KeyUsed) as refusal:
        reply(conversation, me, **change)

    assert refusal.value.message == first


def test_the_key_of_another_conversation_is_refused(me) -> None:
    first, second = make_conversation(), make_conversation(sender=Address("else@mail.example"))
    reply(first, me)
    note = add_note(first, "メモ", user=me, request_key="key-2")

    with pytest.raises(KeyUsed):
        reply(second, me)
    with pytest.raises(KeyUsed):
        add_note(second, "メモ", user=me, request_key="key-2")

    assert add_note(first, "メモ", user=me, request_key="key-2") == note


def test_a_letter_taken_back_gives_its_key_free(me) -> None:
    conversation = make_conversation()
    first = reply(conversation, me)
    cancel_reply(first, user=me)

    assert reply(conversation, me) == first
    second = reply(conversation, me, text="直した文")

    assert (second.pk != first.pk, second.text, second.state) == (True, "直した文", "queued")


def test_a_new_mail_is_begun_once(me) -> None:
    inbox = make_inbox()
    start_new_mail(me, inbox, values={"request_key": "key-1"})
    write_new_mail(inbox, make_letter(subject="件名"), user=me, sending=Sending(0, "key-1"))
    Draft.objects.all().delete()

    with pytest.raises(KeyUsed):
        write_new_mail(inbox, make_letter(subject="件名", text="別の文"), user=me, sending=Sending(0, "key-1"))
    with pytest.raises(AlreadyWritten):
        start_new_mail(me, inbox, values={"request_key": "key-1", "text": "書きか"})

    assert (Draft.objects.count(), Message.objects.count()) == (0, 1)


def test_what_was_taken_back_is_not_written_over_by_what_comes_late(me) -> None:
    conversation = make_conversation()
    cancel_reply(reply(conversation, me), user=me)

    with pytest.raises(AlreadyWritten):
        save_draft(me, conversation, "reply", values={"text": "書きか", "request_key": "key-1"})

    assert Draft.objects.get().text == make_letter().text


def test_what_is_begun_anew_stands_above_what_was_begun_since(me) -> None:
    conversation = make_conversation()
    reply(conversation, me)
    save_draft(me, conversation, "reply", values={"text": "次の返信", "request_key": "key-2"})

    draft = begin_anew(me, conversation, "reply", values={"text": "二つ目の窓の文", "request_key": "key-1"})

    assert draft.request_key not in ("key-1", "key-2")
    assert draft.text.startswith("二つ目の窓の文")
    assert draft.text.rstrip().endswith("次の返信")
