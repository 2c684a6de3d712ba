"""To which conversation a mail belongs, in both directions of being wrong."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_inbox, receive_mail, reply_to

from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Status
from madoguchi.conversations.message_ids import conversation_of_message_id, new_message_id
from madoguchi.conversations.models import Conversation

pytestmark = pytest.mark.django_db


def conversation_of(message) -> Conversation:
    return Conversation.objects.get(pk=message.conversation_id)


def test_answer_with_headers_continues_the_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)

    answer = receive_mail(inbox, in_reply_to=first.external_id, subject="まったく別の件名")

    assert answer.conversation_id == first.conversation_id


def test_answer_with_references_only_continues_the_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)

    answer = receive_mail(inbox, references=("unknown@x.example", first.external_id))

    assert answer.conversation_id == first.conversation_id


def test_answer_to_our_reply_continues_the_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)
    ours = reply_to(conversation_of(first), make_user())

    answer = receive_mail(inbox, in_reply_to=ours.external_id)

    assert answer.conversation_id == first.conversation_id


def test_our_signed_message_id_is_trusted_without_its_row():
    inbox = make_inbox()
    first = receive_mail(inbox)

    answer = receive_mail(inbox, in_reply_to=new_message_id(first.conversation_id, "shop.example"))

    assert answer.conversation_id == first.conversation_id


def test_message_id_with_a_forged_signature_is_nobody():
    real = new_message_id(7, "shop.example")

    assert conversation_of_message_id(real) == 7
    assert conversation_of_message_id(real.replace("mdg.7.", "mdg.8.")) is None


def test_same_subject_of_another_customer_opens_a_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)

    other = receive_mail(inbox, sender=Address("other@mail.example"), subject="Re: 商品がまだ届きません")

    assert other.conversation_id != first.conversation_id


def test_phone_answer_without_headers_is_joined_by_subject():
    inbox = make_inbox()
    first = receive_mail(inbox)

    answer = receive_mail(inbox, subject="Re:商品がまだ届きません")

    assert answer.conversation_id == first.conversation_id


def test_new_mail_with_an_old_subject_but_no_reply_mark_opens_a_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)

    again = receive_mail(inbox, subject="商品がまだ届きません")

    assert again.conversation_id != first.conversation_id


@pytest.mark.parametrize(
    "subject", ["問い合わせ(受付番号:{})", "質問（受付番号：{}）", "Fwd of Ticket No: {}", "Mug [#{}]", "Mug［＃{}］"]
)
def test_number_in_the_subject_is_enough_for_a_participant(subject):
    inbox = make_inbox()
    first = receive_mail(inbox)

    answer = receive_mail(inbox, subject=subject.format(first.conversation_id))

    assert answer.conversation_id == first.conversation_id


def test_number_in_the_subject_is_not_enough_for_a_stranger():
    inbox = make_inbox()
    first = receive_mail(inbox)

    stranger = receive_mail(
        inbox, sender=Address("stranger@evil.example"), subject=f"x(受付番号:{first.conversation_id})"
    )

    assert stranger.conversation_id != first.conversation_id


def test_number_in_the_subject_lets_in_whoever_was_in_cc():
    inbox = make_inbox()
    first = receive_mail(inbox, cc=(Address("boss@mail.example"),))

    boss = receive_mail(inbox, sender=Address("Boss@mail.example"), subject=f"x(受付番号:{first.conversation_id})")

    assert boss.conversation_id == first.conversation_id


def test_forward_opens_a_conversation():
    inbox = make_inbox()
    first = receive_mail(inbox)

    forward = receive_mail(inbox, in_reply_to=first.external_id, subject="Fw: 商品", is_forward=True)

    assert forward.conversation_id != first.conversation_id


def test_answer_that_came_before_its_mail_gets_it_joined():
    inbox = make_inbox()
    answer = receive_mail(inbox, in_reply_to="late@customer.example")

    late = receive_mail(inbox, external_id="late@customer.example")

    assert late.conversation_id == answer.conversation_id


def test_answer_to_a_merged_conversation_lands_in_the_survivor():
    inbox = make_inbox()
    first, second = receive_mail(inbox), receive_mail(inbox, subject="別の件")
    merge_conversations(conversation_of(first), [conversation_of(second)], user=make_user())

    answer = receive_mail(inbox, in_reply_to=second.external_id)

    assert answer.conversation_id == first.conversation_id


def test_answer_to_a_closed_conversation_opens_a_new_one():
    inbox = make_inbox()
    first = receive_mail(inbox)
    change_status([conversation_of(first)], Status.CLOSED, user=make_user())

    answer = receive_mail(inbox, in_reply_to=first.external_id)

    assert answer.conversation_id != first.conversation_id


def test_bounce_goes_to_the_conversation_of_the_returned_mail():
    inbox = make_inbox()
    first = receive_mail(inbox)
    ours = reply_to(conversation_of(first), make_user())

    bounce = receive_mail(
        inbox,
        sender=Address("mailer-daemon@mail.example"),
        subject="Undelivered Mail",
        auto_kind=AutoKind.BOUNCE,
        reported_id=ours.external_id,
    )

    assert bounce.conversation_id == first.conversation_id
    assert bounce.about == ours
    bounce.refresh_from_db()
    assert bounce.about_id == ours.pk


def test_what_came_back_is_to_be_seen_to_by_the_time_it_was_promised_until_somebody_does():
    inbox, user = make_inbox(), make_user()
    first = receive_mail(inbox)
    due_at = conversation_of(first).due_at
    ours = reply_to(conversation_of(first), user)
    sender = Address("mailer-daemon@mail.example")

    receive_mail(inbox, sender=sender, auto_kind=AutoKind.BOUNCE, reported_id=ours.external_id)

    returned = conversation_of(first)
    assert (returned.status, returned.due_at, returned.has_failed) == (Status.OPEN, due_at, True)
    step = change_status([returned], Status.DONE, user=user)
    assert conversation_of(first).has_failed is False
    undo(step.pk, user=user)
    assert conversation_of(first).has_failed is True
    reply_to(conversation_of(first), user, text="髙橋 由美子 様\n\nお電話でお伝えしました。")
    assert conversation_of(first).has_failed is False


def test_bounce_of_an_unknown_mail_stands_alone():
    inbox = make_inbox()
    first = receive_mail(inbox)

    bounce = receive_mail(inbox, auto_kind=AutoKind.BOUNCE, reported_id="nobody@x", subject="Re: 商品がまだ届きません")

    assert bounce.conversation_id != first.conversation_id
