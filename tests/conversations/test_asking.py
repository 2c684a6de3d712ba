"""Asking others: their thread is theirs, the customer's is the customer's."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.actions.asking import Question, ask_aside, begin_side, follow_side, note_seen, open_side
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.asking import SIDE_ANSWERED, SIDE_ASKED, sides_of
from madoguchi.conversations.choices import MESSAGE_RECEIVED, REPLY_CANCELLED, REPLY_WRITTEN, Status
from madoguchi.conversations.disturbances import disturbances_since, latest_event_id
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import conversation_page, conversations_of, counts_for, past_rows, related_history
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SUPPLIER = Address("ito@touki.example", "伊藤製陶所")


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def parent():
    return make_conversation()


def question(**values):
    return Question(**{"to": SUPPLIER, "subject": "土鍋の在庫", "text": "在庫はありますか。"} | values)


def asked(parent, agent, **values):
    message = ask_aside(parent, question(**values), user=agent)
    return Conversation.objects.get(pk=message.conversation_id), message


def react_to(kind):
    follow_side(Event.objects.filter(kind=kind).latest("pk"))


def reacted(conversation, kind):
    react_to(kind)
    return fresh(conversation)


def fresh(conversation):
    return Conversation.objects.get(pk=conversation.pk)


@pytest.mark.parametrize(
    "way",
    [
        lambda message, _side: {"in_reply_to": message.external_id},
        lambda message, _side: {"references": (message.external_id,)},
        lambda _message, side: {"in_reply_to": new_message_id(side.pk, "shop.example")},
        lambda message, _side: {"subject": f"Re: {message.subject}"},
    ],
)
def test_an_answer_lands_in_the_request_and_never_in_the_customers_thread(parent, agent, way):
    side, message = asked(parent, agent)

    answer = receive_mail(parent.inbox, sender=SUPPLIER, text="あります。", **way(message, side))

    assert answer.conversation_id == side.pk
    assert parent.messages.count() == 1


def test_the_mail_says_nothing_of_the_customers_thread(parent, agent):
    _side, message = asked(parent, agent, subject="確認(受付番号:1)")

    assert (message.references, message.in_reply_to) == ([], "")
    assert message.subject == f"確認(受付番号:{message.conversation_id})"
    assert [party["email"] for party in message.to] == [SUPPLIER.email]


def test_the_customers_answer_lands_with_the_customer_all_the_same(parent, agent):
    asked(parent, agent)

    answer = receive_mail(parent.inbox, in_reply_to=parent.messages.get().external_id)

    assert answer.conversation_id == parent.pk


def test_requests_stand_in_no_list_count_or_history(parent, agent):
    side, message = asked(parent, agent)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id, text="ひみつの仕入れ値")
    side = fresh(side)
    counts = counts_for(agent)

    assert [row.pk for row in conversation_page(agent, Filter(status="all")).rows] == [parent.pk]
    assert [row.pk for row in conversation_page(agent, Filter(sides=True)).rows] == [side.pk]
    assert (counts.open, counts.mine) == (1, 0)
    assert conversations_of(agent, side.customer) == []
    assert related_history(agent, side.customer) == []
    assert list(past_rows(agent, side.customer_id, limit=5)) == []
    assert search_conversations(agent, "仕入れ値").found == []
    assert [hit.conversation.pk for hit in search_conversations(agent, "仕入れ値 is:side").found] == [side.pk]
    assert (side.due_at, side.status) == (None, Status.OPEN)


def test_a_request_disturbs_nobody_who_answers_its_other_matters(parent, agent):
    own = make_conversation(parent.inbox, sender=SUPPLIER)
    seen = latest_event_id(own)
    _side, message = asked(parent, agent)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)

    assert disturbances_since(seen, own, reader=make_user()) == []


def test_a_request_waiting_for_approval_stands_where_approvers_look(parent):
    side, _message = asked(parent, make_user(Role.TRAINEE))
    boss = make_user(Role.SUPERVISOR)

    assert [row.pk for row in conversation_page(boss, Filter(status="approval")).rows] == [side.pk]
    assert counts_for(boss).by_status[Status.APPROVAL] == 1


def test_the_customer_waits_while_others_are_asked_and_is_ours_again_when_they_answer(parent, agent):
    due_at = parent.due_at
    side, message = asked(parent, agent)
    react_to(REPLY_WRITTEN)
    waiting = fresh(parent)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)
    for _again in range(2):
        react_to(MESSAGE_RECEIVED)

    answered = fresh(parent)
    events = Event.objects.about(parent.event_subject)
    assert (waiting.status, waiting.due_at) == (Status.INTERNAL, due_at)
    assert (answered.status, answered.due_at) == (Status.OPEN, due_at)
    assert [events.filter(kind=kind).count() for kind in (SIDE_ASKED, SIDE_ANSWERED)] == [1, 1]
    assert events.get(kind=SIDE_ANSWERED).data["side"] == side.pk


def test_who_waited_for_the_customer_asks_others_and_waits_again_when_that_is_taken_back(parent, agent):
    reply_to(parent, agent)
    before = fresh(parent)
    _side, message = asked(before, agent)
    for_others = reacted(parent, REPLY_WRITTEN)
    cancel_reply(message, user=agent)
    again = reacted(parent, REPLY_CANCELLED)

    assert (before.status, for_others.status, again.status) == (Status.WAIT, Status.INTERNAL, Status.WAIT)
    assert again.due_at is None


def test_the_answer_brings_a_conversation_that_waited_for_its_customer_back_to_work(parent, agent):
    reply_to(parent, agent)
    _side, message = asked(fresh(parent), agent)
    react_to(REPLY_WRITTEN)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)

    assert reacted(parent, MESSAGE_RECEIVED).status == Status.OPEN


def test_a_machines_answer_is_none(parent, agent):
    _side, message = asked(parent, agent)
    react_to(REPLY_WRITTEN)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id, auto_kind=AutoKind.AUTOREPLY)
    react_to(MESSAGE_RECEIVED)

    assert fresh(parent).status == Status.INTERNAL
    assert not sides_of(agent, parent.pk)[0].is_unread


def test_a_request_taken_back_asks_nobody(parent, agent):
    _side, message = asked(parent, agent)
    react_to(REPLY_WRITTEN)
    cancel_reply(message, user=agent)
    react_to(REPLY_CANCELLED)

    assert fresh(parent).status == Status.OPEN


def test_the_answer_is_unread_until_somebody_looked(parent, agent):
    side, message = asked(parent, agent)
    before = sides_of(agent, parent.pk)[0]
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id, text="あります。\n\n> 在庫は?")
    after = sides_of(agent, parent.pk)[0]
    note_seen(side.pk)

    assert (before.is_unread, before.is_answered, after.is_unread, after.is_answered) == (False, False, True, True)
    assert not sides_of(agent, parent.pk)[0].is_unread


def test_a_request_begun_as_draft_is_only_its_authors_until_it_is_sent(parent, agent):
    draft = begin_side(parent, question(), user=agent)

    assert [each.is_draft for each in sides_of(agent, parent.pk)] == [True]
    assert sides_of(make_user(), parent.pk) == []
    assert (draft.text, draft.to) == ("在庫はありますか。", [{"email": SUPPLIER.email, "name": SUPPLIER.name}])


def test_refusals_say_why(parent, agent):
    inbox, yesterday = parent.inbox, timezone.localdate() - timedelta(days=1)
    side, _message = asked(parent, agent)

    for wrong, words in (
        (question(to=Address("yumiko@mail.example")), "belongs to the customer"),
        (question(to=Address(inbox.address)), "desk of ours"),
        (question(to=Address("nobody")), "format"),
        (question(subject=" "), "subject is empty"),
        (question(wanted_on=yesterday), "is over"),
    ):
        with pytest.raises(Invalid, match=words):
            open_side(parent, wrong, user=agent)
    with pytest.raises(Invalid, match="no requests of its own"):
        open_side(side, question(to=Address("x@touki.example")), user=agent)
    with pytest.raises(NotAllowed):
        open_side(parent, question(), user=make_user(Role.VIEWER))


def test_no_later_mail_of_a_request_goes_to_the_customer(parent, agent):
    side, _message = asked(parent, agent)
    letter = make_letter(to=(SUPPLIER,), cc=(Address("yumiko@mail.example"),))

    with pytest.raises(Invalid, match="belongs to the customer"):
        write_reply(side, letter, user=agent, sending=Sending(latest_event_id(side)))


def test_the_same_request_twice_is_one(parent, agent):
    first = ask_aside(parent, question(), user=agent, request_key="k1")
    again = ask_aside(parent, question(), user=agent, request_key="k1")

    assert first == again
    assert Conversation.objects.filter(side_of=parent).count() == 1


def test_requests_are_seen_where_their_conversation_is_seen(agent):
    closed = make_inbox(is_open_to_all=False)
    parent = make_conversation(closed)
    guest = make_user(Role.GUEST)
    parent.followers.add(guest)
    admin = make_user(Role.ADMIN)
    side, _message = asked(parent, admin)
    seen_by_guest = list(Conversation.objects.visible_to(guest).filter(pk=side.pk))
    seen_by_others = list(Conversation.objects.visible_to(agent).filter(pk=side.pk))
    open_to_all = make_conversation()

    merge_conversations(open_to_all, [parent], user=admin)

    assert (seen_by_guest, seen_by_others) == ([side], [])
    assert [each.conversation.pk for each in sides_of(agent, open_to_all.pk)] == [side.pk]


def test_merging_carries_requests_to_the_survivor_and_back(parent, agent):
    side, message = asked(parent, agent)
    survivor = make_conversation(parent.inbox)
    step = merge_conversations(survivor, [parent], user=agent)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)
    react_to(MESSAGE_RECEIVED)

    assert [each.conversation.pk for each in sides_of(agent, survivor.pk)] == [side.pk]
    assert Event.objects.get(kind=SIDE_ANSWERED).subject == survivor.event_subject
    undo(step.pk, user=agent)
    assert fresh(side).side_of == parent


def test_a_request_and_a_customers_conversation_are_not_merged(parent, agent):
    side, _message = asked(parent, agent)

    with pytest.raises(Invalid, match="cannot be merged"):
        merge_conversations(parent, [side], user=agent)


def test_what_is_split_off_a_request_is_one_too(parent, agent):
    side, message = asked(parent, agent)
    answer = receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)

    new, _step = split_conversation(side, answer, user=agent)

    assert (new.side_of, new.side.asked_by) == (parent, agent)


def test_a_customers_mail_that_strayed_into_a_request_is_found_with_the_customer_again(parent, agent):
    _side, message = asked(parent, agent)
    stray = receive_mail(parent.inbox, in_reply_to=message.external_id, text="迷子のメール")
    hidden = search_conversations(agent, "迷子").found

    move_message(stray, parent, user=agent)

    assert hidden == []
    assert [hit.message_id for hit in search_conversations(agent, "迷子").found] == [stray.pk]
    assert search_conversations(agent, "迷子 is:side").found == []


def test_answers_to_customers_are_untouched_by_requests(parent, agent):
    asked(parent, agent)

    message = reply_to(parent, make_user())

    assert Message.objects.get(pk=message.pk).conversation == parent


def test_a_done_request_is_open_again_when_they_write_again(parent, agent):
    side, message = asked(parent, agent)
    change_status([side], Status.DONE, user=agent)

    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id)

    assert fresh(side).status == Status.OPEN
