"""Nobody answers twice, nothing wrong leaves."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to, seen

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.actions.approvals import AlreadyDecided, OwnReply, approve_reply, send_back_reply
from madoguchi.conversations.actions.cancelling import NotCancellable, cancel_reply
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import (
    ConversationClosed,
    Sending,
    SomethingHappened,
    write_new_mail,
    write_reply,
)
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import MessageKind, MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.holding import MergedAway
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.conversations.queries import newest_inbound
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions import set_charset
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_reply_is_queued_for_the_end_of_the_undo_time():
    conversation = make_conversation(make_inbox(undo_seconds=30))
    user = make_user()

    message = reply_to(conversation, user)

    conversation.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert timedelta(seconds=25) < message.send_after - timezone.now() <= timedelta(seconds=30)
    assert (conversation.status, conversation.assignee, conversation.due_at) == (Status.WAIT, user, None)
    assert Event.objects.filter(kind="reply_queued", data__message=message.pk).count() == 1


def test_reply_answers_the_newest_mail_of_the_customer():
    conversation = make_conversation()
    newest = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    message = reply_to(conversation, make_user())

    assert message.in_reply_to == newest.external_id
    assert message.references[-1] == newest.external_id


@pytest.mark.parametrize("auto_kind", [AutoKind.BOUNCE, AutoKind.AUTOREPLY])
def test_a_reply_after_a_bounce_answers_the_mail_of_the_customer(auto_kind):
    conversation = make_conversation(subject="色違いの件")
    asked = conversation.messages.get()
    first = reply_to(conversation, make_user())
    bounce = come_back(conversation, first, auto_kind)

    message = reply_to(conversation, make_user(), subject="")

    assert message.subject == f"Re: 色違いの件(受付番号:{conversation.pk})"
    assert message.in_reply_to == asked.external_id
    assert (bounce.external_id in message.references) == (auto_kind is AutoKind.AUTOREPLY)


def test_after_a_bounce_of_our_own_mail_the_subject_is_ours():
    letter = make_letter(to=(Address("new@mail.example", "新規 客"),), subject="ご案内")
    first = write_new_mail(make_inbox(), letter, user=make_user(), sending=Sending(seen_event_id=0))
    come_back(first.conversation, first, AutoKind.BOUNCE)

    message = reply_to(first.conversation, make_user(), subject="")

    assert newest_inbound(first.conversation) is None
    assert "ご案内" in message.subject
    assert (message.subject.count("受付番号"), message.in_reply_to) == (1, "")


def come_back(conversation, message, auto_kind):
    """What a mail server sends about a mail of ours."""
    back = receive_mail(
        conversation.inbox, auto_kind=auto_kind, reported_id=message.external_id, in_reply_to=message.external_id,
        subject="Undelivered Mail Returned to Sender", sender=Address("MAILER-DAEMON@mx.example"),
    )  # fmt: skip
    assert back.conversation_id == conversation.pk
    return back


def test_reply_is_refused_when_the_customer_wrote_meanwhile():
    conversation = make_conversation()
    sending = seen(conversation)
    newest = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    with pytest.raises(SomethingHappened) as refused:
        write_reply(conversation, make_letter(), user=make_user(), sending=sending)

    assert [each.message_id for each in refused.value.disturbances] == [newest.pk]
    assert Message.objects.filter(kind=MessageKind.OUTBOUND).count() == 0


def test_reply_is_refused_when_something_happened_on_another_open_conversation_of_the_customer():
    conversation = make_conversation()
    other = make_conversation(make_inbox(), subject="別の件")
    sending = seen(conversation)
    add_note(other, "電話で回答済み", user=make_user())

    with pytest.raises(SomethingHappened) as refused:
        write_reply(conversation, make_letter(), user=make_user(), sending=sending)

    assert [each.is_here for each in refused.value.disturbances] == [False]


def test_reply_goes_after_the_writer_has_seen_what_happened():
    conversation = make_conversation()
    receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)

    message = write_reply(
        conversation,
        make_letter(),
        user=make_user(),
        sending=Sending(latest_event_id(conversation), override_reason="確認済み"),
    )

    written = Event.objects.get(kind="reply_written")
    assert written.data["message"] == message.pk
    assert written.data["override_reason"] == "確認済み"


def test_own_note_does_not_disturb():
    conversation = make_conversation()
    user = make_user()
    sending = seen(conversation)
    add_note(conversation, "調べた", user=user)

    message = write_reply(conversation, make_letter(), user=user, sending=sending)

    assert message.state == MessageState.QUEUED


def test_own_reply_from_a_second_window_disturbs():
    conversation = make_conversation()
    user = make_user()
    sending = seen(conversation)
    write_reply(conversation, make_letter(), user=user, sending=sending)

    with pytest.raises(SomethingHappened):
        write_reply(conversation, make_letter(), user=user, sending=sending)


def test_same_request_twice_is_one_mail():
    conversation = make_conversation()
    user = make_user()
    sending = Sending(latest_event_id(conversation), request_key="abc")

    first = write_reply(conversation, make_letter(), user=user, sending=sending)
    second = write_reply(conversation, make_letter(), user=user, sending=sending)

    assert first.pk == second.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_person", [True, False])
def test_of_two_replies_at_once_exactly_one_leaves(same_person):
    conversation = make_conversation()
    first = make_user()
    users = [first, first if same_person else make_user()]
    sending = seen(conversation)
    start = Barrier(2)
    outcomes = []

    def reply(user):
        start.wait()
        try:
            outcomes.append(write_reply(conversation, make_letter(), user=user, sending=sending).state)
        except SomethingHappened as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=reply, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["queued", "something_happened"]
    assert Message.objects.filter(kind=MessageKind.OUTBOUND).count() == 1


def test_reply_taken_back_is_a_draft_again():
    conversation = make_conversation()
    user = make_user()
    message = reply_to(conversation, user, text="間違えた")

    draft = cancel_reply(message, user=user)

    message.refresh_from_db()
    conversation.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert (draft.text, draft.conversation_id) == ("間違えた", conversation.pk)
    assert (conversation.status, conversation.message_count) == (Status.NEW, 1)


def test_reply_cannot_be_taken_back_after_the_undo_time():
    conversation = make_conversation()
    user = make_user()
    message = reply_to(conversation, user)

    with time_machine.travel(timezone.now() + timedelta(seconds=16), tick=False), pytest.raises(NotCancellable):
        cancel_reply(message, user=user)


def test_reply_clears_draft_and_lock():
    conversation = make_conversation()
    user = make_user()
    take_lock(conversation, user=user)
    Draft.objects.create(user=user, conversation=conversation, kind="reply", text="x")

    reply_to(conversation, user)

    assert living_lock(conversation) is None
    assert Draft.objects.count() == 0


def test_reply_to_a_closed_conversation_is_refused():
    conversation = make_conversation()
    change_status([conversation], Status.CLOSED, user=make_user())

    with pytest.raises(ConversationClosed):
        reply_to(conversation, make_user())


def test_reply_to_what_was_merged_meanwhile_names_the_survivor():
    survivor, gone = make_conversation(), make_conversation()
    seen = latest_event_id(gone)
    merge_conversations(survivor, [gone], user=make_user())

    with pytest.raises(MergedAway) as refused:
        write_reply(gone, make_letter(), user=make_user(), sending=Sending(seen))

    assert f"#{survivor.pk}" in str(refused.value)


def test_reply_of_a_trainee_waits_for_approval():
    conversation = make_conversation()
    trainee = make_user(role=Role.TRAINEE)

    message = reply_to(conversation, trainee)

    conversation.refresh_from_db()
    assert (message.state, conversation.status) == (MessageState.AWAITING_APPROVAL, Status.APPROVAL)
    assert not Event.objects.filter(kind="reply_queued").exists()


def test_approved_reply_is_queued():
    conversation = make_conversation()
    message = reply_to(conversation, make_user(role=Role.TRAINEE))
    leader = make_user(role=Role.SUPERVISOR)

    approve_reply(message, user=leader)

    conversation.refresh_from_db()
    assert (message.state, message.approved_by) == (MessageState.QUEUED, leader) or message.refresh_from_db() is None
    message.refresh_from_db()
    assert (message.state, message.approved_by, conversation.status) == (MessageState.QUEUED, leader, Status.WAIT)
    with pytest.raises(AlreadyDecided):
        approve_reply(message, user=leader)


def test_nobody_approves_their_own_reply():
    conversation = make_conversation()
    author = make_user(role=Role.TRAINEE)
    message = reply_to(conversation, author)
    author.role = Role.SUPERVISOR

    with pytest.raises(OwnReply):
        approve_reply(message, user=author)


def test_reply_sent_back_is_the_authors_draft_with_a_reason():
    conversation = make_conversation()
    author = make_user(role=Role.TRAINEE)
    message = reply_to(conversation, author, text="案")

    send_back_reply(message, user=make_user(role=Role.SUPERVISOR), reason="敬称を確認")

    message.refresh_from_db()
    conversation.refresh_from_db()
    assert (message.state, message.failure, conversation.status) == ("sent_back", "敬称を確認", Status.OPEN)
    assert Draft.objects.get(user=author).text == "案"


def test_new_mail_opens_a_conversation_with_its_first_recipient():
    inbox = make_inbox()
    user = make_user()

    letter = make_letter(to=(Address("new@mail.example", "新規 客"),), subject="ご案内")
    message = write_new_mail(inbox, letter, user=user, sending=Sending(0))

    conversation = Conversation.objects.select_related("customer").get(pk=message.conversation_id)
    assert conversation.customer.label == "新規 客"
    assert (conversation.assignee, conversation.status) == (user, Status.WAIT)
    assert message.subject == f"ご案内(受付番号:{conversation.pk})"


@pytest.mark.parametrize(
    ("desk", "mail", "number"),
    [
        ("ja", "en", " [#{}]"),
        ("en", "ja", "(受付番号:{})"),
        ("en", "", " [#{}]"),
        ("ja", "", "(受付番号:{})"),
    ],
)
def test_the_number_is_written_in_the_language_of_the_conversation_else_of_the_desk(desk, mail, number):
    conversation = make_conversation(make_inbox(language=desk), subject="Broken mug", language=mail)

    message = reply_to(conversation, make_user(), subject="")

    assert message.subject == "Re: Broken mug" + number.format(conversation.pk)


def test_a_new_mail_of_an_english_desk_has_no_japanese_in_its_subject():
    letter = make_letter(to=(Address("new@mail.example"),), subject="Your order")

    message = write_new_mail(make_inbox(language="en"), letter, user=make_user(), sending=Sending(0))

    assert message.subject == f"Your order [#{message.conversation_id}]"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"to": ()}, "to"),
        ({"to": (Address("nothing"),)}, "to"),
        ({"to": (Address("a b@mail.example"),)}, "to"),
        ({"cc": (Address("x@y@"),)}, "cc"),
        ({"text": "  \n"}, "text"),
        ({"to": tuple(Address(f"a{n}@mail.example") for n in range(51))}, "to"),
    ],
)
def test_letter_that_cannot_leave_names_its_field(values, field):
    with pytest.raises(Invalid) as refused:
        reply_to(make_conversation(), make_user(), **values)

    assert refused.value.field == field


def test_carrier_address_that_breaks_the_rules_is_an_address():
    message = reply_to(make_conversation(), make_user(), to=(Address("taro..y.@keitai-d.example"),))

    assert message.to == [{"email": "taro..y.@keitai-d.example", "name": ""}]


@pytest.mark.parametrize(("field", "values"), [("text", {"text": "🎁を送ります"}), ("subject", {"subject": "🎁"})])
def test_what_the_encoding_of_an_address_cannot_carry_is_refused_before_anything_is_written(field, values):
    user, conversation = make_user(), make_conversation()
    set_charset(conversation.customer.identities.get(), "iso-2022-jp", by=user.actor)

    with pytest.raises(Invalid) as refused:
        write_reply(
            conversation, make_letter(**{"text": "お送りします。"} | values), user=user, sending=seen(conversation)
        )

    assert (refused.value.field, "🎁" in str(refused.value.user_message)) == (field, True)
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exists()


def test_letters_that_differ_only_by_standard_pass_the_old_encoding():
    user, conversation = make_user(), make_conversation()
    set_charset(conversation.customer.identities.get(), "iso-2022-jp", by=user.actor)

    assert reply_to(conversation, user, text="10時～12時 ―ｶﾅ").pk


@pytest.mark.parametrize("address", ["ａ@mail.example", "a\x7fb@mail.example", "a\u202eb@mail.example"])
def test_an_address_no_mail_server_takes_is_refused_while_writing(address):
    conversation = make_conversation()

    with pytest.raises(Invalid):
        reply_to(conversation, make_user(), to=(Address(address),))
