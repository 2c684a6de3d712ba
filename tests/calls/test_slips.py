"""伝言メモ: told, answered, taken back; by mail; from a phone memo; two people at once."""

import pytest
from django.core import mail
from tests.factories.accounts import make_user
from tests.factories.calls import memo_key, said
from tests.factories.conversations import make_conversation, make_inbox, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.calls.actions.slips import SlipAnswered, Told, answer_slip, send_slip, withdraw_slip
from madoguchi.calls.choices import Result, Wish
from madoguchi.calls.handing import ALL, FROM_ME, TO_ME, open_slips, slips_of
from madoguchi.calls.models import Slip
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.flows.calling import finish_call
from madoguchi.flows.reactor import drain
from madoguchi.flows.slips import slip_letter_job
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def colleague():
    return make_user(name="小林 あかり", email="kobayashi@shop.example")


@pytest.fixture
def conversation():
    return make_conversation()


def test_a_colleague_is_told_and_the_sender_of_the_answer(agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, "納期の件"), user=agent)
    drain()
    told = list(Notification.objects.values_list("user", "kind"))

    answer_slip(slip, "電話しました", user=colleague)
    drain()

    assert told == [(colleague.pk, "slip_sent")]
    assert list(Notification.objects.filter(user=agent).values_list("kind", flat=True)) == ["slip_answered"]
    slip.refresh_from_db()
    assert (slip.answer, slip.answered_by) == ("電話しました", colleague)
    assert list(open_slips(colleague)) == []


def test_the_mail_says_who_what_and_where(agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, "納期の件\n03-1234-5678", by_mail=True), user=agent)

    slip_letter_job(slip_id=slip.pk)

    (letter,) = mail.outbox
    assert letter.to == ["kobayashi@shop.example"]
    assert letter.subject == f"中村 大輔さんから伝言: 折り返しお電話ください (#{conversation.pk})"
    assert "納期の件\n03-1234-5678" in letter.body
    assert f"/c/{conversation.pk}" in letter.body


def test_what_was_answered_meanwhile_is_not_mailed(agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, by_mail=True), user=agent)
    answer_slip(slip, "", user=colleague)

    slip_letter_job(slip_id=slip.pk)

    assert mail.outbox == []


def test_who_does_not_see_the_conversation_is_not_told(agent, colleague):
    conversation = make_conversation(private_inbox(agent))

    with pytest.raises(Invalid) as refused:
        send_slip(conversation, Told(colleague, "x"), user=agent)

    assert refused.value.field == "recipient"


@pytest.mark.parametrize(("values", "field"), [({"wish": "dance"}, "wish"), ({"wish": Wish.KNOW}, "text")])
def test_a_message_says_something(agent, colleague, conversation, values, field):
    with pytest.raises(Invalid) as refused:
        send_slip(conversation, Told(colleague, **values), user=agent)

    assert refused.value.field == field


def test_only_the_sender_takes_it_back_while_it_waits(agent, colleague, conversation):
    slip, other = (send_slip(conversation, Told(colleague, "x"), user=agent) for _each in range(2))

    with pytest.raises(NotAllowed):
        withdraw_slip(slip, user=colleague)
    withdraw_slip(slip, user=agent)
    answer_slip(other, "", user=colleague)

    with pytest.raises(SlipAnswered):
        withdraw_slip(other, user=agent)
    assert list(slips_of(colleague, whose=TO_ME, is_answered=False)) == []


def test_lists_are_by_person_and_access(agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, "x"), user=agent)
    boss = make_user(Role.ADMIN)
    hidden = make_conversation(private_inbox(boss))
    send_slip(hidden, Told(boss, "y"), user=boss)

    listed = {whose: list(slips_of(agent, whose=whose, is_answered=False)) for whose in (TO_ME, FROM_ME, ALL)}

    assert listed == {TO_ME: [], FROM_ME: [slip], ALL: [slip]}


def test_a_memo_is_handed_to_a_colleague_once(agent, colleague):
    after = {"slip_to": str(colleague.pk), "slip_wish": "call", "slip_mail": "1"}
    values, key = said(inbox=make_inbox(), result=Result.HANDED, after=after), memo_key()

    call = finish_call(key, values, user=agent)
    finish_call(key, values, user=agent)

    slip = Slip.objects.get()
    assert (slip.recipient, slip.wish, slip.by_mail, slip.call) == (colleague, "call", True, call)
    assert slip.text == "渡邉 節子\n03-1234-5678\n土鍋のふたが割れていた\n交換をご希望とのこと"


def test_a_memo_for_nobody_is_not_kept(agent):
    with pytest.raises(Invalid) as refused:
        finish_call(memo_key(), said(inbox=make_inbox(), result=Result.HANDED), user=agent)

    assert refused.value.field == "slip_to"


@pytest.mark.django_db(transaction=True)
def test_two_answers_together_are_one(agent, colleague, conversation):
    slip = send_slip(conversation, Told(colleague, "x"), user=agent)

    outcomes = together(
        lambda: answer_slip(slip, "一", user=colleague).answer,
        lambda: answer_slip(slip, "二", user=agent).answer,
    )

    assert "slip_answered" in outcomes
    slip.refresh_from_db()
    assert slip.answer in outcomes
