"""The page of a guest is theirs: nobody else gets its link, whoever changes the mail and when."""

from dataclasses import replace

import pytest
from tests.factories.accounts import make_user
from tests.factories.approval import leave_now
from tests.factories.conversations import make_conversation

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, edit_reply
from madoguchi.conversations.actions.asking import Question, ask_aside, begin_side
from madoguchi.conversations.actions.guests import Shared
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.asking import chosen_messages
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.guests import PLACE, LinkEnded, NotForOne, living_link, token_of, with_links
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import GuestLink, Message
from madoguchi.core.telling import told
from madoguchi.flows.guests import answer_as_guest

pytestmark = pytest.mark.django_db

TANAKA = Address("tanaka@supplier.example", "田中")
OTHER = Address("other@elsewhere.example", "佐藤")
THIRD = Address("third@elsewhere.example")

PLACED = pytest.mark.parametrize("text", ["ご確認をお願いします。", f"ご確認をお願いします。\n{PLACE}\n"])


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR)


@pytest.fixture
def parent():
    return make_conversation()


def waiting(parent, text="ご確認をお願いします。") -> Message:
    page = Shared(messages=chosen_messages(parent, [parent.messages.get().pk]))
    return ask_aside(parent, Question(TANAKA, "依頼", text, page=page), user=make_user(Role.TRAINEE))


def edit(message, boss, **values):
    edit_reply(message, replace(letter_of(message), **values), user=boss, verdict=Verdict())
    message.refresh_from_db()


def link() -> GuestLink:
    return GuestLink.objects.latest("pk")


@PLACED
def test_a_changed_recipient_has_a_page_of_their_own(parent, boss, text):
    message, first = waiting(parent, text), link()

    edit(message, boss, to=(OTHER,))
    approve_reply(message, user=boss)
    text_left = with_links(Message.objects.get(pk=message.pk))[0]
    left = leave_now(message)
    answer = answer_as_guest(token_of(link()), "確認しました。")

    assert left.state == MessageState.SENT
    assert token_of(link()) in text_left
    assert (link().address, [each.pk for each in link().messages.all()]) == (OTHER.email, [parent.messages.get().pk])
    assert answer.sender_address == OTHER.email
    with pytest.raises(LinkEnded):
        living_link(token_of(first))


@PLACED
def test_several_recipients_are_refused_and_the_page_stays_whose_it_is(parent, boss, text):
    message, first = waiting(parent, text), link()

    for values in ({"cc": (THIRD,)}, {"bcc": (THIRD,)}, {"to": (OTHER, THIRD)}):
        with pytest.raises(NotForOne) as refused:
            edit(message, boss, **values)
        message.refresh_from_db()

    assert refused.value.field == "to"
    assert (link(), living_link(token_of(first))) == (first, first)
    assert message.cc == []


def test_written_in_ones_own_hand_otherwise_only_the_one_it_names_matters(parent, boss):
    message, first = waiting(parent), link()

    edit(message, boss, to=(Address("Tanaka@Supplier.example", "田中 様"),))

    assert living_link(token_of(first)).address == TANAKA.email


def test_a_request_begun_as_a_draft_goes_to_whom_its_mail_goes(parent, boss):
    draft = begin_side(parent, Question(TANAKA, "依頼", f"お願いします。\n{PLACE}", page=Shared()), user=boss)
    letter = Letter(to=(OTHER,), subject="依頼", text=draft.text)

    write_reply(draft.conversation, letter, user=boss, sending=Sending(latest_event_id(draft.conversation)))

    assert (link().address, link().name) == (OTHER.email, OTHER.name)


def test_a_later_mail_to_others_leaves_without_the_link(parent, boss):
    message = waiting(parent)
    approve_reply(message, user=boss)
    leave_now(message)
    side, first = message.conversation, link()
    letter = Letter(to=(TANAKA,), cc=(THIRD,), subject="依頼", text="よろしくお願いします。")

    later = write_reply(side, letter, user=boss, sending=Sending(latest_event_id(side)))

    assert with_links(later)[0] == letter.text
    assert living_link(token_of(first)) == first


def test_what_was_changed_past_all_this_does_not_leave(parent, boss):
    message = waiting(parent)
    approve_reply(message, user=boss)
    GuestLink.objects.update(address=OTHER.email)

    failed = leave_now(message)

    assert failed.state == MessageState.FAILED
    assert told(failed.failure)
